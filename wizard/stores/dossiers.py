"""Dossiers: what families deposited and what was decided for each of their people."""

import json
import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlite_utils import Database

from wizard.clock import moment, stamp
from wizard.models import Action, Decision, DecisionLine, Dossier, Motive
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


def add(db: Database, reference: str, household: int, account: int, people: Iterable[int], now: datetime) -> int:
    """Deposit a dossier about `people`, and say so in its journal."""
    cursor = db.execute(
        "INSERT INTO dossiers (reference, household, account, deposited_at) VALUES (?, ?, ?, ?)",
        (reference, household, account, stamp(now)),
    )
    dossier = int(cursor.lastrowid or 0)
    for person in people:
        db.execute("INSERT INTO dossier_people (dossier, person) VALUES (?, ?)", (dossier, person))
    journal.add(db, dossier, Action.DEPOSITED, now)
    return dossier


WAITS = """
    dossiers.answered_at IS NOT NULL AND dossier_people.decision = 'to_correct' AND NOT EXISTS (
        SELECT 1 FROM dossier_people AS again JOIN dossiers AS later ON later.id = again.dossier
        WHERE again.person = dossier_people.person
            AND (coalesce(later.answered_at, later.deposited_at), later.deposited_at, later.id)
                > (dossiers.answered_at, dossiers.deposited_at, dossiers.id))
    AND NOT EXISTS (
        SELECT 1 FROM household_members AS member
        WHERE member.person = dossier_people.person AND member.role = 'contact'
            AND NOT EXISTS (SELECT 1 FROM contact_rights WHERE contact = member.person))
"""
"""Whether the family is still to correct someone: nothing was said of them since, and no contact is withdrawn."""

_DOSSIERS = f"""
SELECT dossiers.id, dossiers.reference, dossiers.household, dossiers.account,
    dossiers.deposited_at, dossiers.opened_at, dossiers.answered_at,
    dossier_people.person, dossier_people.decision, dossier_people.motive, dossier_people.comment, {WAITS}
FROM dossiers LEFT JOIN dossier_people ON dossier_people.dossier = dossiers.id
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


def by_ids(db: Database, dossiers: Sequence[int]) -> tuple[Dossier, ...]:
    """Return several dossiers, in the order of `dossiers`."""
    query = _DOSSIERS + " WHERE dossiers.id IN (SELECT value FROM json_each(?))" + _ORDER
    found = {dossier.id: dossier for dossier in _dossiers(db, query, json.dumps(list(dossiers)))}
    return tuple(found[dossier] for dossier in dossiers if dossier in found)


def _dossiers(db: Database, query: str, value: int | str) -> Iterator[Dossier]:
    for record, rows in groupby(db.execute(query, (value,)).fetchall(), key=lambda row: row[:7]):
        dossier, reference, household, account, deposited, opened, answered = record
        yield Dossier(
            id=dossier,
            reference=reference,
            household=household,
            account=account,
            deposited_at=moment(deposited),
            opened_at=moment(opened) if opened else None,
            answered_at=moment(answered) if answered else None,
            lines=tuple(_line(row[7:]) for row in rows if row[7] is not None),
        )


def _line(row: Sequence[Any]) -> DecisionLine:
    person, decision, motive, comment, waits = row
    decided, why = Decision(decision) if decision else None, Motive(motive) if motive else None
    return DecisionLine(person, decided, why, comment, bool(waits))


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


def set_answered(db: Database, dossier: int, at: datetime | None) -> None:
    """Date the answer; or take it back with None, when the dossier is reopened."""
    db.execute("UPDATE dossiers SET answered_at = ? WHERE id = ?", (stamp(at) if at else None, dossier))


def set_decision(db: Database, dossier: int, line: DecisionLine) -> None:
    """Keep what was decided for one person of a dossier, in place of what was decided before."""
    db.execute(
        "UPDATE dossier_people SET decision = ?, motive = ?, comment = ? WHERE dossier = ? AND person = ?",
        (line.decision, line.motive, line.comment, dossier, line.person),
    )
