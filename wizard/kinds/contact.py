"""« Ajouter un contact »: who may collect the child, or be called in an emergency."""

from dataclasses import replace
from typing import Any

from wtforms import Field
from wtforms.validators import ValidationError

from wizard.choices import CONTACT_LINKS, RIGHTS_DECLARED
from wizard.forms import (
    SeveralField,
    checkbox,
    email_field,
    given_name_field,
    name_field,
    phone_field,
    select_field,
    single_name_box,
)
from wizard.french import gettext as _
from wizard.identities import code, identity_of
from wizard.kinds import family
from wizard.kinds.family import PersonForm
from wizard.kinds.kind import Kind, Known
from wizard.models import Answers, Link, Member, Role
from wizard.services import telling
from wizard.services.deposit import Declared
from wizard.stores.answers import TAKEN_BACK, Entry, known_id


class ContactForm(PersonForm):
    """A contact: name, phone, an e-mail address to tell them, link, and rights that are never given by default."""

    birth_name = name_field(_("Nom"), _("Indiquez le nom de cette personne."))
    given_name = given_name_field(_("Indiquez le prénom de cette personne."))
    single_name = single_name_box()
    phone = phone_field(_("Téléphone"), _("Indiquez le téléphone de cette personne."))
    email = email_field(_("Courriel"))
    link = select_field(_("Lien avec l'enfant"), CONTACT_LINKS, _("Indiquez qui est cette personne."))
    children = SeveralField(_("Enfants concernés"))
    may_collect = checkbox(_("Cette personne peut venir chercher l'enfant"))
    emergency = checkbox(_("Cette personne est à appeler en cas d'urgence"))

    def __init__(self, formdata: Any = None, **options: Any) -> None:
        super().__init__(formdata, **options)
        self.children.choices = [(child.id, family.called(child)) for child in family.children(self.answers)]

    def validate_children(self, field: Field) -> None:
        if not _concerned(self):
            raise ValidationError(_("Cochez au moins un enfant."))

    def validate(self, extra_validators: Any = None) -> bool:
        if not self.children.choices:
            return False  # the page asks for a child, and for nothing else
        valid = super().validate(extra_validators)
        if not self.may_collect.data and not self.emergency.data:
            self.may_collect.errors = [
                _("Cochez au moins une case : venir chercher l'enfant, ou être appelée en cas d'urgence.")
            ]
            return False
        return valid


def build(formdata: Any = None, *, entry: str, answers: Answers) -> PersonForm:
    """Return the form."""
    return ContactForm(formdata, entry=entry, answers=answers)


def prefilled(answers: Answers, _known: Known) -> dict[str, list[str]]:
    """Return that all the children are concerned; what a contact may do for them is never answered for anyone."""
    return {"children": [child.id for child in family.children(answers)]}


def _concerned(form: PersonForm) -> list[Entry]:
    """Return the children a contact concerns, said on their form or on the child's."""
    named = set(form.data["children"] or ())
    children = family.children(form.answers)
    return [one for one in children if one.id in named or form.entry in one.raw.get("contacts", [])]


def declare(form: PersonForm, someone: Declared) -> Declared:
    """Complete what is deposited: who the contact is to each child, whether they may collect them and be called."""
    right = (bool(form.data["may_collect"]), bool(form.data["emergency"]))
    children = [child.id for child in _concerned(form)]
    link = Link(form.data["link"])
    return replace(someone, links=dict.fromkeys(children, link), rights=dict.fromkeys(children, right))


def ties_again(contact: Member, _parent: Member) -> dict[str, list[str]]:
    """Return the children the contact concerns, and what holds for all: what one child lost is not asked again."""
    ties = {"children": [known_id(right.child) for right in contact.rights]}
    ties["link"] = [str(link) for link in contact.links.values()][:1]
    for box in ("may_collect", "emergency"):
        held = {bool(getattr(right, box)) for right in contact.rights}
        ties |= {box: ["y"]} if held == {True} else {TAKEN_BACK: ["y"]} if True in held else {}
    return ties


def words(form: PersonForm) -> str:
    """Say what a contact may do, first; who they are to which children, on which telephone."""
    children, link = _concerned(form), code(Link, form.data["link"])
    called = family.called_by_id(children)
    boxes = (bool(form.data["may_collect"]), bool(form.data["emergency"]))
    tied = telling.ties(dict.fromkeys(called, link), called) if link else []
    asked = telling.rights(dict.fromkeys(called, boxes), called, RIGHTS_DECLARED)
    identity = identity_of(form.data)
    return telling.joined([*asked, *tied, *telling.numbers(identity), identity.email or ""])


KIND = Kind(
    slug=family.CONTACT,
    role=Role.CONTACT,
    add=_("Ajouter un contact"),
    title=_("Contact"),
    explanation=_("Une personne qui peut venir chercher l'enfant, ou être appelée en cas d'urgence."),
    announced=_("les contacts : les personnes qui peuvent venir les chercher, ou à appeler en cas d'urgence"),
    template="entourage/people/contact.html",
    build=build,
    declare=declare,
    ties_again=ties_again,
    words=words,
    prefilled=prefilled,
)
