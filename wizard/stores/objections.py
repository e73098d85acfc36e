"""Objections of one home of a child to a right given in the other: when, seen by whom, and what became of them."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from wizard.clock import moment, stamp
from wizard.models import Objection, Outcome, Permission
from wizard.stores.people_search import NAME


def add(db: Database, household: int, against: int, contact: int, child: int, what: Permission, now: datetime) -> bool:
    """Write that a household objects to a right given in another; False when it does already."""
    query = """INSERT INTO objections (household, against, contact, child, what, at) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING"""
    return db.execute(query, (household, against, contact, child, what, stamp(now))).rowcount == 1


def end(db: Database, objection: int, outcome: Outcome, now: datetime, agent: int | None = None) -> bool:
    """Write what became of an objection; False when it had ended."""
    query = "UPDATE objections SET ended_at = ?, ended_by = ?, outcome = ? WHERE id = ? AND ended_at IS NULL"
    return db.execute(query, (stamp(now), agent, outcome, objection)).rowcount == 1


_OBJECTIONS = f"""
SELECT objections.id, objections.household, objections.against, objections.contact, objections.child,
    objections.what, objections.at, objections.seen_at, seers.email, objections.ended_at, enders.email,
    objections.outcome,
    (SELECT {NAME} FROM people WHERE people.id = objections.contact),
    (SELECT {NAME} FROM people WHERE people.id = objections.child),
    (SELECT reference FROM dossiers WHERE dossiers.household = objections.against
        ORDER BY deposited_at DESC, dossiers.id DESC LIMIT 1)
FROM objections LEFT JOIN agents AS seers ON seers.id = objections.seen_by
    LEFT JOIN agents AS enders ON enders.id = objections.ended_by
"""
_ORDER = " ORDER BY objections.at, objections.id"


def by_id(db: Database, objection: int) -> Objection | None:
    """Return an objection."""
    return next(iter(_read(db, _OBJECTIONS + " WHERE objections.id = ?", objection)), None)


def by_household(db: Database, household: int) -> tuple[Objection, ...]:
    """Return what a household objected to, the oldest first."""
    return _read(db, _OBJECTIONS + " WHERE objections.household = ?" + _ORDER, household)


def against_household(db: Database, household: int) -> tuple[Objection, ...]:
    """Return what was objected to of the rights that a household gave, the oldest first."""
    return _read(db, _OBJECTIONS + " WHERE objections.against = ?" + _ORDER, household)


def unseen(db: Database) -> tuple[Objection, ...]:
    """Return those that no agent has seen yet, the oldest first."""
    return _read(db, _OBJECTIONS + " WHERE objections.seen_at IS NULL AND objections.ended_at IS NULL" + _ORDER)


def mark_seen(db: Database, objections: Iterable[int], agent: int, now: datetime) -> tuple[Objection, ...]:
    """Write which agent saw these; return those that nobody had seen."""
    new = {one.id: one for one in unseen(db)}
    found = tuple(new[number] for number in dict.fromkeys(objections) if number in new)
    query = "UPDATE objections SET seen_at = ?, seen_by = ? WHERE id IN (SELECT value FROM json_each(?))"
    db.execute(query, (stamp(now), agent, json.dumps([one.id for one in found])))
    return found


def _read(db: Database, query: str, *values: int) -> tuple[Objection, ...]:
    return tuple(map(_objection, db.execute(query, values).fetchall()))


def _objection(row: Sequence[Any]) -> Objection:
    number, household, against, contact, child, what, at, seen, seer, ended, ender, outcome, *names = row
    return Objection(
        number,
        household,
        against,
        contact,
        child,
        Permission(what),
        moment(at),
        moment(seen) if seen else None,
        seer,
        moment(ended) if ended else None,
        ender,
        Outcome(outcome) if outcome else None,
        *names,
    )
