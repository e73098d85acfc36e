"""Who may be declared twice: whom to compare again, by which keys they are found, what was found and set aside."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlite_utils import Database

from wizard.clock import moment, stamp
from wizard.models import Likeness
from wizard.stores.people_search import NAME

_CROWD = 200
"""Who shares a key with more people than that shares the town hall's number, or a name that tells nothing."""


def due(db: Database, limit: int) -> tuple[int, ...]:
    """Return whom to compare again, the first to have changed first."""
    rows = db.execute("SELECT person FROM likeness_due ORDER BY rowid LIMIT ?", (limit,))
    return tuple(person for (person,) in rows)


def due_in(db: Database, household: int) -> tuple[int, ...]:
    """Return whom of a household to compare again."""
    query = """
    SELECT person FROM likeness_due WHERE person IN (
        SELECT person FROM household_members WHERE household = :household
        UNION SELECT person FROM dossiers JOIN dossier_people ON dossier = id WHERE household = :household)
    """
    return tuple(person for (person,) in db.execute(query, {"household": household}))


def with_their_households(db: Database, people: Collection[int]) -> tuple[int, ...]:
    """Return these people and those of their households, who are known by what the household is reached by."""
    query = """
    WITH homes AS (
        SELECT household FROM household_members WHERE person IN (SELECT value FROM json_each(:people))
        UNION SELECT household FROM dossier_people JOIN dossiers ON id = dossier
            WHERE person IN (SELECT value FROM json_each(:people)))
    SELECT value FROM json_each(:people)
    UNION SELECT person FROM household_members WHERE household IN homes
    UNION SELECT person FROM dossiers JOIN dossier_people ON dossier = id WHERE household IN homes
    """
    return tuple(person for (person,) in db.execute(query, {"people": _array(people)}))


def done(db: Database, people: Collection[int]) -> None:
    """Note that these people were compared."""
    db.execute("DELETE FROM likeness_due WHERE person IN (SELECT value FROM json_each(?))", (_array(people),))


def set_keys(db: Database, person: int, keys: Iterable[str]) -> None:
    """Let someone be found by these keys alone."""
    db.execute("DELETE FROM likeness_keys WHERE person = ?", (person,))
    query = "INSERT INTO likeness_keys (key, person) SELECT value, ? FROM json_each(?)"
    db.execute(query, (person, json.dumps(sorted(keys), ensure_ascii=False)))


def sharing(db: Database, person: int, keys: Iterable[str]) -> frozenset[int]:
    """Return who has one of these keys too; nobody by a key that a crowd has."""
    found: set[int] = set()
    for key in keys:
        rows = db.execute("SELECT person FROM likeness_keys WHERE key = ? LIMIT ?", (key, _CROWD + 1)).fetchall()
        if len(rows) <= _CROWD:
            found.update(other for (other,) in rows)
    return frozenset(found - {person})


def homes(db: Database, person: int) -> frozenset[int]:
    """Return the households that declared someone, or that they belong to."""
    rows = db.execute(
        """SELECT household FROM household_members WHERE person = :person
        UNION SELECT household FROM dossier_people JOIN dossiers ON id = dossier WHERE person = :person""",
        {"person": person},
    )
    return frozenset(household for (household,) in rows)


def name(db: Database, person: int) -> str:
    """Return how someone is called."""
    return str(db.execute(f"SELECT {NAME} FROM people WHERE id = ?", (person,)).fetchone()[0])


def keep(db: Database, person: int, found: Mapping[int, tuple[int, str]], now: datetime) -> None:
    """Write who is like someone, each with a score and reasons; who is no more, and was not set aside, is forgotten."""
    db.execute(
        """DELETE FROM likenesses WHERE set_aside_at IS NULL AND (
            one = :person AND other NOT IN (SELECT value FROM json_each(:others))
            OR other = :person AND one NOT IN (SELECT value FROM json_each(:others)))""",
        {"person": person, "others": _array(found)},
    )
    for other, (score, reasons) in found.items():
        db.execute(
            """INSERT INTO likenesses (one, other, score, reasons, found_at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (one, other) DO UPDATE SET score = excluded.score, reasons = excluded.reasons""",
            (*sorted((person, other)), score, reasons, stamp(now)),
        )


_LIKENESSES = """
SELECT likenesses.id, one, other, score, reasons, found_at, set_aside_at, agents.email
FROM likenesses LEFT JOIN agents ON agents.id = set_aside_by
"""


def of_people(db: Database, people: Collection[int]) -> tuple[Likeness, ...]:
    """Return what each of these is like, the likeliest first."""
    among = "(SELECT value FROM json_each(:people))"
    query = f"{_LIKENESSES} WHERE one IN {among} OR other IN {among} ORDER BY score DESC, likenesses.id"
    return tuple(_likeness(*row) for row in db.execute(query, {"people": _array(people)}).fetchall())


def by_id(db: Database, likeness: int) -> Likeness | None:
    """Return a likeness."""
    row = db.execute(_LIKENESSES + " WHERE likenesses.id = ?", (likeness,)).fetchone()
    return _likeness(*row) if row else None


def set_aside(db: Database, likeness: int, agent: int | None, now: datetime | None) -> bool:
    """Write that these are not one person, or with None that they may be again; False when it was so already."""
    query = "UPDATE likenesses SET set_aside_at = ?, set_aside_by = ? WHERE id = ? AND (set_aside_at IS NULL) = ?"
    at = stamp(now) if now else None
    return db.execute(query, (at, agent, likeness, now is not None)).rowcount > 0


OPEN_IN = """
SELECT dossier FROM likenesses JOIN dossier_people ON dossier_people.person = likenesses.one
    WHERE set_aside_at IS NULL AND withdrawn_at IS NULL
UNION ALL SELECT dossier FROM likenesses JOIN dossier_people ON dossier_people.person = likenesses.other
    WHERE set_aside_at IS NULL AND withdrawn_at IS NULL
"""
"""The dossiers about someone who may be declared twice: what the queue's filter asks."""


def _likeness(
    number: int, one: int, other: int, score: int, reasons: str, found: str, aside: str | None, by: str | None
) -> Likeness:
    told = tuple(tuple(reason) for reason in json.loads(reasons))
    return Likeness(number, one, other, score, told, moment(found), moment(aside) if aside else None, by)


def _array(values: Iterable[int]) -> str:
    return json.dumps(list(values))
