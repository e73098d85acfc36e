"""The town hall's queue: which dossiers wait, for whom, how many they are."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlite_utils import Database

from wizard.clock import stamp
from wizard.stores import queue_lines
from wizard.stores.queue_filters import COUNTED, FILTERS, IS_TO_DO, PICKED, WAITING, Standpoint
from wizard.stores.queue_lines import QueuedDossier


class State(StrEnum):
    """Whose turn it is; the values are those of the queue's addresses."""

    TO_DO = "a-traiter"
    TO_CORRECT = "a-corriger"
    DONE = "traites"


@dataclass(frozen=True)
class Counts:
    """How many dossiers are in each state, and how many of those to do have waited too long."""

    to_do: int
    late: int
    to_correct: int
    done: int


_TO_CORRECT = """EXISTS (SELECT 1 FROM dossier_people WHERE dossier = dossiers.id
    AND withdrawn_at IS NULL AND answered_at IS NOT NULL AND decision = 'to_correct')"""
# The family's turn: few, from an index of their own.
_WAITING_FOR_FAMILY = """
FROM dossiers WHERE answered_at IS NOT NULL AND id IN (SELECT dossier FROM dossier_people
    WHERE withdrawn_at IS NULL AND answered_at IS NOT NULL AND decision = 'to_correct')
"""
# The index has what is asked of it, in order; SQLite would not choose it by itself.
_COUNTS = f"""
SELECT to_do, late, to_correct, answered + unanswered - to_do - to_correct
FROM (SELECT count(*) AS to_do, coalesce(sum(coalesce(corrected_at, deposited_at) < ?), 0) AS late
        FROM dossiers INDEXED BY dossiers_waiting WHERE {IS_TO_DO}),
    (SELECT count(*) AS to_correct {_WAITING_FOR_FAMILY}),
    (SELECT count(*) AS answered FROM dossiers WHERE answered_at IS NOT NULL),
    (SELECT count(*) AS unanswered FROM dossiers WHERE answered_at IS NULL)
"""


def counts(db: Database, late_before: datetime) -> Counts:
    """Count the dossiers of each state; late are those to do that were sent before `late_before`."""
    return Counts(*db.execute(_COUNTS, (stamp(late_before),)).fetchone())


def filter_counts(db: Database, seen: Standpoint, picked: Collection[str]) -> dict[str, int]:
    """Count, for each filter, the dossiers to do that it keeps among those that the filters picked keep."""
    query = f"WITH waiting AS MATERIALIZED ({WAITING}) SELECT {COUNTED} FROM waiting WHERE {PICKED}"
    row = db.execute(query, seen.values(picked)).fetchone()
    return dict(zip(FILTERS, row, strict=True))


_TO_DO = f"""
SELECT id FROM dossiers INDEXED BY dossiers_waiting WHERE {IS_TO_DO}
ORDER BY coalesce(corrected_at, deposited_at), id LIMIT :limit OFFSET :offset
"""
_ANSWERED_LAST_FIRST = f"""
SELECT id, answered_at, deposited_at {_WAITING_FOR_FAMILY}
ORDER BY answered_at DESC, deposited_at DESC, id DESC LIMIT :limit OFFSET :offset
"""
_DONE = f"""
SELECT id, answered_at, deposited_at FROM dossiers WHERE answered_at IS NOT NULL AND NOT {_TO_CORRECT}
UNION ALL
SELECT id, answered_at, deposited_at FROM dossiers
    WHERE answered_at IS NULL AND NOT EXISTS (SELECT 1 FROM dossier_people WHERE dossier = dossiers.id
        AND withdrawn_at IS NULL)
ORDER BY answered_at DESC, deposited_at DESC, id DESC LIMIT :limit OFFSET :offset
"""


def in_state(db: Database, state: State, limit: int, offset: int = 0) -> tuple[QueuedDossier, ...]:
    """Return a page of the dossiers in a state: to do, the oldest first; answered, the latest first."""
    query = _TO_DO if state is State.TO_DO else _DONE if state is State.DONE else _ANSWERED_LAST_FIRST
    rows = db.execute(query, {"limit": limit, "offset": offset})
    return queue_lines.read(db, [row[0] for row in rows])


def to_do(
    db: Database, seen: Standpoint, picked: Collection[str], limit: int, offset: int = 0
) -> tuple[QueuedDossier, ...]:
    """Return a page of the dossiers to do that all the filters picked keep, the oldest first."""
    query = f"SELECT id FROM ({WAITING}) AS waiting WHERE {PICKED} ORDER BY asked_at, id LIMIT :limit OFFSET :offset"
    values = seen.values(picked) | {"limit": limit, "offset": offset}
    return queue_lines.read(db, [row[0] for row in db.execute(query, values)])


# Those after a dossier, then from the start again.
_NEXT = f"""
SELECT id FROM ({WAITING}) AS waiting WHERE {PICKED}
    AND NOT EXISTS (SELECT 1 FROM takings WHERE dossier = waiting.id AND agent <> :agent AND active_at >= :idle)
    AND id IS NOT :after
ORDER BY
    (asked_at, id) <= (SELECT coalesce(corrected_at, deposited_at), id FROM dossiers WHERE id = :after),
    asked_at, id LIMIT 1
"""


def next_to_do(
    db: Database, seen: Standpoint, picked: Collection[str], idle: datetime, after: int | None
) -> int | None:
    """Return the dossier to do that comes after one, among those that no other agent had after `idle`."""
    row = db.execute(_NEXT, seen.values(picked) | {"idle": stamp(idle), "after": after}).fetchone()
    return int(row[0]) if row else None
