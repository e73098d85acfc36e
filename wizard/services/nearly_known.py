"""« Peut-être »: households that may be a family known though nothing proves it, which an agent ties or puts off."""

from dataclasses import dataclass

from rapidfuzz.distance import OSA
from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.french import gettext as _
from wizard.models import Action, Agent, Recognition
from wizard.services.families import new_key
from wizard.stores import families, journal
from wizard.stores import nearly_known as store
from wizard.stores.families import KnownFamily
from wizard.stores.nearly_known import Parent
from wizard.values.folding import folded

COMPARED = 200
"""Households looked at for one page."""
_SHOWN = 20


@dataclass(frozen=True)
class Perhaps:
    """A parent, and the families that may be theirs, each with why."""

    parent: Parent
    families: tuple[tuple[KnownFamily, str], ...]


def search(db: Database, before: int) -> tuple[tuple[Perhaps, ...], int | None]:
    """Return who may be known among the next households, and the number that the following page goes on from."""
    parents = store.to_compare(db, before, COMPARED)
    found: list[Perhaps] = []
    for parent in parents:
        if len(found) == _SHOWN and parent.household != found[-1].parent.household:
            return tuple(found), found[-1].parent.household
        if likely := _likely(db, parent):
            found.append(Perhaps(parent, likely))
    full = len({parent.household for parent in parents}) == COMPARED
    return tuple(found), parents[-1].household if full else None


def tie(db: Database, agent: Agent, household: int, key: str) -> bool:
    """Tie a household to a family that may be its own; False when it may not, or not any more."""
    with transaction(db):
        for parent in store.of_household(db, household):
            family = next((one for one, _why in _likely(db, parent) if one.enfance_key == key), None)
            if family and families.tie(db, household).recognition is None:
                families.recognise(db, household, family, Recognition.AGENT)
                journal.add(db, parent.dossier, Action.TIED, now(), agent.id)
                return True
        return False


def put_off(db: Database, agent: Agent, household: int) -> bool:
    """Say that a household is no family known, even if an agent tied it; False when that was said already."""
    with transaction(db):
        parents = store.of_household(db, household)
        if not parents or families.tie(db, household).is_set_aside:
            return False
        done = families.set_aside(db, household, new_key()) or store.put_off(db, household)
        if done:
            journal.add(db, parents[0].dossier, Action.SET_ASIDE, now(), agent.id)
        return done


def _likely(db: Database, parent: Parent) -> tuple[tuple[KnownFamily, str], ...]:
    first_name = folded(parent.given_name)
    names = filter(None, (parent.birth_name, parent.usage_name))
    surnames = list(dict.fromkeys(filter(None, map(folded, names))))
    found = store.resembling(db, parent, first_name, surnames)
    return tuple((family, why) for family in found if (why := _why(parent, family, first_name, surnames)))


def _why(parent: Parent, family: KnownFamily, first_name: str, surnames: list[str]) -> str:
    """Say why a family may be a parent's, or nothing when it is not like it."""
    theirs, known_as = folded(family.given_name), folded(family.birth_name)
    reasons = []
    if family.enfance_key == parent.announced:
        reasons.append(_("sa clé est annoncée"))
    if family.email == parent.email:
        reasons.append(_("même courriel"))
    elif family.email and _same_mailbox(parent.email, family.email):
        reasons.append(_("courriel presque le même"))
    if first_name == theirs and known_as in surnames:
        reasons.append(_("mêmes nom et prénom"))
    elif first_name == known_as and theirs in surnames:
        reasons.append(_("nom et prénom inversés"))
    elif _near(first_name, theirs) and any(_near(one, known_as) for one in surnames):
        reasons.append(_("nom et prénom presque les mêmes"))
    return ", ".join(reasons)


def _same_mailbox(mine: str, theirs: str) -> bool:
    """Whether only a slip in the provider's name parts two addresses."""
    mailbox, _at, provider = mine.rpartition("@")
    other, _at, known = theirs.rpartition("@")
    return mailbox == other and OSA.distance(provider, known, score_cutoff=2) <= 2


def _near(one: str, other: str) -> bool:
    """Whether a slip, or a name more, parts two folded names; of two short names, each letter counts."""
    mine, theirs = set(one.split()), set(other.split())
    if not mine or not theirs:
        return False
    if mine <= theirs or theirs <= mine:
        return True
    slips = 2 if min(len(one), len(other)) >= 8 else 1 if min(len(one), len(other)) >= 4 else 0
    return OSA.distance(one, other, score_cutoff=slips) <= slips
