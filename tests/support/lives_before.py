"""Lives that families led in the version before, drawn at random: answers, corrections, withdrawals in any order."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlite_utils import Database

from tests.support.families_before import Before, a_dossier_before, a_family_before, answer_before
from wizard.db import transaction
from wizard.migrations import migrations
from wizard.models import Permission, Stage

FAMILIES = 400
BEFORE = "m0008_facts_and_declarations"
Rows = list[tuple[object, ...]]


@dataclass
class Lived:
    """A family of the version before, and what that version said of it: where each person stood, what they had."""

    made: Before
    stages: dict[int, Stage] = field(default_factory=dict)
    rights: dict[int, set[tuple[int, Permission]]] = field(default_factory=dict)
    ties: dict[str, Rows] = field(default_factory=dict)


def fill(db: Database) -> list[Lived]:
    """Make the database that the version before had; return what it said."""
    with transaction(db):
        migrations.apply(db, stop_before=BEFORE)
        lives = [a_life(db, random.Random(number)) for number in range(FAMILIES)]
    return [what_it_said(db, one) for one in lives]


def a_life(db: Database, chance: random.Random) -> Before:
    """Return a family with a second child, a second parent and a contact with a right of each child; then its life."""
    family = a_family_before(db)
    parent, contact = family.people[0], family.contact
    anna, alex = (
        int(db.execute("INSERT INTO people (given_name, birth_name, created_at) VALUES (?, 'Martin', '')", [name])
            .lastrowid or 0) for name in ("Anna", "Alex")
    )  # fmt: skip
    for person, role in ((anna, "child"), (alex, "co_representative")):
        db.execute("INSERT INTO household_members VALUES (?, ?, ?)", (family.household, person, role))
        db.execute("INSERT INTO dossier_people (dossier, person) VALUES (?, ?)", (family.dossiers[0], person))
    links = (
        (parent, anna, "mother"),
        (alex, anna, "father"),
        (alex, family.child, "father"),
        (contact, anna, "friend"),
    )
    for link in links:
        db.execute("INSERT INTO family_links VALUES (?, ?, ?)", link)
    db.execute("INSERT INTO residences VALUES (?, ?, 'here')", (family.household, anna))
    db.execute("INSERT INTO contact_rights VALUES (?, ?, 0, 1)", (contact, anna))
    copied = "SELECT ?, label, street, postcode, city, source, to_check FROM addresses WHERE person = ?"
    db.execute(
        f"INSERT INTO addresses (person, label, street, postcode, city, source, to_check) {copied}", (alex, parent)
    )
    days = (datetime(2026, 3, 4, tzinfo=UTC) + timedelta(days=day) for day in range(99))
    for _event in range(chance.randrange(6)):
        chance.choice(EVENTS)(db, family, chance, next(days).isoformat())
    return family


def answered(db: Database, family: Before, chance: random.Random, at: str) -> None:
    """Answer a dossier that waits for it."""
    waiting = dossiers_of(db, family, "answered_at IS NULL")
    if waiting:
        names = ("Camille", "Loïc", "Jeanne", "Anna", "Alex")
        outcomes = {name: chance.choice(("accepted", "accepted", "refused", "to_correct")) for name in names}
        answer_before(db, chance.choice(waiting), at, **{k: v for k, v in outcomes.items() if v != "accepted"})


def reopened(db: Database, family: Before, chance: random.Random, _at: str) -> None:
    """Take an answer back; its decisions stay."""
    closed = dossiers_of(db, family, "answered_at IS NOT NULL")
    if closed:
        db.execute("UPDATE dossiers SET answered_at = NULL WHERE id = ?", (chance.choice(closed),))


def corrected(db: Database, family: Before, chance: random.Random, at: str) -> None:
    """Deposit anew some of those whom the town hall asked to correct."""
    again = tuple(person for person, stage in last_words(db, family).items() if stage is Stage.TO_CORRECT)
    if again:
        a_dossier_before(db, family, tuple(chance.sample(again, chance.randint(1, len(again)))), at)


def withdrawn(db: Database, family: Before, chance: random.Random, at: str) -> None:
    """Take back one right of the contact, or all."""
    withdraw_before(db, family, at, chance.choice((1, 2)))


def withdraw_before(db: Database, family: Before, at: str, how_many: int = 2) -> None:
    """Withdraw the first rights of a contact, as the version before did."""
    for child, what in sorted(rights_before(db, family.contact))[:how_many]:
        row = "WHERE contact = ? AND child = ?"
        column = "may_collect" if what is Permission.COLLECT else "emergency"
        other = "emergency" if what is Permission.COLLECT else "may_collect"
        db.execute(f"DELETE FROM contact_rights {row} AND {other} = 0", (family.contact, child))
        db.execute(f"UPDATE contact_rights SET {column} = 0 {row}", (family.contact, child))
        query = "INSERT INTO withdrawals (household, contact, child, what, at) VALUES (?, ?, ?, ?, ?)"
        db.execute(query, (family.household, family.contact, child, what, at))


Event = Callable[[Database, Before, random.Random, str], None]
EVENTS: tuple[Event, ...] = (answered, answered, reopened, corrected, withdrawn)


def dossiers_of(db: Database, family: Before, which: str) -> list[int]:
    query = f"SELECT id FROM dossiers WHERE household = ? AND {which} ORDER BY id"
    return [number for (number,) in db.execute(query, (family.household,))]


def last_words(db: Database, family: Before) -> dict[int, Stage]:
    """Return what the version before said last of each person: asked by a deposit, decided by an answer."""
    query = """SELECT person, answered_at, decision FROM dossier_people JOIN dossiers ON dossiers.id = dossier
    WHERE household = ? ORDER BY coalesce(answered_at, deposited_at), deposited_at, dossiers.id"""
    rows = db.execute(query, (family.household,)).fetchall()
    return {person: Stage(decision) if answered else Stage.ASKED for person, answered, decision in rows}


def rights_before(db: Database, contact: int) -> set[tuple[int, Permission]]:
    rows = db.execute("SELECT child, may_collect, emergency FROM contact_rights WHERE contact = ?", (contact,))
    columns = (Permission.COLLECT, Permission.EMERGENCY)
    return {
        (child, what) for child, *given in rows.fetchall() for what, is_so in zip(columns, given, strict=True) if is_so
    }


TIES = {
    "family_links": "SELECT adult, child, link FROM family_links WHERE {0} IN (adult, child)",
    "residences": "SELECT child, residence FROM residences WHERE child = {0}",
    "addresses": "SELECT person, label, street, postcode, city FROM addresses WHERE person = {0}",
}


def what_it_said(db: Database, made: Before) -> Lived:
    stages = last_words(db, made)
    rights = {made.contact: rights_before(db, made.contact)}
    gone = db.execute("SELECT 1 FROM withdrawals WHERE contact = ?", (made.contact,)).fetchone()
    if gone and not rights[made.contact]:
        stages[made.contact] = Stage.WITHDRAWN
    return Lived(made, stages, rights, ties_of(db, stages))


def ties_of(db: Database, people: dict[int, Stage]) -> dict[str, Rows]:
    """Return the ties of these people, each once."""
    found = {
        table: {row for person in people for row in db.execute(query.format(person)).fetchall()}
        for table, query in TIES.items()
    }
    return {table: sorted(rows) for table, rows in found.items()}
