"""What outlived its purpose, state by state, and since when the town was told that it is to be deleted."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlite_utils import Database

from wizard.clock import moment, stamp


class Kind(StrEnum):
    """What is deleted: a family that comes no more, a dossier refused or cancelled, a contact withdrawn."""

    INACTIVE = "inactive"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Idle:
    """Something that serves no more since a moment; `number` is that of a household, a dossier or a person."""

    kind: Kind
    number: int
    household: int
    since: datetime


# All that a family did, or that was answered to it; `households.id` is the one looked at.
_LAST_ACTIVITY = """max(
    (SELECT max(max(created_at, coalesce(seen_at, ''))) FROM accounts WHERE household = households.id),
    coalesce((SELECT max(max(deposited_at, coalesce(answered_at, ''), coalesce(corrected_at, ''))) FROM dossiers
        WHERE household = households.id), ''),
    coalesce((SELECT max(journal.at) FROM journal JOIN dossiers ON dossiers.id = journal.dossier
        WHERE household = households.id AND action NOT IN ('opened', 'read', 'found')), ''),
    coalesce((SELECT max(at) FROM amendments WHERE household = households.id), ''),
    coalesce((SELECT max(at) FROM withdrawals WHERE household = households.id), ''),
    coalesce((SELECT max(agreed_at) FROM confirmations WHERE household = households.id), ''),
    coalesce(confirmed_at, ''))"""

_INACTIVE = f"""
SELECT id, household, since FROM (SELECT id, id AS household, {_LAST_ACTIVITY} AS since FROM households
    WHERE id IN (SELECT household FROM accounts WHERE activated_at IS NOT NULL AND seen_at <= :before))
WHERE since <= :before
"""

# Refused, or taken back by the family; a declaration that was accepted once is what something true comes from.
_CLOSED = """
SELECT id, household, since FROM (
    SELECT dossiers.id, household, max(deposited_at, coalesce(answered_at, ''), coalesce((SELECT
        max(max(coalesce(dossier_people.answered_at, ''), coalesce(withdrawn_at, '')))
        FROM dossier_people WHERE dossier = dossiers.id), '')) AS since
    FROM dossiers
    WHERE deposited_at <= :before
        AND NOT EXISTS (SELECT 1 FROM dossier_people WHERE dossier = dossiers.id AND withdrawn_at IS NULL
            AND (decision IS NULL OR decision <> 'refused' OR dossier_people.answered_at IS NULL))
        AND NOT EXISTS (SELECT 1 FROM declarations WHERE dossier = dossiers.id AND accepted_at IS NOT NULL)
) WHERE since <= :before
"""

# Nobody waits for them, nor has still to be told.
_WITHDRAWN = """
SELECT contact, household, max(at) AS since FROM withdrawals
WHERE NOT EXISTS (SELECT 1 FROM contact_rights WHERE contact_rights.contact = withdrawals.contact)
    AND NOT EXISTS (SELECT 1 FROM household_members AS member WHERE member.person = withdrawals.contact
        AND (member.role <> 'contact' OR member.household <> withdrawals.household))
    AND NOT EXISTS (SELECT 1 FROM dossier_people AS line WHERE line.person = withdrawals.contact
        AND line.withdrawn_at IS NULL AND (line.answered_at IS NULL OR line.decision = 'to_correct'))
    AND NOT EXISTS (SELECT 1 FROM withdrawals AS other WHERE other.contact = withdrawals.contact
        AND (other.seen_at IS NULL OR other.household <> withdrawals.household))
GROUP BY contact HAVING max(at) <= :before
"""


def idle(db: Database, kind: Kind, before: datetime) -> tuple[Idle, ...]:
    """Return what serves no more since that moment, the longest first."""
    values = {"before": stamp(before)}
    match kind:
        case Kind.INACTIVE:
            rows = db.execute(_INACTIVE, values)
        case Kind.CLOSED:
            rows = db.execute(_CLOSED, values)
        case Kind.WITHDRAWN:
            rows = db.execute(_WITHDRAWN, values)
    found = (Idle(kind, number, household, moment(since)) for number, household, since in rows.fetchall())
    return tuple(sorted(found, key=lambda one: (one.since, one.number)))


def announce(db: Database, kind: Kind, found: Iterable[Idle], now: datetime) -> int:
    """Tell what is to be deleted, and no more what serves again; return how many are told for the first time."""
    numbers = {one.number: one.household for one in found}
    query = "DELETE FROM deletions_announced WHERE kind = ? AND number NOT IN (SELECT value FROM json_each(?))"
    db.execute(query, (kind, json.dumps(list(numbers))))
    query = "INSERT OR IGNORE INTO deletions_announced (kind, number, household, announced_at) VALUES (?, ?, ?, ?)"
    return sum(db.execute(query, (kind, *row, stamp(now))).rowcount for row in numbers.items())


def announced(db: Database, kind: Kind) -> dict[int, datetime]:
    """Return what the town was told of, and when."""
    query = "SELECT number, announced_at FROM deletions_announced WHERE kind = ?"
    return {number: moment(at) for number, at in db.execute(query, (kind,)).fetchall()}


def references(db: Database, household: int) -> tuple[str, ...]:
    """Return the references by which the town knows a household, the last dossier first."""
    query = "SELECT reference FROM dossiers WHERE household = ? ORDER BY id DESC"
    return tuple(reference for (reference,) in db.execute(query, (household,)).fetchall())


def dossier(db: Database, number: int) -> None:
    """Delete a dossier, and whom nothing else knows."""
    people = [person for (person,) in db.execute("SELECT person FROM dossier_people WHERE dossier = ?", (number,))]
    db.execute("DELETE FROM dossiers WHERE id = ?", (number,))
    db.execute(
        """DELETE FROM people WHERE id IN (SELECT value FROM json_each(?))
            AND NOT EXISTS (SELECT 1 FROM household_members WHERE person = people.id)
            AND NOT EXISTS (SELECT 1 FROM dossier_people WHERE person = people.id)""",
        (json.dumps(people),),
    )


def contact(db: Database, person: int) -> None:
    """Delete a contact, and the dossiers that asked for nobody else."""
    asked = [number for (number,) in db.execute("SELECT dossier FROM dossier_people WHERE person = ?", (person,))]
    db.execute("DELETE FROM people WHERE id = ?", (person,))
    db.execute(
        """DELETE FROM dossiers WHERE id IN (SELECT value FROM json_each(?))
            AND NOT EXISTS (SELECT 1 FROM dossier_people WHERE dossier = dossiers.id)""",
        (json.dumps(asked),),
    )
