"""What the parents of a child authorise, each answer dated; the last one of each parent holds."""

import json
from collections.abc import Iterable
from datetime import datetime

from sqlite_utils import Database

from wizard.clock import moment, stamp
from wizard.models import Authorisation
from wizard.stores.people_search import NAME


def add(
    db: Database, child: int, year: str, purpose: str, given: bool, account: int, person: int, now: datetime
) -> None:
    """Keep what a parent answers for one purpose."""
    db.execute(
        "INSERT INTO authorisations (child, year, purpose, given, account, person, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (child, year, purpose, given, account, person, stamp(now)),
    )


def withdraw(db: Database, number: int, now: datetime) -> bool:
    """Let an authorisation hold no more; False when it did not."""
    query = "UPDATE authorisations SET withdrawn_at = ? WHERE id = ? AND given AND withdrawn_at IS NULL"
    return db.execute(query, (stamp(now), number)).rowcount == 1


def of_children(db: Database, children: Iterable[int], year: str) -> tuple[Authorisation, ...]:
    """Return the last answer of each parent of some children, for each purpose; the older first.

    Of those alone at whose home the child is.
    """
    query = f"""
    SELECT authorisations.id, child, year, purpose, given, account, authorisations.person, {NAME}, at, withdrawn_at
    FROM authorisations JOIN people ON people.id = authorisations.person
    WHERE year = :year AND child IN (SELECT value FROM json_each(:children)) AND authorisations.id IN (
        SELECT max(id) FROM authorisations WHERE year = :year AND child IN (SELECT value FROM json_each(:children))
        GROUP BY child, purpose, person)
        AND EXISTS (SELECT 1 FROM household_members AS own JOIN household_members AS theirs USING (household)
            WHERE own.person = authorisations.child AND theirs.person = authorisations.person)
    ORDER BY authorisations.id
    """
    rows = db.execute(query, {"year": year, "children": json.dumps(sorted(children))}).fetchall()
    return tuple(
        Authorisation(number, child, of, purpose, bool(given), account, person, name, moment(at), _moment(withdrawn))
        for number, child, of, purpose, given, account, person, name, at, withdrawn in rows
    )


def _moment(text: str | None) -> datetime | None:
    return moment(text) if text else None
