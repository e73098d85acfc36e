"""The parent whose entourage a draft declares, as its summary shows them."""

from dataclasses import dataclass

from wizard.choices import PREFERRED
from wizard.db import get_db
from wizard.french import gettext as _
from wizard.identities import code
from wizard.kinds import family
from wizard.models import Draft, Identity, Link
from wizard.services import personal_data, telling
from wizard.stores import accounts, people
from wizard.stores.answers import Held


@dataclass(frozen=True)
class Parent:
    """Who declares: how they are called and named, where they live, who they are and how they are reached."""

    called: str
    name: str
    address: str
    email: str
    words: str


def identity_of(draft: Draft) -> Identity:
    """Return who declares."""
    return personal_data.identity_of(get_db(), accounts.of_draft(get_db(), draft))


def shown(draft: Draft) -> Parent:
    """Return who declares, as known, with their ties to the children of this draft."""
    identity, address = identity_of(draft), people.address(get_db(), accounts.of_draft(get_db(), draft).person)
    children = Held(draft.answers).people(family.CHILD)
    links = {child.id: link for child in children if (link := code(Link, child.value("link")))}
    told = [
        telling.birth_name(identity),
        *telling.ties(links, family.called_by_id(children)),
        *telling.numbers(identity),
        _preferred(identity),
        _("accepte les SMS") if identity.sms_ok else "",
    ]
    place = telling.place(address) if address else ""
    words = telling.sentence(telling.joined(told))
    return Parent(identity.called, telling.titled(identity), place, identity.email or "", words)


def _preferred(identity: Identity) -> str:
    told = PREFERRED.get(identity.preferred_contact) if identity.preferred_contact else None
    return _("contact préféré : %(how)s", how=told) if told else ""
