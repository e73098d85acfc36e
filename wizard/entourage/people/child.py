"""« Ajouter un membre »: a child, what each adult is to them, where they live."""

from typing import Any

from flask_babel import lazy_gettext as _

from wizard.choices import PARENT_LINKS, RESIDENCES_ASKED, SEXES_ASKED
from wizard.entourage.people import family
from wizard.entourage.people.family import PersonForm
from wizard.forms import (
    SeveralField,
    birthdate_field,
    given_name_field,
    name_field,
    radio_field,
    select_field,
    single_name_box,
)
from wizard.models import Answers


class ChildForm(PersonForm):
    """A child. Nothing about health, school or diet: the dossier administratif asks it later."""

    birth_name = name_field(_("Nom de naissance"), _("Indiquez le nom de naissance de l'enfant."))
    given_name = given_name_field(_("Indiquez le prénom de l'enfant."))
    single_name = single_name_box()
    birthdate = birthdate_field(_("Date de naissance"), _("Indiquez la date de naissance de l'enfant."))
    sex = select_field(_("Sexe"), SEXES_ASKED)
    link = select_field(_("Vous êtes"), PARENT_LINKS, _("Indiquez qui vous êtes pour cet enfant."))
    residence = radio_field(_("Où l'enfant habite-t-il ?"), RESIDENCES_ASKED, _("Indiquez où l'enfant habite."))
    contacts = SeveralField(_("Ces contacts concernent aussi cet enfant"))

    def __init__(self, formdata: Any = None, **options: Any) -> None:
        super().__init__(formdata, **options)
        self.contacts.choices = [
            (contact.id, contact.given_name)
            for contact in family.entries(self.answers, family.CONTACT)
            if self.entry not in contact.raw.get("children", [])
        ]


def build(formdata: Any = None, *, entry: str, answers: Answers) -> PersonForm:
    """Return the form; a new child is prefilled with what their sibling shares."""
    adults = family.entries(answers, family.CO_REPRESENTATIVE)
    form = family.asking_links(ChildForm, adults, lambda name: _("%(name)s est", name=name), entry)
    siblings = family.entries(answers, family.CHILD)
    shared = ("birth_name", "link", "residence", *(family.link_field(adult) for adult in adults))
    known = {name: siblings[-1].value(name) for name in shared} if siblings and formdata is None else None
    return form(formdata, entry=entry, answers=answers, data=known)
