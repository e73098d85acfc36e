"""The documents' own file: what is sealed, which nothing here can read."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from wizard.clock import moment, stamp


@dataclass(frozen=True)
class Sealed:
    """Bytes encrypted under `key`, itself wrapped by the key of `year`."""

    year: str
    key: bytes
    content: bytes


def add(documents: Database, document: int, page: int, sealed: Sealed, now: datetime) -> None:
    """Keep a page of a document; page 0 is the document itself."""
    documents.execute(
        "INSERT INTO contents (document, page, year, key, sealed, kept_at) VALUES (?, ?, ?, ?, ?, ?)",
        (document, page, sealed.year, sealed.key, sealed.content, stamp(now)),
    )


def replace(documents: Database, document: int, page: int, sealed: Sealed) -> None:
    """Keep a page sealed anew."""
    documents.execute(
        "UPDATE contents SET year = ?, key = ?, sealed = ? WHERE document = ? AND page = ?",
        (sealed.year, sealed.key, sealed.content, document, page),
    )


def page(documents: Database, document: int, number: int) -> Sealed | None:
    """Return one page."""
    query = "SELECT year, key, sealed FROM contents WHERE document = ? AND page = ?"
    row = documents.execute(query, (document, number)).fetchone()
    return Sealed(*row) if row else None


def pages(documents: Database, document: int) -> list[tuple[int, Sealed]]:
    """Return the pages of a document, itself first."""
    query = "SELECT page, year, key, sealed FROM contents WHERE document = ? ORDER BY page"
    return [(number, Sealed(*row)) for number, *row in documents.execute(query, (document,)).fetchall()]


def drop(documents: Database, numbers: Iterable[int]) -> int:
    """Delete some documents with their previews, and return how many rows were."""
    query = "DELETE FROM contents WHERE document IN (SELECT value FROM json_each(?))"
    return documents.execute(query, (json.dumps(list(numbers)),)).rowcount


def kept_before(documents: Database, before: datetime) -> tuple[int, ...]:
    """Return the documents kept before a moment."""
    query = "SELECT DISTINCT document FROM contents WHERE kept_at < ?"
    return tuple(number for (number,) in documents.execute(query, (stamp(before),)).fetchall())


def of_years_before(documents: Database, year: str) -> tuple[int, ...]:
    """Return the documents under the key of a year before this one."""
    query = "SELECT DISTINCT document FROM contents WHERE year < ?"
    return tuple(number for (number,) in documents.execute(query, (year,)).fetchall())


def years(documents: Database) -> frozenset[str]:
    """Return the years under whose key there is something."""
    rows = documents.execute("SELECT year FROM contents UNION SELECT year FROM envelopes").fetchall()
    return frozenset(year for (year,) in rows)


def add_envelope(documents: Database, child: int, origin: int, sealed: Sealed, now: datetime) -> None:
    """Keep an envelope of a child, first sealed for `origin`, unless there is one of the same."""
    documents.execute(
        "INSERT OR IGNORE INTO envelopes (child, year, origin, key, sealed, sealed_at) VALUES (?, ?, ?, ?, ?, ?)",
        (child, sealed.year, origin, sealed.key, sealed.content, stamp(now)),
    )


def envelope(documents: Database, child: int, year: str) -> Sealed | None:
    """Return the last envelope of a child for a year."""
    query = "SELECT year, key, sealed FROM envelopes WHERE child = ? AND year = ? ORDER BY sealed_at DESC LIMIT 1"
    row = documents.execute(query, (child, year)).fetchone()
    return Sealed(*row) if row else None


def envelopes(documents: Database, child: int) -> list[tuple[Sealed, datetime]]:
    """Return the envelopes of a child, one a year, and when each was sealed."""
    query = "SELECT year, key, sealed, max(sealed_at) FROM envelopes WHERE child = ? GROUP BY year ORDER BY year"
    return [(Sealed(*row), moment(at)) for *row, at in documents.execute(query, (child,)).fetchall()]


def drop_envelope(documents: Database, child: int, year: str) -> None:
    """Delete the envelopes of a child for a year."""
    documents.execute("DELETE FROM envelopes WHERE child = ? AND year = ?", (child, year))


def drop_envelopes(documents: Database, year: str) -> int:
    """Delete all those of a year, and return how many were."""
    return documents.execute("DELETE FROM envelopes WHERE year = ?", (year,)).rowcount
