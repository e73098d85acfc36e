"""The documents of the families: what is known of them; their bytes are in the vault."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from sqlite_utils import Database

from wizard.clock import moment, stamp
from wizard.models.documents import Converted, Document, DocumentReason, DocumentState


def add(
    db: Database,
    document: int,
    kind: str,
    owner: tuple[int | None, int | None],
    year: str,
    account: int,
    now: datetime,
    converted: Converted | None,
    valid_until: date | None = None,
) -> None:
    """Write down a document of `owner`, a child or else a household; without `converted`, it is only promised."""
    db.execute(
        """INSERT INTO documents (id, kind, child, household, year, last_year, state, deposited_at, deposited_by,
            valid_until, media_type, pages, bytes, analysed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (document, kind, *owner, year, year,
            DocumentState.RECEIVED if converted else DocumentState.PROMISED,
            stamp(now), account, valid_until.isoformat() if valid_until else None,
            *((converted.media_type, converted.pages, len(converted.content), converted.analysed) if converted
                else (None, 0, 0, False))),
    )  # fmt: skip


def delete(db: Database, numbers: Iterable[int]) -> None:
    """Delete some documents; their bytes are then to be."""
    db.execute("DELETE FROM documents WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(numbers)),))


def decide(
    db: Database, document: int, state: DocumentState, reason: DocumentReason | None, agent: int, now: datetime
) -> bool:
    """Write what an agent decides of a document given; False when there is no such one any more."""
    query = """UPDATE documents SET state = ?, reason = ?, decided_by = ?, decided_at = ?
        WHERE id = ? AND state <> 'promised'"""
    return db.execute(query, (state, reason, agent, stamp(now), document)).rowcount == 1


def serve(db: Database, numbers: Iterable[int], year: str) -> None:
    """Let some documents serve until the end of a later year."""
    query = "UPDATE documents SET last_year = max(last_year, ?) WHERE id IN (SELECT value FROM json_each(?))"
    db.execute(query, (year, json.dumps(list(numbers))))


def set_end(db: Database, document: int, until: date) -> None:
    """Write the last day on which a document is good."""
    db.execute("UPDATE documents SET valid_until = ? WHERE id = ?", (until.isoformat(), document))


_COLUMNS = """documents.id, kind, documents.child, documents.household, year, last_year, state, reason, deposited_at,
    deposited_by, decided_at, coalesce(agents.name, agents.email), valid_until, media_type, pages, bytes, analysed"""
_DOCUMENTS = f"SELECT {_COLUMNS} FROM documents LEFT JOIN agents ON agents.id = decided_by"


def by_id(db: Database, document: int) -> Document | None:
    """Return a document."""
    row = db.execute(_DOCUMENTS + " WHERE documents.id = ?", (document,)).fetchone()
    return _document(row) if row else None


def of_child(db: Database, child: int) -> tuple[Document, ...]:
    """Return the documents of a child, the oldest first."""
    rows = db.execute(_DOCUMENTS + " WHERE child = ? ORDER BY deposited_at, documents.id", (child,))
    return tuple(map(_document, rows.fetchall()))


def of_household(db: Database, household: int) -> tuple[Document, ...]:
    """Return the documents that serve a whole household, the oldest first."""
    rows = db.execute(_DOCUMENTS + " WHERE household = ? ORDER BY deposited_at, documents.id", (household,))
    return tuple(map(_document, rows.fetchall()))


def around(db: Database, children: Iterable[int]) -> dict[int, tuple[Document, ...]]:
    """Return the documents of each of some children, and those of its homes, the oldest first."""
    query = f"""
    WITH around (whose, document) AS (
        SELECT child, id FROM documents WHERE child IN (SELECT value FROM json_each(:children))
        UNION ALL
        SELECT person, documents.id FROM household_members JOIN documents USING (household)
        WHERE household_members.role = 'child' AND person IN (SELECT value FROM json_each(:children))
    )
    SELECT whose, {_COLUMNS} FROM around JOIN documents ON documents.id = document
        LEFT JOIN agents ON agents.id = decided_by
    ORDER BY deposited_at, documents.id
    """
    found: dict[int, tuple[Document, ...]] = {}
    for whose, *row in db.execute(query, {"children": json.dumps(list(children))}).fetchall():
        found[whose] = (*found.get(whose, ()), _document(row))
    return found


def of_past_years(db: Database, year: str) -> tuple[Document, ...]:
    """Return those whose last year is before this one."""
    rows = db.execute(_DOCUMENTS + " WHERE last_year < ? ORDER BY last_year, documents.id", (year,))
    return tuple(map(_document, rows.fetchall()))


def gone(db: Database) -> tuple[int, ...]:
    """Return the documents deleted whose bytes are still to be."""
    query = "SELECT document FROM documents_gone WHERE document NOT IN (SELECT id FROM documents)"
    return tuple(number for (number,) in db.execute(query).fetchall())


def forget_gone(db: Database, numbers: Iterable[int]) -> None:
    """Write that the bytes of these are deleted."""
    query = "DELETE FROM documents_gone WHERE document IN (SELECT value FROM json_each(?))"
    db.execute(query, (json.dumps(list(numbers)),))


def unknown(db: Database, numbers: Iterable[int]) -> tuple[int, ...]:
    """Return those of these numbers that are no document's."""
    query = "SELECT value FROM json_each(?) WHERE value NOT IN (SELECT id FROM documents)"
    return tuple(number for (number,) in db.execute(query, (json.dumps(list(numbers)),)).fetchall())


def without(db: Database, kept: Iterable[int]) -> tuple[int, ...]:
    """Return the documents given that are not among these."""
    query = "SELECT id FROM documents WHERE state <> 'promised' AND id NOT IN (SELECT value FROM json_each(?))"
    return tuple(number for (number,) in db.execute(query, (json.dumps(list(kept)),)).fetchall())


def _document(row: Sequence[Any]) -> Document:
    known: dict[str, Any] = dict(zip(_NAMES, row, strict=True))
    for name, read in _READ.items():
        known[name] = None if known[name] is None else read(known[name])
    return Document(**known)


_NAMES = tuple(field.name for field in fields(Document))
_READ: dict[str, Callable[[Any], Any]] = {
    "state": DocumentState,
    "reason": DocumentReason,
    "deposited_at": moment,
    "decided_at": moment,
    "valid_until": date.fromisoformat,
    "analysed": bool,
}
