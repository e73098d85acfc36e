"""What parents did by themselves that agents have to know, until one of them says to have seen it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, TypeVar

from sqlite_utils import Database

from wizard.clock import now, today
from wizard.db import transaction
from wizard.models import Action, Agent, Amendment, Withdrawal
from wizard.services import amending, one_day_told, withdrawing
from wizard.stores import agent_journal, amendments, one_day, withdrawals

WITHDRAWAL, AMENDMENT, ONE_DAY = "withdrawal", "amendment", "one_day"
KINDS: Mapping[str, tuple[Callable[..., tuple[Any, ...]], Action]] = {
    WITHDRAWAL: (withdrawals.mark_seen, Action.WITHDRAWAL_SEEN),
    AMENDMENT: (amendments.mark_seen, Action.AMENDMENT_SEEN),
    ONE_DAY: (one_day.mark_seen, Action.ONE_DAY_SEEN),
}
"""What is told: how it is marked as seen, and what the journal of agents then says."""

Told = TypeVar("Told", Withdrawal, Amendment)


@dataclass(frozen=True)
class Notice:
    """What a parent did at one time, in words, as agents are told; its kind and ids mark it as seen."""

    kind: str
    ids: tuple[int, ...]
    words: tuple[str, ...]
    reference: str | None
    seen_at: datetime | None
    seen_by: str | None


def unseen(db: Database) -> tuple[Notice, ...]:
    """Return what no agent has seen yet: the rights withdrawn first, then those of one day."""
    given = _given(one_day_told.unseen(db))
    return (*_withdrawn(withdrawals.unseen(db)), *given, *_amended(amendments.unseen(db)))


def of_household(db: Database, household: int) -> tuple[Notice, ...]:
    """Return what agents are told of a household: rights withdrawn, or of one day, changes not seen, moves to come."""
    new = {one.id for one in amendments.unseen(db)}
    told = [one for one in amendments.of_household(db, household) if one.id in new or _is_to_come(one)]
    given = _given(one_day_told.around(db, household))
    return (*_withdrawn(withdrawals.of_household(db, household)), *given, *_amended(told))


def see(db: Database, agent: Agent, seen: Mapping[str, Iterable[int]]) -> None:
    """Write that an agent saw these, kind by kind, once, and say so in their journal."""
    with transaction(db):
        for kind, (mark, action) in KINDS.items():
            found = mark(db, seen.get(kind, ()), agent.id, now())
            for reference in dict.fromkeys(one.reference for one in found):
                agent_journal.add(db, agent.id, action, now(), reference)


def _is_to_come(one: Amendment) -> bool:
    _before, day = one.changes.get("moved_on", (None, None))
    return day is not None and date.fromisoformat(day) > today()


def _withdrawn(taken: Iterable[Withdrawal]) -> Iterator[Notice]:
    """Tell together the withdrawals of one contact at one time."""
    for group in _together(taken, lambda one: (one.contact, one.at, one.declined, one.seen_at)):
        children = {one.child: one.child_name for one in group}
        yield _notice(WITHDRAWAL, group, withdrawing.words(group[0].contact_name, group, children))


def _given(given: Iterable[one_day_told.Given]) -> Iterator[Notice]:
    for each in given:
        one = each.one
        yield Notice(ONE_DAY, each.ids, (each.words,), one.reference, one.seen_at, one.seen_by)


def _amended(changed: Iterable[Amendment]) -> Iterator[Notice]:
    """Tell together the changes of one family at one time: a household moves."""
    for group in _together(changed, lambda one: (one.reference, one.at, one.seen_at)):
        yield _notice(AMENDMENT, group, [words for one in group for words in amending.sentences(one)])


def _together(told: Iterable[Told], key: Callable[[Told], Any]) -> Iterator[list[Told]]:
    return (list(group) for _key, group in groupby(told, key=key))


def _notice(kind: str, group: list[Told], words: Iterable[str]) -> Notice:
    first = group[0]
    return Notice(kind, tuple(one.id for one in group), tuple(words), first.reference, first.seen_at, first.seen_by)
