"""Duplicates joined by an agent: a child of two homes, two records of one home, two households of one parent.

Nothing is done of what the agent did not see: `seen` is the seal of both families as the page showed them.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from wizard.clock import now, stamp
from wizard.db import transaction
from wizard.french import gettext as _
from wizard.hashing import digest
from wizard.models import Account, Action, Agent
from wizard.services import outbox
from wizard.services.duplicates import comparing
from wizard.services.duplicates.comparing import Comparison, Side
from wizard.services.duplicates.records import fold
from wizard.services.duplicates.scoring import Pair
from wizard.services.losing import sealed_of_joined
from wizard.settings import get_settings
from wizard.stores import dossiers, joining, journal, likenesses, merges, profiles
from wizard.stores.merges import Merge

_KINDS = {
    Pair.CHILDREN: "homes",
    Pair.PARENTS: "family",
    Pair.SIBLINGS: "record",
    Pair.HOUSEMATES: "record",
}


class NoLonger(Exception):
    """The two records are no longer two, or no longer alike."""


class CannotJoin(Exception):
    """They cannot be joined as things stand; the words say why."""


class Changed(Exception):
    """One of the families changed since the agent's page."""


@dataclass(frozen=True)
class Twin:
    """A child of one household who may be one of the other's, to be joined with it."""

    likeness: int
    one: str
    other: str
    agreeing: tuple[str, ...]


def seal(db: Database, found: Comparison) -> str:
    """Return what tells whether anything was said of either family since."""
    touched = merges.touching(db, _households(db, found))
    return digest(json.dumps(merges.state(merges.snapshot(db, touched))))


def refusal(found: Comparison) -> str:
    """Return why two records cannot be joined as things stand, "" when they can."""
    if found.likeness.set_aside_at:
        return _("Un agent les a écartés : reprenez-les d'abord.")
    if found.pair is Pair.HOUSEMATES and found.one.member.role != found.other.member.role:
        return _("Ils sont déclarés à des titres différents : demandez à la famille d'en retirer un.")
    if found.pair is Pair.PARENTS:
        if not all(side.account for side in found.sides):
            return _("L'un des deux comptes n'est pas activé.")
        if all(side.found.open_dossier for side in found.sides):
            return _("Chaque foyer a un dossier ouvert : répondez d'abord à l'un des deux.")
    return ""


def twins(db: Database, found: Comparison) -> tuple[Twin, ...]:
    """Return the children of two households of one parent who may be joined with it."""
    return tuple(
        Twin(each.likeness.id, each.one.member.identity.name, each.other.member.identity.name, each.agreeing)
        for each in _twins(db, found)
    )


def preferred(found: Comparison) -> Side:
    """Return which of two is kept unless the agent says otherwise: the one whom the town accepted, then the first."""
    return min(found.sides, key=lambda side: (side.person not in _accepted(side), side.found.id, side.person))


def join(
    db: Database, agent: Agent, number: int, seen: str, account: int | None = None, also: Collection[int] = ()
) -> int:
    """Join two records, all of it or nothing, and return what undoes it.

    Of two households, that of `account` is kept, and the children of the likenesses `also` are joined with them.
    Raises NoLonger, CannotJoin, Changed.
    """
    with transaction(db):
        found = comparing.compared(db, number)
        if found is None:
            raise NoLonger
        households = _households(db, found)
        touched = merges.touching(db, households)
        before = merges.snapshot(db, touched)
        if digest(json.dumps(merges.state(before))) != seen:
            raise Changed
        if reason := refusal(found):
            raise CannotJoin(reason)
        kept = next((side for side in found.sides if side.account and side.account.id == account), preferred(found))
        gone = found.other if kept is found.one else found.one
        pairs = _pairs(db, found, kept, also)
        people, homes = {other: one for one, other in pairs}, {gone.found.id: kept.found.id}
        with sealed_of_joined(db, households, people, homes if found.pair is Pair.PARENTS else {}, now()):
            if found.pair is Pair.PARENTS:
                _join_families(db, kept, gone)
            for one, other in pairs:
                fold(db, one, other)
        left = merges.snapshot(db, touched)
        return _note(db, agent, found, kept, gone, touched, merges.changes(before, left), merges.state(left))


def of_likeness(db: Database, number: int) -> Merge | None:
    """Return what became of a likeness whose records were joined."""
    return merges.of_likeness(db, number)


def _join_families(db: Database, kept: Side, gone: Side) -> None:
    """Give the household of one account all that the other has, and close the other account."""
    assert kept.account and gone.account
    joining.household(db, kept.found.id, gone.found.id, kept.account.id, gone.account.id, now())
    _tell(db, kept.account, gone.account)


def _tell(db: Database, kept: Account, gone: Account) -> None:
    """Write to both addresses: who did not ask for it can say so while it may be undone."""
    link = get_settings().public_url + "/connexion"
    outbox.enqueue(db, "united", kept.email, kept=True, link=link)
    outbox.enqueue(db, "united", gone.email, whom=(kept.household, kept.person), kept=False, link=link)


def _pairs(db: Database, found: Comparison, kept: Side, also: Collection[int]) -> list[tuple[int, int]]:
    """Return who is kept and who is gone, of the two first, then of each child chosen."""
    pairs = [(kept.person, found.likeness.other_than(kept.person))]
    for each in _twins(db, found):
        if each.likeness.id in also:
            mine = next(side for side in each.sides if side.found.id == kept.found.id)
            pairs.append((mine.person, each.likeness.other_than(mine.person)))
    return pairs


def _twins(db: Database, found: Comparison) -> list[Comparison]:
    """Return the likenesses between the children of two households, each child in one at most."""
    if found.pair is not Pair.PARENTS:
        return []
    here, there = (profiles.housemates(db, [side.found.id]) for side in found.sides)
    used: set[int] = set()
    kept = []
    for likeness in likenesses.of_people(db, here | there):
        ends = {likeness.one, likeness.other}
        across = len(ends & here) == 1 and len(ends & there) == 1 and not likeness.set_aside_at
        each = comparing.compared(db, likeness.id) if across and not ends & used else None
        if each and each.pair is Pair.CHILDREN and set(each.households) == set(found.households):
            used |= ends
            kept.append(each)
    return kept


def _households(db: Database, found: Comparison) -> tuple[int, ...]:
    """Return every household that a merge may touch: theirs, and the other homes of their children."""
    people = {found.one.person, found.other.person}
    if found.pair is Pair.PARENTS:
        people |= profiles.housemates(db, found.households)
    return tuple(sorted({home for person in people for home in likenesses.homes(db, person)}))


def _note(
    db: Database,
    agent: Agent,
    found: Comparison,
    kept: Side,
    gone: Side,
    touched: str,
    changed: list[merges.Change],
    left_as: dict[str, str],
) -> int:
    """Keep what undoes it, and write in the journals of the families that it was done."""
    at, family = now(), found.pair is Pair.PARENTS
    freed = [was["id"] for table, _key, was, left in changed if table == "people" and was and left is None]
    number = merges.add(
        db,
        {
            "likeness": found.likeness.id,
            "at": stamp(at),
            "agent": agent.id,
            "kind": _KINDS[found.pair],
            "person": kept.person,
            "household": kept.found.id,
            "other": gone.found.id if found.pair is Pair.CHILDREN else None,
            "gone_person": max(freed),
            "gone_household": gone.found.id if family else None,
            "gone_account": gone.account.id if family and gone.account else None,
            "touched": touched,
        },
        changed,
        left_as,
    )
    write(db, agent, Action.MERGED, kept.person, {kept.found.id} if family else set(found.households))
    return number


def write(db: Database, agent: Agent, action: Action, person: int, households: Iterable[int]) -> None:
    """Write in the last dossier of each household, and of each that is open, what an agent did about someone."""
    for home in households:
        own = dossiers.of_household(db, home)
        for dossier in {one.id for one in own if one is own[0] or not one.is_closed}:
            journal.add_about(db, dossier, action, now(), agent.id, person)


def _accepted(side: Side) -> set[int]:
    """Return whom the town accepted of a household."""
    return {*side.found.accepted}
