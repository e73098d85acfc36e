"""Which families changed, and since when: noted by the database itself, dated when it is first seen."""

from datetime import datetime

from sqlite_utils import Database

from wizard.clock import moment, stamp

Change = tuple[int, datetime]
"""Whom it is about, and when their family was seen to have changed."""


def date(db: Database, now: datetime) -> None:
    """Date what changed since the last time: whoever asked before will ask for it again."""
    db.execute("UPDATE family_changes SET at = ? WHERE at IS NULL", (stamp(now),))


def waits(db: Database) -> bool:
    """Whether something that changed is not dated."""
    return db.execute("SELECT 1 FROM family_changes WHERE at IS NULL LIMIT 1").fetchone() is not None


# More people than a town declares between a copy and its return.
_SKIPPED = 100_000


def start_over(db: Database) -> None:
    """Have all told anew by a copy that is restored, and skip the numbers given since it was made."""
    db.execute("UPDATE family_changes SET at = NULL")
    for query in (
        """UPDATE last_numbers SET number = ? + max(number, (SELECT coalesce(max(id), 0) FROM people))
        WHERE of = 'people'""",
        """UPDATE last_numbers SET number = ? + max(number, (SELECT coalesce(max(id), 0) FROM households))
        WHERE of = 'households'""",
    ):
        db.execute(query, (_SKIPPED,))


_WITH_A_CHILD = "(SELECT household FROM household_members WHERE role = 'child')"

_FAMILIES = f"""
SELECT household, coalesce(at, :now) FROM family_changes
WHERE household > :after AND (at IS NULL OR at >= :since) AND (:since > '' OR household IN {_WITH_A_CHILD})
ORDER BY household LIMIT :limit
"""
_CHILDREN = """
SELECT person, max(coalesce(at, :now)) FROM household_members JOIN family_changes USING (household)
WHERE role = 'child' AND person > :after AND (at IS NULL OR at >= :since)
GROUP BY person ORDER BY person LIMIT :limit
"""
_CONTACTS = f"""
SELECT person, coalesce(at, :now) FROM household_members JOIN family_changes USING (household)
WHERE role = 'contact' AND person > :after AND (at IS NULL OR at >= :since) AND household IN {_WITH_A_CHILD}
    AND person IN (SELECT contact FROM contact_rights)
ORDER BY person LIMIT :limit
"""


def families(db: Database, since: datetime | None, after: int, limit: int, now: datetime) -> list[Change]:
    """Return families with a child, by number; with `since`, those changed from then on and those that are no more."""
    return _read(db, _FAMILIES, since, after, limit, now)


def children(db: Database, since: datetime | None, after: int, limit: int, now: datetime) -> list[Change]:
    """Return the children accepted, by number; with `since`, those of families changed from then on."""
    return _read(db, _CHILDREN, since, after, limit, now)


def contacts(db: Database, since: datetime | None, after: int, limit: int, now: datetime) -> list[Change]:
    """Return the contacts who have a right, by number; with `since`, those of families changed from then on."""
    return _read(db, _CONTACTS, since, after, limit, now)


def _read(db: Database, query: str, since: datetime | None, after: int, limit: int, now: datetime) -> list[Change]:
    values = {"since": stamp(since) if since else "", "after": after, "limit": limit, "now": stamp(now)}
    return [(number, moment(at)) for number, at in db.execute(query, values).fetchall()]
