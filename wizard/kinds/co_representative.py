"""« Ajouter un co-représentant »: the other adult who answers for the children."""

from dataclasses import replace
from typing import Any

from wizard.choices import RESIDENCES_TOLD, YES_NO
from wizard.forms import checkbox, email_field, phone_field, radio_field
from wizard.forms.people import CoRepresentativeNames
from wizard.french import gettext as _
from wizard.identities import code, identity_of
from wizard.kinds import family
from wizard.kinds.family import PersonForm
from wizard.kinds.kind import Kind
from wizard.models import Answers, Link, Member, Residence, Role, link_field
from wizard.services import telling
from wizard.services.deposit import Declared
from wizard.stores.answers import known_id


class CoRepresentativeForm(CoRepresentativeNames, PersonForm):
    """The co-representative; a phone or an e-mail address is enough to reach them."""

    mobile = phone_field(_("Téléphone"))
    email = email_field(_("Courriel"))
    same_address = radio_field(
        _("Cette personne habite-t-elle à la même adresse que vous ?"),
        YES_NO,
        _("Indiquez si cette personne a la même adresse que vous."),
    )
    invite = checkbox(_("Inviter cette personne à ouvrir son espace"))

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        if not self.mobile.data and not self.email.data:
            self.mobile.errors = [_("Indiquez un téléphone ou une adresse électronique pour joindre cette personne.")]
        if self.invite.data and not self.email.data:
            self.email.errors = [_("Indiquez l'adresse électronique où envoyer l'invitation.")]
        return not self.errors


def build(formdata: Any = None, *, entry: str, answers: Answers) -> PersonForm:
    """Return the form, with the link to each child who does not say it already."""
    children = family.children(answers)
    form = family.asking_links(CoRepresentativeForm, children, _asked, entry, before="same_address")
    return form(formdata, entry=entry, answers=answers)


def _asked(name: str) -> str:
    return _("Qui est cette personne pour %(name)s ?", name=name)


def declare(form: PersonForm, someone: Declared) -> Declared:
    """Complete what is deposited: the address, an invitation, and who they are to each child, said on either form."""
    same_address, invite = form.data["same_address"] == "yes", form.data["invite"]
    return replace(someone, same_address=same_address, invite=invite, links=_links(form))


def _links(form: PersonForm) -> dict[str, Link]:
    said = {
        child.id: code(Link, form.linking(child) or child.value(link_field(form.entry)))
        for child in family.children(form.answers)
    }
    return {child: link for child, link in said.items() if link}


def ties_again(adult: Member, _parent: Member) -> dict[str, list[str]]:
    """Return who the adult was said to be to each child, and whether they wait to be invited."""
    links = {link_field(known_id(child)): [str(link)] for child, link in adult.links.items()}
    return links | ({"invite": ["y"]} if adult.invite else {})


def words(form: PersonForm) -> str:
    """Say who an adult is to which children, where they live, how they are reached."""
    identity, called = identity_of(form.data), family.called_by_id(family.children(form.answers))
    lives = {"yes": RESIDENCES_TOLD[Residence.HERE], "no": _("n'habite pas avec vous")}
    whom = replace(identity, institution=None).name if identity.institution else ""
    return telling.joined(
        [
            _("à demander : %(name)s", name=whom) if whom else telling.birth_name(identity),
            *telling.ties(_links(form), called),
            lives.get(form.data["same_address"], "") if not identity.institution else "",
            identity.email or "",
            *telling.numbers(identity),
            _("à inviter à ouvrir son espace") if form.data["invite"] else "",
        ]
    )


KIND = Kind(
    slug=family.CO_REPRESENTATIVE,
    role=Role.CO_REPRESENTATIVE,
    add=_("Ajouter un co-représentant"),
    title=_("Co-représentant"),
    explanation=_("La personne qui partage votre vie, ou l'autre parent."),
    announced=_("un co-représentant : la personne qui partage votre vie, ou l'autre parent"),
    template="entourage/people/co_representative.html",
    build=build,
    declare=declare,
    ties_again=ties_again,
    words=words,
)
