"""What agents write down about families, for each other."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from wizard.clock import moment, stamp
from wizard.models import Note, NoteKind


def add(db: Database, household: int, kind: NoteKind, text: str, at: datetime, agent: int, form: str) -> bool:
    """Keep a note; False when this form's is kept already."""
    query = """
    INSERT INTO notes (household, kind, text, at, agent, form) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (form) DO NOTHING RETURNING id
    """
    return db.execute(query, (household, kind, text, stamp(at), agent, form)).fetchone() is not None


_NOTES = """
SELECT notes.id, household, kind, text, at, agent, authors.email, corrected_at, ended_at, enders.email
FROM notes JOIN agents AS authors ON authors.id = agent LEFT JOIN agents AS enders ON enders.id = ended_by
"""


def of_household(db: Database, household: int) -> tuple[Note, ...]:
    """Return the notes about a household, the last first."""
    rows = db.execute(_NOTES + " WHERE household = ? ORDER BY notes.id DESC", (household,)).fetchall()
    return tuple(map(_note, rows))


def set_text(db: Database, note: int, text: str, now: datetime) -> None:
    """Put a note right."""
    db.execute("UPDATE notes SET text = ?, corrected_at = ? WHERE id = ?", (text, stamp(now), note))


def end(db: Database, note: int, agent: int, now: datetime) -> bool:
    """Say that a situation is to be known no more; False when it was said already, or it is no situation."""
    query = """
    UPDATE notes SET ended_at = ?, ended_by = ? WHERE id = ? AND kind = 'situation' AND ended_at IS NULL RETURNING id
    """
    return db.execute(query, (stamp(now), agent, note)).fetchone() is not None


def _note(row: Sequence[Any]) -> Note:
    number, household, kind, text, at, agent, email, corrected, ended, ended_by = row
    corrected_at, ended_at = (moment(one) if one else None for one in (corrected, ended))
    return Note(number, household, NoteKind(kind), text, moment(at), agent, email, corrected_at, ended_at, ended_by)
