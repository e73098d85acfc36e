"""« Ajouter un contact »: who may collect the child, or be called in an emergency."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Field
from wtforms.validators import ValidationError

from wizard.choices import CONTACT_LINKS
from wizard.entourage.people import family
from wizard.entourage.people.family import PersonForm
from wizard.forms import (
    SeveralField,
    checkbox,
    given_name_field,
    name_field,
    phone_field,
    select_field,
    single_name_box,
)
from wizard.models import Answers


class ContactForm(PersonForm):
    """A contact: name, phone, link, and rights that are never given by default."""

    birth_name = name_field(_("Nom"), _("Indiquez le nom de cette personne."))
    given_name = given_name_field(_("Indiquez le prénom de cette personne."))
    single_name = single_name_box()
    phone = phone_field(_("Téléphone"), _("Indiquez le téléphone de cette personne."))
    link = select_field(_("Lien avec l'enfant"), CONTACT_LINKS, _("Indiquez qui est cette personne."))
    children = SeveralField(_("Enfants concernés"))
    may_collect = checkbox(_("Cette personne peut venir chercher l'enfant"))
    emergency = checkbox(_("Cette personne est à appeler en cas d'urgence"))

    def __init__(self, formdata: Any = None, **options: Any) -> None:
        super().__init__(formdata, **options)
        self.children.choices = [(child.id, child.given_name) for child in family.children(self.answers)]

    def validate_children(self, field: Field) -> None:
        proposed = {child.id for child in family.children(self.answers)}
        if not proposed.intersection(field.data or ()):
            raise ValidationError(_("Cochez au moins un enfant."))

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if not self.may_collect.data and not self.emergency.data:
            self.may_collect.errors = [
                _("Cochez au moins une case : venir chercher l'enfant, ou répondre en cas d'urgence.")
            ]
            return False
        return valid


def build(formdata: Any = None, *, entry: str, answers: Answers) -> PersonForm:
    """Return the form; an only child is the one concerned."""
    only = family.children(answers)
    known = {"children": [only[0].id]} if len(only) == 1 and formdata is None else None
    return ContactForm(formdata, entry=entry, answers=answers, data=known)
