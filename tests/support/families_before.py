"""Families as a database held them when a deposit was written as if it were true: up to the migration m0007."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlite_utils import Database

NAMES = ("Camille", "Loïc", "Jeanne")


@dataclass(frozen=True)
class Before:
    """A household of that time: its account, its people in the order of NAMES, its dossiers."""

    household: int
    account: int
    people: tuple[int, int, int]
    dossiers: tuple[int, ...]

    @property
    def contact(self) -> int:
        return self.people[2]

    @property
    def child(self) -> int:
        return self.people[1]


@contextmanager
def no_merge(db: Database) -> Iterator[None]:
    """Let the stores of today write in a database of before merges: nobody's number was freed."""
    db.execute("CREATE TEMP TABLE merges (gone_account)")
    db.execute("CREATE TEMP TABLE last_numbers (of, number)")
    yield
    for table in ("merges", "last_numbers"):
        db.execute(f"DROP TABLE temp.{table}")


def a_family_before(db: Database, at: str = "2026-03-03T09:00:00+00:00", collect: int = 1, call: int = 0) -> Before:
    """Return a mother, her son and a grandmother with rights over him, deposited and not answered."""
    household = _id(
        db,
        "INSERT INTO households (enfance_key, key_origin, created_at) VALUES (lower(hex(randomblob(8))),'generated',?)",
        at,
    )
    people = tuple(
        _id(db, "INSERT INTO people (given_name, birth_name, created_at, birthdate) VALUES (?, 'Martin', ?, ?)", *one)
        for one in (("Camille", at, None), ("Loïc", at, "2019-09-03"), ("Jeanne", at, None))
    )
    mother, son, grandmother = people
    for person, role in zip(people, ("representative", "child", "contact"), strict=True):
        db.execute("INSERT INTO household_members VALUES (?, ?, ?)", (household, person, role))
    db.execute(
        "INSERT INTO addresses (person, label, street, postcode, city, source, to_check) VALUES (?, ?, ?, ?, ?, ?, 0)",
        (mother, "12 rue de la Loire, 44521 Oudon", "rue de la Loire", "44521", "Oudon", "ban"),
    )
    db.execute(
        "INSERT INTO family_links VALUES (?, ?, 'mother'), (?, ?, 'grandparent')", (mother, son, *(grandmother, son))
    )
    db.execute("INSERT INTO residences VALUES (?, ?, 'alternating')", (household, son))
    db.execute(
        "INSERT INTO contact_rights (contact, child, may_collect, emergency) VALUES (?, ?, ?, ?)",
        (grandmother, son, collect, call),
    )
    account = _id(
        db,
        "INSERT INTO accounts (household, person, email, password_hash, created_at, activated_at)"
        " VALUES (?, ?, ?, '$argon2id$never', ?, ?)",
        household,
        mother,
        f"parent{mother}@exemple.fr",
        at,
        at,
    )
    family = Before(household, account, (mother, son, grandmother), ())
    return Before(household, account, family.people, (a_dossier_before(db, family, people, at),))


def a_dossier_before(db: Database, family: Before, people: tuple[int, ...], at: str) -> int:
    """Return one more dossier of a household, about these people."""
    dossier = _id(
        db,
        "INSERT INTO dossiers (reference, household, account, deposited_at) VALUES (hex(randomblob(4)), ?, ?, ?)",
        family.household,
        family.account,
        at,
    )
    for person in people:
        db.execute("INSERT INTO dossier_people (dossier, person) VALUES (?, ?)", (dossier, person))
    return dossier


def answer_before(db: Database, dossier: int, at: str | None, **decisions: str) -> None:
    """Decide on everyone of a dossier, accepted unless named, and answer at `at`; with None, reopen it."""
    db.execute("UPDATE dossier_people SET decision = 'accepted', motive = NULL WHERE dossier = ?", (dossier,))
    for name, decision in decisions.items():
        db.execute(
            "UPDATE dossier_people SET decision = ?, motive = 'other', comment = 'Voir la mairie.'"
            " WHERE dossier = ? AND person IN (SELECT id FROM people WHERE given_name = ?)",
            (decision, dossier, name),
        )
    db.execute("UPDATE dossiers SET answered_at = ? WHERE id = ?", (at, dossier))


def _id(db: Database, query: str, *values: object) -> int:
    return int(db.execute(query, values).lastrowid or 0)
