"""The families that the town already knows, and the households that announce their key or are recognised by it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from wizard.clock import moment, stamp
from wizard.models import KeyOrigin, Recognition
from wizard.stores.people_search import folded


@dataclass(frozen=True)
class KnownFamily:
    """A family as the town's files hold it."""

    enfance_key: str
    birth_name: str
    given_name: str
    email: str | None


def save(db: Database, family: KnownFamily, now: datetime) -> bool:
    """Add a family, or replace the one that has its key; return whether it is new."""
    new = db.execute("SELECT 1 FROM known_families WHERE enfance_key = ?", (family.enfance_key,)).fetchone() is None
    db.execute(
        """INSERT INTO known_families (enfance_key, birth_name, given_name, email, imported_at, surname, first_name)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (enfance_key) DO UPDATE SET birth_name = excluded.birth_name, surname = excluded.surname,
            given_name = excluded.given_name, first_name = excluded.first_name,
            email = excluded.email, imported_at = excluded.imported_at""",
        (
            *(family.enfance_key, family.birth_name, family.given_name, family.email, stamp(now)),
            *(folded(family.birth_name), folded(family.given_name)),
        ),
    )
    return new


def all_known(db: Database) -> dict[str, KnownFamily]:
    """Return all the families known, by their keys: to compare a whole file with them."""
    rows = db.execute("SELECT enfance_key, birth_name, given_name, email FROM known_families")
    return {row[0]: _family(row) for row in rows}


def alike(db: Database, key: str) -> tuple[str, ...]:
    """Return the keys known that are `key`, else those that are but for the zeros before it.

    A spreadsheet takes these zeros off, or a link was made with them. Several families may then be meant.
    """
    rows = db.execute(
        """SELECT enfance_key FROM known_families
        WHERE enfance_key = :key OR (:key NOT GLOB '*[^0-9]*' AND ltrim(enfance_key, '0') = ltrim(:key, '0'))
        ORDER BY enfance_key""",
        {"key": key},
    )
    keys = tuple(known for (known,) in rows)
    return (key,) if key in keys else keys


@dataclass(frozen=True)
class Tie:
    """How a household stands to the families known: `known` is the one that has its key, if any does.

    `key_origin` is « generated » at the sign-up, « link » when only announced, « known » once recognised.
    `confirmed_at` is when the household said last that all it declared is right.
    """

    enfance_key: str
    key_origin: KeyOrigin
    recognition: Recognition | None
    known: KnownFamily | None
    imported_at: datetime | None
    confirmed_at: datetime | None

    @property
    def is_recognised(self) -> bool:
        """Whether its key is that of a family known."""
        return self.key_origin is KeyOrigin.KNOWN

    @property
    def is_announced(self) -> bool:
        """Whether its key is only what a link said: it may be another's."""
        return self.key_origin is KeyOrigin.LINK

    @property
    def has_own_key(self) -> bool:
        """Whether its key was made for it."""
        return self.key_origin is KeyOrigin.GENERATED

    @property
    def is_set_aside(self) -> bool:
        """Whether an agent said that it is no family known."""
        return self.recognition is Recognition.SET_ASIDE


def tie(db: Database, household: int) -> Tie:
    """Return how a household stands to the families known. The one whose key it announces may be another's."""
    query = "SELECT enfance_key, key_origin, recognition, confirmed_at FROM households WHERE id = ?"
    key, origin, recognition, confirmed_at = db.execute(query, (household,)).fetchone()
    meant = () if origin == "generated" else alike(db, key)
    query = "SELECT enfance_key, birth_name, given_name, email, imported_at FROM known_families WHERE enfance_key = ?"
    *known, imported_at = db.execute(query, meant).fetchone() if len(meant) == 1 else (None,)
    return Tie(
        key,
        KeyOrigin(origin),
        Recognition(recognition) if recognition else None,
        _family(known) if imported_at else None,
        moment(imported_at) if imported_at else None,
        moment(confirmed_at) if confirmed_at else None,
    )


def alone_with(db: Database, email: str) -> KnownFamily | None:
    """Return the one family that has this address; an address that two of them share says nothing."""
    query = "SELECT enfance_key, birth_name, given_name, email FROM known_families WHERE email = ? LIMIT 2"
    rows = db.execute(query, (email,)).fetchall()
    return _family(rows[0]) if len(rows) == 1 else None


def _family(row: Sequence[Any]) -> KnownFamily:
    return KnownFamily(*row)


def bears_name(db: Database, person: int, family: KnownFamily) -> bool:
    """Whether someone has the names of a family: the given name, and the birth name or the one in use."""
    query = "SELECT given_name, birth_name, coalesce(usage_name, birth_name) FROM people WHERE id = ?"
    given_name, *names = map(folded, db.execute(query, (person,)).fetchone())
    return given_name == folded(family.given_name) and folded(family.birth_name) in names


def recognise(db: Database, household: int, family: KnownFamily, recognition: Recognition) -> None:
    """Tie a household to a family and give it its key, unless it is tied already or an agent set it aside."""
    db.execute(
        """UPDATE households SET known_family = known.id, enfance_key = known.enfance_key, key_origin = 'known',
            recognition = ?, own_key = CASE key_origin WHEN 'generated' THEN households.enfance_key END
        FROM known_families AS known WHERE known.enfance_key = ? AND households.id = ? AND recognition IS NULL""",
        (recognition, family.enfance_key, household),
    )


def set_aside(db: Database, household: int, fresh_key: str) -> bool:
    """Untie a household for good: its own key is its key again, or a fresh one; False when it has no other's."""
    query = """
    UPDATE households SET enfance_key = coalesce(own_key, ?), key_origin = 'generated', own_key = NULL,
        known_family = NULL, recognition = 'set_aside'
    WHERE id = ? AND key_origin <> 'generated' RETURNING id
    """
    return db.execute(query, (fresh_key, household)).fetchone() is not None


def sharing_key(db: Database, household: int) -> tuple[str | None, ...]:
    """Return the last dossier's reference of each other household that has the same key, None without a dossier.

    An account that never proved its address counts for nothing: anyone could make one under any key.
    """
    query = """
    SELECT (SELECT reference FROM dossiers WHERE household = other.id ORDER BY deposited_at DESC, id DESC LIMIT 1)
    FROM households AS here JOIN households AS other ON other.enfance_key = here.enfance_key AND other.id <> here.id
    WHERE here.id = ? AND EXISTS (SELECT 1 FROM accounts WHERE household = other.id AND activated_at IS NOT NULL)
    ORDER BY other.id
    """
    return tuple(reference for (reference,) in db.execute(query, (household,)))


def purge(db: Database, before: datetime) -> int:
    """Delete the families that no file has held since that moment; households keep the key they were given."""
    query = """
    UPDATE households SET known_family = NULL
    WHERE known_family IN (SELECT id FROM known_families WHERE imported_at < ?)
    """
    db.execute(query, (stamp(before),))
    return db.execute("DELETE FROM known_families WHERE imported_at < ?", (stamp(before),)).rowcount
