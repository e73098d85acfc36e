"""« Ajouter un membre »: a child, what each adult is to them, where they live."""

from dataclasses import replace
from typing import Any

from wizard.choices import PARENT_LINKS, RESIDENCES_ASKED, RESIDENCES_TOLD
from wizard.forms import SeveralField, select_field
from wizard.forms.people import ChildFacts, residence_field
from wizard.french import gettext as _
from wizard.identities import code, identity_of
from wizard.kinds import family
from wizard.kinds.family import PersonForm
from wizard.kinds.kind import Kind, Known
from wizard.models import Answers, Link, Member, Residence, Role, link_field
from wizard.services import telling
from wizard.services.deposit import Declared
from wizard.stores.answers import Held


class ChildForm(ChildFacts, PersonForm):
    """A child. Nothing about health, school or diet: the dossier administratif asks it later."""

    link = select_field(_("Vous êtes"), PARENT_LINKS, _("Indiquez qui vous êtes pour cet enfant."))
    residence = residence_field(RESIDENCES_ASKED)
    contacts = SeveralField(_("Ces contacts concernent aussi cet enfant"))

    def __init__(self, formdata: Any = None, **options: Any) -> None:
        super().__init__(formdata, **options)
        self.contacts.choices = [
            (contact.id, family.called(contact))
            for contact in Held(self.answers).people(family.CONTACT)
            if self.entry not in contact.raw.get("children", [])
        ]


def build(formdata: Any = None, *, entry: str, answers: Answers) -> PersonForm:
    """Return the form, with the link to each adult who does not say it already."""
    adults = Held(answers).people(family.CO_REPRESENTATIVE)
    form = family.asking_links(ChildForm, adults, lambda name: _("%(name)s est", name=name), entry, before="residence")
    return form(formdata, entry=entry, answers=answers)


def prefilled(answers: Answers, known: Known) -> dict[str, list[str]]:
    """Return what the last sibling shares with a new child, and the twin's birth date; of an only child, the name."""
    siblings = Held(answers).people(family.CHILD)
    if not siblings:
        return {"birth_name": [known.surname]}
    twin = next((one for one in siblings if one.id == known.twin), None)
    like = twin or siblings[-1]
    shared = ("birth_name", "link", "residence", "birthdate") if twin else ("birth_name", "link", "residence")
    links = {
        link_field(adult.id): family.link_between(adult, like)
        for adult in Held(answers).people(family.CO_REPRESENTATIVE)
    }
    return {name: [value] for name, value in ({name: like.value(name) for name in shared} | links).items()}


def declare(form: PersonForm, someone: Declared) -> Declared:
    """Complete what is deposited: where the child lives, and who the parent is to them."""
    return replace(someone, residence=Residence(form.data["residence"]), my_link=Link(form.data["link"]))


def ties_again(child: Member, parent: Member) -> dict[str, list[str]]:
    """Return who the parent said they are to the child."""
    mine = parent.links.get(child.person)
    return {"link": [mine]} if mine else {}


def words(form: PersonForm) -> str:
    """Say when a child was born, who they are to the parent, where they live."""
    identity, residence = identity_of(form.data), code(Residence, form.data["residence"])
    told = [telling.born(identity), telling.mine(code(Link, form.data["link"]), identity.sex)]
    return telling.joined([*told, str(RESIDENCES_TOLD[residence]) if residence else ""])


KIND = Kind(
    slug=family.CHILD,
    role=Role.CHILD,
    add=_("Ajouter un membre"),
    title=_("Enfant"),
    explanation=_("Chacun de vos enfants, même s'il n'est pas encore inscrit."),
    announced=_("les membres : vos enfants"),
    template="entourage/people/child.html",
    build=build,
    declare=declare,
    ties_again=ties_again,
    words=words,
    prefilled=prefilled,
    has_twins=True,
)
