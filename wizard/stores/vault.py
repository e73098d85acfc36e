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


def add(kept: Database, document: int, page: int, sealed: Sealed, now: datetime) -> None:
    """Keep a page of a document; page 0 is the document itself."""
    kept.execute(
        "INSERT INTO contents (document, page, year, key, sealed, kept_at) VALUES (?, ?, ?, ?, ?, ?)",
        (document, page, sealed.year, sealed.key, sealed.content, stamp(now)),
    )


def replace(kept: Database, document: int, page: int, sealed: Sealed) -> None:
    """Keep a page sealed anew."""
    kept.execute(
        "UPDATE contents SET year = ?, key = ?, sealed = ? WHERE document = ? AND page = ?",
        (sealed.year, sealed.key, sealed.content, document, page),
    )


def page(kept: Database, document: int, number: int) -> Sealed | None:
    """Return one page."""
    query = "SELECT year, key, sealed FROM contents WHERE document = ? AND page = ?"
    row = kept.execute(query, (document, number)).fetchone()
    return Sealed(*row) if row else None


def pages(kept: Database, document: int) -> list[tuple[int, Sealed]]:
    """Return the pages of a document, itself first."""
    query = "SELECT page, year, key, sealed FROM contents WHERE document = ? ORDER BY page"
    return [(number, Sealed(*row)) for number, *row in kept.execute(query, (document,)).fetchall()]


def drop(kept: Database, numbers: Iterable[int]) -> int:
    """Delete some documents with their previews, and return how many rows were."""
    query = "DELETE FROM contents WHERE document IN (SELECT value FROM json_each(?))"
    return kept.execute(query, (json.dumps(list(numbers)),)).rowcount


def documents(kept: Database) -> tuple[int, ...]:
    """Return the documents that are there."""
    return tuple(number for (number,) in kept.execute("SELECT document FROM contents WHERE page = 0").fetchall())


def count(kept: Database) -> int:
    """Return how many are."""
    return int(kept.execute("SELECT count(*) FROM contents WHERE page = 0").fetchone()[0])


def kept_before(kept: Database, before: datetime) -> tuple[int, ...]:
    """Return the documents kept before a moment."""
    query = "SELECT DISTINCT document FROM contents INDEXED BY contents_kept_at WHERE kept_at < ?"
    return tuple(number for (number,) in kept.execute(query, (stamp(before),)).fetchall())


def under(kept: Database, years: Iterable[str]) -> tuple[int, ...]:
    """Return the documents under the keys of some years."""
    query = "SELECT DISTINCT document FROM contents WHERE year IN (SELECT value FROM json_each(?))"
    return tuple(number for (number,) in kept.execute(query, (json.dumps(list(years)),)).fetchall())


def years(kept: Database) -> frozenset[str]:
    """Return the years under whose key there is something."""
    rows = kept.execute("SELECT year FROM contents UNION SELECT year FROM envelopes").fetchall()
    return frozenset(year for (year,) in rows)


def add_envelope(kept: Database, child: int, origin: int, sealed: Sealed, now: datetime) -> None:
    """Keep an envelope of a child, first sealed for `origin`, unless there is one of the same."""
    kept.execute(
        "INSERT OR IGNORE INTO envelopes (child, year, origin, key, sealed, sealed_at) VALUES (?, ?, ?, ?, ?, ?)",
        (child, sealed.year, origin, sealed.key, sealed.content, stamp(now)),
    )


def envelope(kept: Database, child: int, year: str) -> Sealed | None:
    """Return the last envelope of a child for a year."""
    query = "SELECT year, key, sealed FROM envelopes WHERE child = ? AND year = ? ORDER BY sealed_at DESC LIMIT 1"
    row = kept.execute(query, (child, year)).fetchone()
    return Sealed(*row) if row else None


def envelopes(kept: Database, child: int) -> list[tuple[Sealed, datetime]]:
    """Return the envelopes of a child, one a year, and when each was sealed."""
    query = "SELECT year, key, sealed, max(sealed_at) FROM envelopes WHERE child = ? GROUP BY year ORDER BY year"
    return [(Sealed(*row), moment(at)) for *row, at in kept.execute(query, (child,)).fetchall()]


def drop_envelope(kept: Database, child: int, year: str) -> None:
    """Delete the envelopes of a child for a year."""
    kept.execute("DELETE FROM envelopes WHERE child = ? AND year = ?", (child, year))


def drop_envelopes_of(kept: Database, children: Iterable[int]) -> None:
    """Delete those of some children."""
    query = "DELETE FROM envelopes WHERE child IN (SELECT value FROM json_each(?))"
    kept.execute(query, (json.dumps(list(children)),))


def drop_handed_over(kept: Database, origins: Iterable[int]) -> None:
    """Delete those that were first sealed for some children and are now others'."""
    query = "DELETE FROM envelopes WHERE origin <> child AND origin IN (SELECT value FROM json_each(?))"
    kept.execute(query, (json.dumps(list(origins)),))


def children(kept: Database) -> frozenset[int]:
    """Return the children who have an envelope, or had before they were joined with another."""
    rows = kept.execute("SELECT child FROM envelopes UNION SELECT origin FROM envelopes").fetchall()
    return frozenset(number for (number,) in rows)


def drop_envelopes(kept: Database, year: str) -> int:
    """Delete all those of a year, and return how many were."""
    return kept.execute("DELETE FROM envelopes WHERE year = ?", (year,)).rowcount
