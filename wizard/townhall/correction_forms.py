"""The forms of what an agent changes for a family."""

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import Field, Form, HiddenField

from wizard.address_form import MovingForm
from wizard.choices import CONTACT_LINKS, LINKS, PARENT_LINKS, RESIDENCES, SOURCES, YES_NO
from wizard.forms import (
    PageForm,
    SeveralField,
    at_the_end,
    checkbox,
    email_field,
    given_name_field,
    name_field,
    phone_field,
    radio_field,
    select_field,
    single_name_box,
)
from wizard.forms.parent import ParentContacts, ParentNames
from wizard.forms.people import ChildFacts, CoRepresentativeNames, residence_field
from wizard.forms.rights import RightForm
from wizard.french import gettext as _
from wizard.identities import code, identity_of, typed_again
from wizard.models import Declaration, Link, Residence, Role, link_field, linked


class _Asked(Form):
    """How the family asked it, and whether a mail tells the parent."""

    source = at_the_end(
        radio_field(_("Demandé par la famille"), SOURCES, _("Indiquez comment la famille l'a demandé."))
    )
    tell = at_the_end(checkbox(_("Prévenir le parent par courriel")))


class CorrectionForm(_Asked, PageForm):
    """What is said of someone, to put right; `before` is what the page showed."""

    before = HiddenField()

    @property
    def links(self) -> list[Field]:
        """The fields that ask who someone is to a child, or the parent to them."""
        return [field for field in self if linked(field.name)]

    def said(self, known: Declaration) -> Declaration:
        """Return what the form says of someone; what it does not ask is as it was known."""
        told = ((linked(name), code(Link, value)) for name, value in self.data.items())
        links = {int(other): link for other, link in told if other and link}
        residence = code(Residence, self.data.get("residence")) or known.residence
        same = self.data.get("same_address")
        return Declaration(
            known.role,
            identity_of(self.data, known.identity),
            residence=residence,
            same_address=same == "yes" if same else known.same_address,
            address=known.address,
            links={**known.links, **links},
        )


class _ParentForm(ParentNames, ParentContacts, CorrectionForm):
    email = None  # type: ignore[assignment]  # it is proved by a link, from the parent's own space


class _ChildForm(ChildFacts, CorrectionForm):
    residence = residence_field(RESIDENCES)


class _ContactForm(CorrectionForm):
    birth_name = name_field(_("Nom de naissance"), _("Indiquez le nom de naissance."))
    given_name = given_name_field(_("Indiquez le prénom."))
    single_name = single_name_box()
    mobile = phone_field(_("Téléphone portable"))
    phone = phone_field(_("Autre téléphone"))
    email = email_field(_("Courriel"))


class _CoRepresentativeForm(CoRepresentativeNames, _ContactForm):
    same_address = radio_field(_("Habite à la même adresse que le représentant"), YES_NO)


_FORMS: Mapping[Role, type[CorrectionForm]] = {
    Role.REPRESENTATIVE: _ParentForm,
    Role.CO_REPRESENTATIVE: _CoRepresentativeForm,
    Role.CHILD: _ChildForm,
    Role.CONTACT: _ContactForm,
}


def form_for(role: Role, others: Iterable[tuple[int, str]]) -> type[CorrectionForm]:
    """Return the form of someone of this role, with one more field for the link with each of these `others`."""
    known = CONTACT_LINKS if role is Role.CONTACT else PARENT_LINKS
    links = {**known, **LINKS}
    asked: dict[str, Any] = {
        link_field(other): select_field(_("Lien avec %(name)s", name=name), links) for other, name in others
    }
    form = _FORMS[role]
    return type(form.__name__, (form,), asked)


def typed(said: Declaration) -> dict[str, str]:
    """Return the answers that say someone as they are, as if just typed."""
    ties = {"residence": said.residence or "", "same_address": "yes" if said.same_address else "no"}
    return typed_again(said.identity) | ties | {link_field(other): str(link) for other, link in said.links.items()}


class AgentMoveForm(_Asked, MovingForm):
    """A move, told for the family; `before` is the address that the page showed."""

    before = HiddenField()
    people = SeveralField(_("Qui déménage avec le parent ?"))

    def __init__(self, formdata: Any = None, **options: Any) -> None:
        super().__init__(formdata, **options)
        self.address_query.label.text = _("Adresse de la famille")


class RemovalForm(RightForm):
    """What to take back from a contact, among the rights that they have."""

    right = radio_field(_("Que faut-il retirer ?"), {}, _("Choisissez ce qu'il faut retirer."))
