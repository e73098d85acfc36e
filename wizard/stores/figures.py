"""What the town hall's figures are counted from: moments and codes, nobody's name; each read within a period."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlite_utils import Database

from wizard.clock import moment, stamp


class Event(NamedTuple):
    """A line of a dossier's journal; of a decision, about whom it is, what was decided and why."""

    dossier: int
    at: datetime
    action: str
    person: int | None
    decision: str | None
    reason: str | None


# A dossier accepted as it is made, by an invitation, waits for nobody.
_DEPOSITS = """
SELECT deposited_at FROM dossiers WHERE deposited_at >= ? AND deposited_at < ?
    AND (answered_at IS NULL OR answered_at > deposited_at)
"""


def deposits(db: Database, start: datetime, end: datetime) -> tuple[datetime, ...]:
    """Return when dossiers were deposited."""
    return tuple(moment(at) for (at,) in db.execute(_DEPOSITS, (stamp(start), stamp(end))).fetchall())


# Most dossiers are accepted whole: the decisions of the others alone are read.
_EVENTS = """
WITH answered AS MATERIALIZED (SELECT DISTINCT dossier FROM journal WHERE action = 'answered' AND at >= ? AND at < ?),
    judged AS MATERIALIZED (SELECT DISTINCT dossier FROM answered JOIN journal USING (dossier)
        WHERE action = 'decided' AND detail NOT LIKE '["accepted"%')
SELECT dossier, at, action, person,
    CASE action WHEN 'decided' THEN detail ->> 0 END, CASE action WHEN 'decided' THEN detail ->> 1 END
FROM answered JOIN journal USING (dossier)
WHERE action IN ('deposited', 'declared', 'answered', 'recalled') OR (action = 'decided' AND dossier IN judged)
ORDER BY dossier, id
"""
_LATEST = """
SELECT dossier, at, action, NULL, NULL, NULL FROM journal
WHERE action IN ('deposited', 'declared', 'answered', 'recalled')
    AND dossier IN (SELECT dossier FROM journal WHERE action = 'answered' AND at >= ? ORDER BY at DESC LIMIT ?)
ORDER BY dossier, id
"""


def events(db: Database, start: datetime, end: datetime) -> Iterator[Event]:
    """Give, dossier after dossier, what happened to those that were answered in a period."""
    return map(_event, db.execute(_EVENTS, (stamp(start), stamp(end))).fetchall())


def latest_events(db: Database, start: datetime, most: int) -> Iterator[Event]:
    """Give, dossier after dossier, when the last ones answered since a moment were sent and answered."""
    return map(_event, db.execute(_LATEST, (stamp(start), most)).fetchall())


_WAITING = """
SELECT coalesce(corrected_at, deposited_at) FROM dossiers WHERE answered_at IS NULL
    AND EXISTS (SELECT 1 FROM dossier_people WHERE dossier = dossiers.id AND withdrawn_at IS NULL)
"""


def waiting(db: Database) -> tuple[datetime, ...]:
    """Return since when each dossier to do waits."""
    return tuple(moment(at) for (at,) in db.execute(_WAITING).fetchall())


def _event(row: Sequence[Any]) -> Event:
    dossier, at, *others = row
    return Event(dossier, moment(at), *others)
