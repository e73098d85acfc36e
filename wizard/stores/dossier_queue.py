"""The town hall's queue: how many dossiers wait, since when, and whom they concern."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from json import dumps

from sqlite_utils import Database

from wizard.clock import stamp
from wizard.models import Dossier
from wizard.stores import dossiers, people_search
from wizard.stores.dossiers import WAITS_FOR_FAMILY
from wizard.stores.people_search import NAME


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


@dataclass(frozen=True)
class QueuedDossier:
    """A dossier of the queue and the names of its people."""

    dossier: Dossier
    names: tuple[str, ...]


_STATES = f"""
WITH states AS (
    SELECT id, coalesce(corrected_at, deposited_at) AS asked_at, answered_at, CASE
        WHEN NOT EXISTS (SELECT 1 FROM dossier_people WHERE dossier = dossiers.id AND withdrawn_at IS NULL)
        THEN 'traites'
        WHEN answered_at IS NULL THEN 'a-traiter'
        WHEN EXISTS (SELECT 1 FROM dossier_people WHERE dossier = dossiers.id AND {WAITS_FOR_FAMILY})
        THEN 'a-corriger' ELSE 'traites' END AS state
    FROM dossiers
)
"""


def counts(db: Database, late_before: datetime) -> Counts:
    """Count the dossiers of each state; late are those to do that were sent before `late_before`."""
    query = _STATES + "SELECT state, count(*), sum(asked_at < ?) FROM states GROUP BY state"
    found = {state: (number, late) for state, number, late in db.execute(query, (stamp(late_before),))}
    to_do, late = found.get(State.TO_DO, (0, 0))
    to_correct, done = (found.get(state, (0, 0))[0] for state in (State.TO_CORRECT, State.DONE))
    return Counts(to_do, late, to_correct, done)


def in_state(db: Database, state: State, limit: int, offset: int = 0) -> tuple[QueuedDossier, ...]:
    """Return a page of the dossiers in a state: to do, the oldest first; answered, the latest first."""
    query = _STATES + (
        "SELECT id FROM states WHERE state = ?"
        " ORDER BY answered_at DESC, CASE WHEN answered_at IS NULL THEN asked_at END, id LIMIT ? OFFSET ?"
    )
    return _entries(db, [row[0] for row in db.execute(query, (state, limit, offset))])


def search(db: Database, text: str, limit: int) -> tuple[QueuedDossier, ...]:
    """Return the dossiers one of whose people bears all the words of `text`."""
    return _entries(db, people_search.dossiers_of(db, text, limit))


_NAMES = f"""
SELECT dossier_people.dossier, {NAME}
FROM dossier_people JOIN people ON people.id = dossier_people.person
WHERE dossier_people.dossier IN (SELECT value FROM json_each(?)) AND dossier_people.withdrawn_at IS NULL
ORDER BY people.id
"""


def _entries(db: Database, found: list[int]) -> tuple[QueuedDossier, ...]:
    people: dict[int, list[str]] = defaultdict(list)
    for dossier, name in db.execute(_NAMES, (dumps(found),)):
        people[dossier].append(name)
    return tuple(QueuedDossier(dossier, tuple(people[dossier.id])) for dossier in dossiers.by_ids(db, found))
