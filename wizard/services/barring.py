"""Whom no parent lets collect a child by themselves, even one day: the town hall said no, or has to decide."""

from collections.abc import Iterator
from datetime import datetime

from sqlite_utils import Database

from wizard.models import Decision, DecisionLine, Identity, Outcome, Permission
from wizard.services import household
from wizard.services.household import Household, each_of
from wizard.stores import journal, objections, people
from wizard.stores.people_search import folded


def is_barred(db: Database, number: int, child: int, name: str, phone: str) -> bool:
    """Whether someone of this name, or phone, was refused, declined or is contested in a home of a child.

    Someone who was refused, and may collect the child since, is not barred: the town hall changed its mind.
    """
    homes = [household.read(db, home) for home in sorted({number} | people.homes(db, child))]
    alike = [(found, person) for found in homes for person in _alike(found, name, phone)]
    right = (child, Permission.COLLECT)
    if any(_is_contested(found, person, child) for found, person in alike):
        return True
    if any(person in found.facts and right in each_of(found.facts[person].rights) for found, person in alike):
        return False
    return any(_is_refused(db, found, person) or _is_lost(found, person, child) for found, person in alike)


def may_collect_already(found: Household, child: int, name: str) -> bool:
    """Whether a household lets someone of this name collect a child on any day, as a contact or as their parent."""
    right = (child, Permission.COLLECT)
    named = [one for one in found.members if folded(name) in _names(one.identity)]
    return any(right in each_of(one.rights) or (child in one.links and one.links[child].is_parental) for one in named)


def _names(who: Identity) -> set[str]:
    return {folded(f"{who.given_name} {last}") for last in (who.birth_name, who.usage_name) if last}


def is_withdrawn_since(db: Database, number: int, child: int, name: str, phone: str, at: datetime) -> bool:
    """Whether the right of someone of this name, or phone, to collect a child was taken back in a home after `at`."""
    found = household.read(db, number)
    lost = {one.contact for one in found.withdrawals if (one.child, one.what) == (child, Permission.COLLECT)
        and one.at > at}  # fmt: skip
    return bool(lost) and not lost.isdisjoint(_alike(found, name, phone))


def is_contested(db: Database, child: int) -> bool:
    """Whether a right to collect a child is contested by one of their homes."""
    against = (one for home in people.homes(db, child) for one in objections.against_household(db, home))
    return any((one.child, one.what, one.ended_at) == (child, Permission.COLLECT, None) for one in against)


def _is_contested(found: Household, person: int, child: int) -> bool:
    """Whether another home objects to the right of someone to collect a child, and the town hall is to decide."""
    ones = (one for one in found.objections if (one.contact, one.child, one.what) == (person, child, "collect"))
    return any(one.ended_at is None for one in ones)


def _is_refused(db: Database, found: Household, person: int) -> bool:
    """Whether the last word of the town hall about someone is « no », asked again since or not.

    What an agent decided and did not answer yet is no word: the one before holds.
    """
    lines = ((dossier.id, line) for dossier in found.dossiers for line in dossier.lines if line.person == person)
    words = (_word(db, *each) for each in lines)
    return next((word for word in words if word), None) is Decision.REFUSED


def _word(db: Database, dossier: int, line: DecisionLine) -> Decision | None:
    return line.decision if line.answered_at else journal.last_answered(db, dossier, line.person)


def _is_lost(found: Household, person: int, child: int) -> bool:
    """Whether someone said no to collecting a child, or the town hall took that right away."""
    right = (person, child, Permission.COLLECT)
    declined = any((one.contact, one.child, one.what) == right and one.declined for one in found.withdrawals)
    upheld = (one for one in found.objections if one.outcome is Outcome.UPHELD)
    return declined or any((one.contact, one.child, one.what) == right for one in upheld)


def _alike(found: Household, name: str, phone: str) -> Iterator[int]:
    """Yield everyone of whom a family ever said something that fits a name or a phone number."""
    said = [(one.person, one.declaration.identity) for one in found.declared]
    said += [(one.person, one.identity) for one in found.members]
    yield from {one for one, who in said if phone in {who.mobile, who.phone} or is_called(who, name)}


def is_called(identity: Identity, name: str) -> bool:
    """Whether a name may be someone's: in any order, however it is spelled, a part of it left out or not."""
    typed, first = folded(name).split(), folded(identity.given_name).split()
    surnames = (folded(one or "").split() for one in (identity.birth_name, identity.usage_name))
    house = folded(identity.institution or "").split()
    return any(_fits(typed, first, last) for last in surnames if last) or bool(house and _fits(typed, [], house))


def _fits(typed: list[str], first: list[str], last: list[str]) -> bool:
    in_full = set(last) <= set(typed) and (not first or bool(set(first) & set(typed)))
    in_part = set(typed) <= {*first, *last}
    return in_full or in_part or "".join(typed) in {"".join(first + last), "".join(last + first)}
