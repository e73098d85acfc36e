"""The figures of the town hall: what comes, what is answered and how fast, what is refused, what waits."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from sqlite_utils import Database

from wizard.clock import in_town, now, today, zone
from wizard.models import Action, Decision
from wizard.stores import figures as store
from wizard.stores import reasons
from wizard.stores.figures import Event

WEEKS = (13, 26, 52)
"""How many weeks one may look at."""
FEW = 5
"""Fewer than these, printed for a council, could tell whose dossier it was: they are said to be few."""
# Days waited: where each band begins.
_BANDS = (0, 3, 7, 14)

_LATELY, _MOST, _ENOUGH = timedelta(days=90), 200, 20


@dataclass(frozen=True)
class Answer:
    """An answer of the town hall: since when the family waited, if it did; what was refused and why; what came back."""

    since: datetime | None
    at: datetime
    dossier: int
    reasons: tuple[str, ...]
    to_correct: bool

    @property
    def days(self) -> int:
        """How many days the family waited, the last one whole."""
        return max(1, math.ceil((self.at - (self.since or self.at)) / timedelta(days=1)))


@dataclass(frozen=True)
class Month:
    """The answers of a month: how many, within how many days for half and for eight in ten, how many to correct."""

    first: date
    answers: int
    half: int
    eight_in_ten: int
    corrected: int

    @property
    def share(self) -> int:
        """How many answers in a hundred asked for a correction."""
        return round(100 * self.corrected / self.answers)


@dataclass(frozen=True)
class Figures:
    """All of them, over some weeks; `refusals` are None when few. `waiting`: the days where a band begins and ends."""

    deposits: tuple[tuple[date, int], ...]
    months: tuple[Month, ...]
    whole: Month | None
    refusals: tuple[tuple[str, int | None], ...]
    waiting: tuple[tuple[int, int | None, int], ...]


def read(db: Database, weeks: int) -> Figures:
    """Return the figures of as many weeks, this one included."""
    first = _monday(today()) - timedelta(weeks=weeks - 1)
    start, end = datetime.combine(first, time(), zone()), now() + timedelta(seconds=1)
    found = [one for one in _answers(store.events(db, start, end)) if one.at >= start]
    waited = [one for one in found if one.since]
    months = groupby(sorted(waited, key=lambda one: one.at), lambda one: _day(one.at).replace(day=1))
    return Figures(
        deposits=_by_week(store.deposits(db, start, end), first, weeks),
        months=tuple(_month(month, list(group)) for month, group in months),
        whole=_month(first, waited) if waited else None,
        refusals=_refusals(db, found),
        waiting=_bands(store.waiting(db)),
    )


def measured(db: Database) -> int | None:
    """Return within how many days eight families in ten were answered lately; None while there are too few to tell."""
    events = store.latest_events(db, now() - _LATELY, _MOST)
    waits = [one.days for one in _answers(events) if one.since and one.at >= now() - _LATELY]
    return within(waits, 0.8) if len(waits) >= _ENOUGH else None


def within(days: Sequence[int], share: float) -> int:
    """Return in how many days that share of them, at least, had ended."""
    return sorted(days)[math.ceil(share * len(days)) - 1]


def _answers(events: Iterable[Event]) -> Iterator[Answer]:
    """Give the answers of each dossier; one that is reopened and answered again made nobody wait anew.

    One that was recalled before it left was none.
    """
    for dossier, story in groupby(events, lambda event: event.dossier):
        since: datetime | None = None
        decided: dict[int | None, Event] = {}
        given: list[tuple[Answer, dict[int | None, Event]]] = []
        for event in story:
            if event.action == Action.DECIDED:
                decided[event.person] = event
            elif event.action == Action.ANSWERED:
                given.append((_answer(dossier, since, event.at, decided.values()), decided))
                since, decided = None, {}
            elif event.action == Action.RECALLED and given:
                recalled, decided = given.pop()
                since = recalled.since
            else:
                since = since or event.at
        yield from (answer for answer, _decided in given)


def _answer(dossier: int, since: datetime | None, at: datetime, decided: Iterable[Event]) -> Answer:
    reasons: dict[str | None, list[str]] = defaultdict(list)
    for one in decided:
        reasons[one.decision].append(one.reason or "")
    return Answer(since, at, dossier, tuple(reasons[Decision.REFUSED]), bool(reasons[Decision.TO_CORRECT]))


def _month(first: date, answers: Sequence[Answer]) -> Month:
    days = [one.days for one in answers]
    corrected = sum(one.to_correct for one in answers)
    return Month(first, len(days), within(days, 0.5), within(days, 0.8), corrected)


def _refusals(db: Database, answers: Iterable[Answer]) -> tuple[tuple[str, int | None], ...]:
    """Count by the words of today: a reason said otherwise since is the same one."""
    called = reasons.names(db)
    counts = Counter(called.get(code, code) for one in answers for code in one.reasons)
    return tuple((name, number if number >= FEW else None) for name, number in counts.most_common())


def _by_week(moments: Iterable[datetime], first: date, weeks: int) -> tuple[tuple[date, int], ...]:
    counts = Counter(_monday(_day(at)) for at in moments)
    mondays = (first + timedelta(weeks=later) for later in range(weeks))
    return tuple((monday, counts[monday]) for monday in mondays)


def _bands(since: Iterable[datetime]) -> tuple[tuple[int, int | None, int], ...]:
    waited = [(now() - at).days for at in since]
    ends = [*(begin - 1 for begin in _BANDS[1:]), None]
    return tuple(
        (begin, end, sum(begin <= days and (end is None or days <= end) for days in waited))
        for begin, end in zip(_BANDS, ends, strict=True)
    )


def _day(at: datetime) -> date:
    return in_town(at).date()


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
