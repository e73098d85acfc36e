"""Dossiers: what families deposited and what was decided for each of their people."""

import json
import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlite_utils import Database

from wizard.clock import moment, stamp
from wizard.models import Action, Decision, DecisionLine, Dossier, Role
from wizard.stores import journal
from wizard.stores.people_search import NAME
from wizard.values.text import clean

# No 0/O, 1/I/L, 2/Z, 5/S, 8/B, nor U beside V: badly copied by hand. No vowel: no word comes out by chance.
_ALPHABET = "CDFGHJKMNPQRTVWXY34679"
_LENGTH = 8


def new_reference(db: Database) -> str:
    """Return a reference that no dossier has, shown in two groups: « 7KQM 4RXT »."""
    while True:
        reference = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
        if not db.execute("SELECT 1 FROM dossiers WHERE reference = ?", (reference,)).fetchone():
            return reference


def typed_reference(text: str) -> str:
    """Return a reference as it is stored, from what a person typed: any case, spaces, hyphens, full stop."""
    return "".join(sign for sign in clean(text).upper() if sign.isalnum())


def add(db: Database, reference: str, household: int, account: int, now: datetime) -> int:
    """Deposit a dossier that asks nothing yet, and say so in its journal."""
    cursor = db.execute(
        "INSERT INTO dossiers (reference, household, account, deposited_at) VALUES (?, ?, ?, ?)",
        (reference, household, account, stamp(now)),
    )
    dossier = int(cursor.lastrowid or 0)
    journal.add(db, dossier, Action.DEPOSITED, now)
    return dossier


def ask(db: Database, dossier: int, person: int, role: Role) -> None:
    """Ask a decision about a person in a dossier, or ask it anew."""
    db.execute(
        """INSERT INTO dossier_people (dossier, person, role) VALUES (?, ?, ?)
        ON CONFLICT (dossier, person) DO UPDATE SET decision = NULL, motive = NULL, comment = NULL, version = NULL,
            answered_at = NULL, withdrawn_at = NULL""",
        (dossier, person, role),
    )


def withdraw(db: Database, dossier: int, person: int, now: datetime) -> None:
    """Ask nothing more about a person in a dossier."""
    query = "UPDATE dossier_people SET withdrawn_at = ? WHERE dossier = ? AND person = ?"
    db.execute(query, (stamp(now), dossier, person))


WAITS_FOR_FAMILY = (
    "dossier_people.withdrawn_at IS NULL AND dossier_people.answered_at IS NOT NULL"
    " AND dossier_people.decision = 'to_correct'"
)
"""Whether the family is still to correct what a line asks."""

_DOSSIERS = """
SELECT dossiers.id, dossiers.reference, dossiers.household, dossiers.account,
    dossiers.deposited_at, dossiers.opened_at, dossiers.answered_at, dossiers.corrected_at,
    dossier_people.person, dossier_people.decision, dossier_people.motive, dossier_people.comment,
    dossier_people.role, motives.name, motives.sentence, dossier_people.answered_at, dossier_people.withdrawn_at
FROM dossiers LEFT JOIN dossier_people ON dossier_people.dossier = dossiers.id
    LEFT JOIN motives ON motives.code = dossier_people.motive
"""
_ORDER = " ORDER BY dossiers.deposited_at DESC, dossiers.id DESC, dossier_people.person"


def by_id(db: Database, dossier: int) -> Dossier | None:
    """Return a dossier."""
    return next(_dossiers(db, _DOSSIERS + " WHERE dossiers.id = ?" + _ORDER, dossier), None)


def by_reference(db: Database, reference: str) -> Dossier | None:
    """Return the dossier of a reference, typed with or without its space, in any case."""
    return next(_dossiers(db, _DOSSIERS + " WHERE dossiers.reference = ?" + _ORDER, typed_reference(reference)), None)


def of_household(db: Database, household: int) -> tuple[Dossier, ...]:
    """Return what a household deposited, the most recent first."""
    return tuple(_dossiers(db, _DOSSIERS + " WHERE dossiers.household = ?" + _ORDER, household))


def household_of(db: Database, contact: int) -> int | None:
    """Return the household that asked for a contact."""
    query = "SELECT household FROM dossiers JOIN dossier_people ON dossier = dossiers.id WHERE person = ? LIMIT 1"
    row = db.execute(query, (contact,)).fetchone()
    return int(row[0]) if row else None


def by_ids(db: Database, dossiers: Sequence[int]) -> tuple[Dossier, ...]:
    """Return several dossiers, in the order of `dossiers`."""
    query = _DOSSIERS + " WHERE dossiers.id IN (SELECT value FROM json_each(?))" + _ORDER
    found = {dossier.id: dossier for dossier in _dossiers(db, query, json.dumps(list(dossiers)))}
    return tuple(found[dossier] for dossier in dossiers if dossier in found)


def _dossiers(db: Database, query: str, value: int | str) -> Iterator[Dossier]:
    for record, rows in groupby(db.execute(query, (value,)).fetchall(), key=lambda row: row[:8]):
        dossier, reference, household, account, deposited, opened, answered, corrected = record
        yield Dossier(
            id=dossier,
            reference=reference,
            household=household,
            account=account,
            deposited_at=moment(deposited),
            opened_at=_moment(opened),
            answered_at=_moment(answered),
            corrected_at=_moment(corrected),
            lines=tuple(_line(row[8:]) for row in rows if row[8] is not None),
        )


def _moment(kept: str | None) -> datetime | None:
    return moment(kept) if kept else None


def _line(row: Sequence[Any]) -> DecisionLine:
    person, decision, reason, comment, role, name, told, answered, withdrawn = row
    return DecisionLine(
        person=person,
        decision=Decision(decision) if decision else None,
        reason=reason,
        comment=comment,
        role=Role(role),
        answered_at=_moment(answered),
        withdrawn_at=_moment(withdrawn),
        reason_name=name or "",
        reason_told=told or "",
    )


def names(db: Database, dossier: int) -> dict[int, str]:
    """Return the name of each person of a dossier."""
    query = f"""
    SELECT people.id, {NAME}
    FROM dossier_people JOIN people ON people.id = dossier_people.person WHERE dossier_people.dossier = ?
    """
    return dict(db.execute(query, (dossier,)).fetchall())


def set_opened(db: Database, dossier: int, now: datetime) -> bool:
    """Date the first opening by an agent; True when this is it."""
    query = "UPDATE dossiers SET opened_at = ? WHERE id = ? AND opened_at IS NULL RETURNING id"
    return db.execute(query, (stamp(now), dossier)).fetchone() is not None


def set_answered(db: Database, dossier: int, now: datetime) -> None:
    """Date the answer: of the dossier, and of each line that it tells of for the first time."""
    at = stamp(now)
    db.execute("UPDATE dossiers SET answered_at = ?, corrected_at = NULL WHERE id = ?", (at, dossier))
    query = (
        "UPDATE dossier_people SET answered_at = ? WHERE dossier = ? AND answered_at IS NULL AND withdrawn_at IS NULL"
    )
    db.execute(query, (at, dossier))


def set_corrected(db: Database, dossier: int, now: datetime) -> None:
    """Date what came back from the family: the dossier waits for the town hall again."""
    db.execute("UPDATE dossiers SET answered_at = NULL, corrected_at = ? WHERE id = ?", (stamp(now), dossier))


def restore_answer(db: Database, dossier: int) -> None:
    """Let the last answer be in force again: the family took back all that it asked since."""
    query = """UPDATE dossiers SET corrected_at = NULL, answered_at =
        (SELECT max(answered_at) FROM dossier_people WHERE dossier = dossiers.id) WHERE id = ?"""
    db.execute(query, (dossier,))


def reopen(db: Database, dossier: int, people: Iterable[int]) -> None:
    """Take back the answer: what was asked of these people waits for the town hall again."""
    db.execute("UPDATE dossiers SET answered_at = NULL WHERE id = ?", (dossier,))
    query = "UPDATE dossier_people SET answered_at = NULL WHERE dossier = ? AND person = ?"
    for person in people:
        db.execute(query, (dossier, person))


def set_decision(db: Database, dossier: int, line: DecisionLine, version: int) -> None:
    """Keep what was decided of the declaration of a version, in place of what was decided before."""
    db.execute(
        """UPDATE dossier_people SET decision = ?, motive = ?, comment = ?, version = ?, answered_at = NULL
        WHERE dossier = ? AND person = ?""",
        (line.decision, line.reason, line.comment, version, dossier, line.person),
    )
