"""Authorisations of one day: who may collect which child, given by which household, taken back or contested."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlite_utils import Database

from wizard.clock import moment, stamp
from wizard.models import OneDay
from wizard.stores.people_search import NAME


def add(db: Database, household: int, child: int, day: date, name: str, phone: str, now: datetime) -> int | None:
    """Let someone collect a child on one day; None when the same household does already."""
    query = """INSERT INTO one_day (household, child, day, name, phone, given_at) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING RETURNING id"""
    row = db.execute(query, (household, child, day.isoformat(), name, phone, stamp(now))).fetchone()
    return row[0] if row else None


def withdraw(db: Database, one: int, now: datetime) -> bool:
    """Take an authorisation back, which agents are told anew; False when it was already."""
    query = """UPDATE one_day SET withdrawn_at = ?, seen_at = NULL, seen_by = NULL
        WHERE id = ? AND withdrawn_at IS NULL"""
    return db.execute(query, (stamp(now), one)).rowcount == 1


def contest(db: Database, one: int, household: int, now: datetime) -> bool:
    """Write that another home objects, which agents are told anew; False when one does already."""
    query = """UPDATE one_day SET contested_at = ?, contested_by = ?, seen_at = NULL, seen_by = NULL
        WHERE id = ? AND withdrawn_at IS NULL AND contested_at IS NULL"""
    return db.execute(query, (stamp(now), household, one)).rowcount == 1


def drop(db: Database, one: int, household: int) -> bool:
    """Write that the home which objected does no more, which agents are told anew; False when it did not."""
    query = """UPDATE one_day SET contested_at = NULL, contested_by = NULL, seen_at = NULL, seen_by = NULL
        WHERE id = ? AND contested_by = ?"""
    return db.execute(query, (one, household)).rowcount == 1


# A child who is no more of a household is collected by nobody whom it lets.
_ONE_DAYS = f"""
SELECT one_day.id, one_day.household, one_day.child, one_day.day, one_day.name, one_day.phone, one_day.given_at,
    one_day.withdrawn_at, one_day.contested_at, one_day.contested_by, one_day.seen_at, agents.email,
    (SELECT {NAME} FROM people WHERE people.id = one_day.child),
    (SELECT coalesce(nullif(given_name, ''), birth_name) FROM people WHERE people.id = one_day.child),
    (SELECT {NAME} FROM people JOIN household_members AS parents ON parents.person = people.id
        WHERE parents.household = one_day.household AND parents.role = 'representative'),
    (SELECT reference FROM dossiers WHERE dossiers.household = one_day.household
        ORDER BY deposited_at DESC, dossiers.id DESC LIMIT 1)
FROM one_day JOIN household_members ON household_members.household = one_day.household
        AND household_members.person = one_day.child
    LEFT JOIN agents ON agents.id = one_day.seen_by
"""
_ORDER = " ORDER BY one_day.day, one_day.given_at, one_day.id"


def by_ids(db: Database, ones: Iterable[int]) -> tuple[OneDay, ...]:
    """Return these."""
    query = _ONE_DAYS + " WHERE one_day.id IN (SELECT value FROM json_each(?))" + _ORDER
    return _read(db, query, json.dumps(list(ones)))


def of_household(db: Database, household: int) -> tuple[OneDay, ...]:
    """Return those that a household gave, taken back or past included."""
    return _read(db, _ONE_DAYS + " WHERE one_day.household = ?" + _ORDER, household)


def of_day(db: Database, day: date) -> tuple[OneDay, ...]:
    """Return those of one day which were not taken back."""
    return _read(db, _ONE_DAYS + " WHERE one_day.day = ? AND withdrawn_at IS NULL" + _ORDER, day.isoformat())


def given_elsewhere(db: Database, household: int, day: date) -> tuple[OneDay, ...]:
    """Return those, from that day on and not taken back, that other homes of a household's children gave."""
    query = (
        _ONE_DAYS
        + """ JOIN household_members AS here ON here.person = one_day.child AND here.household = ?
        WHERE one_day.household <> here.household AND one_day.day >= ? AND one_day.withdrawn_at IS NULL"""
    )
    return _read(db, query + _ORDER, household, day.isoformat())


def contested_by(db: Database, household: int) -> tuple[OneDay, ...]:
    """Return those that a household objects to."""
    return _read(db, _ONE_DAYS + " WHERE one_day.contested_by = ?" + _ORDER, household)


def unseen(db: Database, day: date) -> tuple[OneDay, ...]:
    """Return those, from that day on, that no agent has seen as they are."""
    return _read(db, _ONE_DAYS + " WHERE one_day.day >= ? AND one_day.seen_at IS NULL" + _ORDER, day.isoformat())


def mark_seen(db: Database, ones: Iterable[int], agent: int, now: datetime) -> tuple[OneDay, ...]:
    """Write which agent saw these; return those that nobody had seen."""
    found = tuple(one for one in by_ids(db, ones) if one.seen_at is None)
    update = "UPDATE one_day SET seen_at = ?, seen_by = ? WHERE id IN (SELECT value FROM json_each(?))"
    db.execute(update, (stamp(now), agent, json.dumps([one.id for one in found])))
    return found


def purge(db: Database, before: date) -> int:
    """Delete those of the days before that one."""
    return db.execute("DELETE FROM one_day WHERE day < ?", (before.isoformat(),)).rowcount


def _read(db: Database, query: str, *values: int | str) -> tuple[OneDay, ...]:
    return tuple(map(_one_day, db.execute(query, values).fetchall()))


def _one_day(row: Sequence[Any]) -> OneDay:
    number, household, child, day, name, phone, given, withdrawn, contested, by, seen, seer, *names = row
    return OneDay(
        number,
        household,
        child,
        date.fromisoformat(day),
        name,
        phone,
        moment(given),
        moment(withdrawn) if withdrawn else None,
        moment(contested) if contested else None,
        by,
        moment(seen) if seen else None,
        seer,
        *names,
    )
