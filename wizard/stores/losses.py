"""What someone lost, whatever took it, or has contested: sealed in the ledger, found again in a copy made before."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import product
from typing import NamedTuple

from sqlite_utils import Database

from wizard.clock import stamp
from wizard.hashing import digest
from wizard.models import OneDay, Permission
from wizard.stores import ledger, objections, one_day, seals

Broken = Mapping[str, datetime]
"""When each seal was broken."""


class Held(NamedTuple):
    """What someone has in a household: a right for a child; or, for themselves, their place as a child or a parent."""

    household: int
    person: int
    child: int
    what: Permission | None


_HERE = "(SELECT person FROM household_members WHERE household = :household)"
_HELD = f"""
SELECT contact, child, 'collect' FROM contact_rights WHERE may_collect AND contact IN {_HERE} AND child IN {_HERE}
UNION ALL
SELECT contact, child, 'emergency' FROM contact_rights WHERE emergency AND contact IN {_HERE} AND child IN {_HERE}
UNION ALL
SELECT person, person, NULL FROM household_members
WHERE household = :household AND role IN ('child', 'co_representative')
"""


def held(db: Database, household: int) -> frozenset[Held]:
    """Return what is true of those who may collect the children of a household, or are called for them."""
    rows = db.execute(_HELD, {"household": household}).fetchall()
    return frozenset(Held(household, person, child, Permission(what) if what else None) for person, child, what in rows)


def note(db: Database, one: Held, now: datetime) -> None:
    """Write that someone lost what they had."""
    _break(db, one, "lost", now)


def contest(db: Database, one: Held, now: datetime) -> None:
    """Write that a home objects to a right."""
    _break(db, one, "contested", now)


def settle(db: Database, one: Held, now: datetime) -> None:
    """Write that nobody objects to a right any more."""
    _break(db, one, "settled", now)


def settle_all(db: Database, household: int, now: datetime) -> None:
    """Write that a household, about to be deleted, objects to nothing any more."""
    for one in objections.by_household(db, household):
        if one.ended_at is None:
            settle(db, Held(one.against, one.contact, one.child, one.what), now)
    for day in one_day.contested_by(db, household):
        settle_day(db, day, now)


def _break(db: Database, one: Held, how: str, now: datetime) -> None:
    persons, children = seals.numbers_of(db, one.person), seals.numbers_of(db, one.child)
    pairs = product(persons, children) if one.what else zip(persons, persons, strict=True)
    for seal, (person, child) in product(seals.of_household(db, one.household), pairs):
        ledger.add(db, _seal(seal, one._replace(person=person, child=child), how), now)


def _seal(household: str, one: Held, how: str) -> str:
    return digest(f"{household} {one.person} {one.child} {one.what} {how}")


def contest_day(db: Database, one: OneDay, now: datetime) -> None:
    """Write that a home objects to an authorisation of one day."""
    _break_day(db, one, "contested", now)


def settle_day(db: Database, one: OneDay, now: datetime) -> None:
    """Write that nobody objects to it any more."""
    _break_day(db, one, "settled", now)


def _break_day(db: Database, one: OneDay, how: str, now: datetime) -> None:
    for seal, child in product(seals.of_household(db, one.household), seals.numbers_of(db, one.child)):
        ledger.add(db, _seal_of_day(seal, replace(one, child=child), how), now)


def _seal_of_day(household: str, one: OneDay, how: str) -> str:
    return digest(f"{household} {one.child} {one.day} {one.name} {stamp(one.given_at)} {how}")


def since(db: Database, broken: Broken, copied: datetime | None) -> Iterator[tuple[Held, datetime]]:
    """Give what a copy made at a moment holds and someone lost since, and when; the copy tells what was given again."""
    for seal, one in _all(db):
        at = broken.get(_seal(seal, one, "lost"))
        if at and (copied is None or at >= copied):
            yield one, at


def contested_since(db: Database, broken: Broken, copied: datetime | None) -> Iterator[tuple[Held, datetime]]:
    """Give the rights that a copy made at a moment holds and a home contests since."""
    for seal, one in _all(db):
        found = (_seal(seal, one, how) for how in ("contested", "settled"))
        if one.what and (at := _contested(broken, copied, *found)):
            yield one, at


def days_contested_since(db: Database, broken: Broken, copied: datetime | None) -> Iterator[tuple[OneDay, datetime]]:
    """Give the authorisations of one day that a copy made at a moment holds and a home contests since."""
    for number, seal in db.execute("SELECT id, seal FROM households").fetchall():
        for one in one_day.of_household(db, number):
            found = (_seal_of_day(seal, one, how) for how in ("contested", "settled"))
            if not one.withdrawn_at and not one.contested_at and (at := _contested(broken, copied, *found)):
                yield one, at


def _contested(broken: Broken, copied: datetime | None, contested: str, settled: str) -> datetime | None:
    at, end = broken.get(contested), broken.get(settled)
    return at if at and (copied is None or at >= copied) and not (end and end >= at) else None


def _all(db: Database) -> Iterator[tuple[str, Held]]:
    for household, seal in db.execute("SELECT id, seal FROM households").fetchall():
        yield from ((seal, one) for one in sorted(held(db, household)))
