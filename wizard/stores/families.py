"""The families that the town already knows, and the households recognised among them."""

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from wizard.clock import stamp


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
        """INSERT INTO known_families (enfance_key, birth_name, given_name, email, imported_at)
        VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (enfance_key) DO UPDATE SET birth_name = excluded.birth_name,
            given_name = excluded.given_name, email = excluded.email, imported_at = excluded.imported_at""",
        (family.enfance_key, family.birth_name, family.given_name, family.email, stamp(now)),
    )
    return new


def recognise_by_key(db: Database, household: int) -> bool:
    """Tie a household to the family whose key it came with from the town's link; return whether there is one."""
    (key,) = db.execute("SELECT enfance_key FROM households WHERE id = ?", (household,)).fetchone()
    meant = alike(db, key)
    return len(meant) == 1 and _recognised(
        db,
        """UPDATE households SET known_family = known.id, enfance_key = known.enfance_key, key_origin = 'known'
        FROM known_families AS known
        WHERE households.id = ? AND key_origin = 'link' AND known.enfance_key = ? RETURNING households.id""",
        household,
        meant[0],
    )


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


def recognise_by_email(db: Database, household: int, email: str) -> bool:
    """Tie a household to the one family that has this address, and give it its key.

    An address that two families share says nothing: neither is chosen.
    """
    return _recognised(
        db,
        """UPDATE households SET known_family = known.id, enfance_key = known.enfance_key, key_origin = 'known'
        FROM (SELECT min(id) AS id, min(enfance_key) AS enfance_key FROM known_families
            WHERE email = ? HAVING count(*) = 1) AS known
        WHERE households.id = ? AND known_family IS NULL RETURNING households.id""",
        email,
        household,
    )


def _recognised(db: Database, statement: str, *values: str | int) -> bool:
    return bool(db.execute(statement, values).fetchall())
