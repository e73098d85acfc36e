"""What parents changed of their own, old and new: when, and which agent saw it."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlite_utils import Database

from wizard.clock import moment, stamp
from wizard.models import Amendment, Changes, Source
from wizard.stores.people_search import NAME


def add(db: Database, household: int, person: int, changes: Changes, at: datetime) -> None:
    """Write what changed about a person of a household."""
    query = "INSERT INTO amendments (household, person, at, changes) VALUES (?, ?, ?, ?)"
    db.execute(query, (household, person, stamp(at), json.dumps(changes, ensure_ascii=False)))


def add_by_town(
    db: Database, household: int, person: int, changes: Changes, at: datetime, agent: int, source: Source
) -> None:
    """Write what an agent changed for a household, as it asked: they have seen it, and no agent is told."""
    query = """
    INSERT INTO amendments (household, person, at, changes, seen_at, seen_by, source) VALUES (?, ?, ?, ?, ?, ?, ?)
    """
    told = json.dumps(changes, ensure_ascii=False)
    db.execute(query, (household, person, stamp(at), told, stamp(at), agent, source))


_AMENDMENTS = f"""
SELECT amendments.id, amendments.person, amendments.at, amendments.changes, amendments.seen_at, agents.email,
    (SELECT {NAME} FROM people WHERE people.id = amendments.person),
    (SELECT reference FROM dossiers WHERE dossiers.household = amendments.household
        ORDER BY deposited_at DESC, dossiers.id DESC LIMIT 1), amendments.source
FROM amendments LEFT JOIN agents ON agents.id = amendments.seen_by
"""
# What was changed before a family deposited anything is no news to the town hall.
_NEWS = """amendments.seen_at IS NULL AND EXISTS (SELECT 1 FROM dossiers
    WHERE dossiers.household = amendments.household AND dossiers.deposited_at <= amendments.at)"""


def of_household(db: Database, household: int) -> tuple[Amendment, ...]:
    """Return what was changed in a household, the oldest first."""
    return _read(db, _AMENDMENTS + " WHERE amendments.household = ? ORDER BY amendments.id", (household,))


def unseen(db: Database) -> tuple[Amendment, ...]:
    """Return what no agent has seen yet, the oldest first."""
    return _read(db, f"{_AMENDMENTS} WHERE {_NEWS} ORDER BY amendments.id", ())


def mark_seen(db: Database, amendments: Iterable[int], agent: int, now: datetime) -> tuple[Amendment, ...]:
    """Write which agent saw these; return those that nobody had seen."""
    new = {one.id: one for one in unseen(db)}
    found = tuple(new[number] for number in dict.fromkeys(amendments) if number in new)
    query = "UPDATE amendments SET seen_at = ?, seen_by = ? WHERE id IN (SELECT value FROM json_each(?))"
    db.execute(query, (stamp(now), agent, json.dumps([one.id for one in found])))
    return found


def moves(db: Database, household: int) -> dict[int, date]:
    """Return since when, or from when, those of a household who moved live where they do."""
    found = of_household(db, household)
    days = {one.person: one.changes["moved_on"][1] for one in found if "moved_on" in one.changes}
    return {person: date.fromisoformat(day) for person, day in days.items()}


def _read(db: Database, query: str, values: tuple[int, ...]) -> tuple[Amendment, ...]:
    return tuple(
        Amendment(
            number,
            person,
            moment(at),
            _changes(changes),
            moment(seen) if seen else None,
            by,
            name,
            reference,
            Source(source) if source else None,
        )
        for number, person, at, changes, seen, by, name, reference, source in db.execute(query, values).fetchall()
    )


def _changes(text: str) -> Changes:
    changes: dict[str, Any] = json.loads(text)
    return {name: (before, after) for name, (before, after) in changes.items()}
