"""What phones send of documents, part by part: rows of documents.db, each sealed, until the document is made."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple
from datetime import datetime

from sqlite_utils import Database

from wizard.clock import stamp
from wizard.models import Destination, Upload

_TO = "account = ? AND child = ? AND year = ? AND kind = ?"
_UPLOAD = "SELECT id, account, child, year, kind, page, sha256, size, received, whole FROM uploads WHERE "


def add(db: Database, to: Destination, page: int, sha256: str, size: int, now: datetime) -> int:
    """Expect a file; never under the number of another, cancelled or not."""
    cursor = db.execute(
        "INSERT INTO uploads (account, child, year, kind, page, sha256, size, touched_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (*astuple(to), page, sha256, size, stamp(now)),
    )
    return int(cursor.lastrowid or 0)


def by_id(db: Database, account: int, upload: int) -> Upload | None:
    """Return an upload of this account; None for another's."""
    return next(iter(_read(db, "id = ? AND account = ?", upload, account)), None)


def same(db: Database, to: Destination, page: int, sha256: str) -> Upload | None:
    """Return what was received already of this very file, as this page."""
    return next(iter(_read(db, f"{_TO} AND page = ? AND sha256 = ?", *astuple(to), page, sha256)), None)


def pages(db: Database, to: Destination) -> tuple[Upload, ...]:
    """Return the files of a document that is not made yet, in their order."""
    return tuple(_read(db, f"{_TO} ORDER BY page, id", *astuple(to)))


def oldest(db: Database, account: int) -> list[Upload]:
    """Return the files of an account, those that it left for the longest first."""
    return _read(db, "account = ? ORDER BY touched_at, id", account)


def weight(db: Database, account: int) -> tuple[int, int]:
    """Return how many files of an account wait here, and the bytes that they are, or will be."""
    row = db.execute("SELECT count(*), coalesce(sum(size), 0) FROM uploads WHERE account = ?", (account,)).fetchone()
    return int(row[0]), int(row[1])


def append(db: Database, upload: int, offset: int, length: int, sealed: bytes, now: datetime) -> bool:
    """Keep a part, if it begins where the last one ended."""
    grown = db.execute(
        "UPDATE uploads SET received = received + ?, touched_at = ? WHERE id = ? AND received = ?",
        (length, stamp(now), upload, offset),
    ).rowcount
    if grown:
        db.execute("INSERT INTO upload_parts (upload, position, sealed) VALUES (?, ?, ?)", (upload, offset, sealed))
    return bool(grown)


def parts(db: Database, upload: int) -> Iterator[tuple[int, bytes]]:
    """Give the parts of a file, each with where it begins: one at a time, for the whole may be large."""
    query = "SELECT position, sealed FROM upload_parts WHERE upload = ? ORDER BY position"
    yield from db.execute(query, (upload,))


def set_whole(db: Database, upload: int) -> None:
    """Note that what was received is the file, to the byte."""
    db.execute("UPDATE uploads SET whole = 1 WHERE id = ?", (upload,))


def begin_again(db: Database, upload: int) -> None:
    """Drop what was received of a file."""
    db.execute("DELETE FROM upload_parts WHERE upload = ?", (upload,))
    db.execute("UPDATE uploads SET received = 0 WHERE id = ?", (upload,))


def arrange(db: Database, uploads: Sequence[int]) -> None:
    """Put the files of a document in this order."""
    for page, upload in enumerate(uploads, 1):
        db.execute("UPDATE uploads SET page = ? WHERE id = ?", (page, upload))


def drop(db: Database, upload: int) -> None:
    """Forget a file and its parts."""
    db.execute("DELETE FROM uploads WHERE id = ?", (upload,))


def note(db: Database, to: Destination, digest: str, document: int, now: datetime) -> None:
    """Remember which document these files made."""
    db.execute(
        "INSERT OR REPLACE INTO sendings (account, child, year, kind, digest, document, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (*astuple(to), digest, document, stamp(now)),
    )


def made(db: Database, to: Destination, digest: str) -> int | None:
    """Return the document that these files made already."""
    query = f"SELECT document FROM sendings WHERE {_TO} AND digest = ?"
    row = db.execute(query, (*astuple(to), digest)).fetchone()
    return int(row[0]) if row else None


def purge(db: Database, before: datetime) -> int:
    """Delete what nobody went on with; return how many files that was."""
    db.execute("DELETE FROM sendings WHERE at <= ?", (stamp(before),))
    return db.execute("DELETE FROM uploads WHERE touched_at <= ?", (stamp(before),)).rowcount


def children(db: Database) -> set[int]:
    """Return the children for whom something is on its way."""
    return {child for (child,) in db.execute("SELECT child FROM uploads UNION SELECT child FROM sendings").fetchall()}


def drop_of(db: Database, children: Iterable[int]) -> None:
    """Forget all that was sent for some children."""
    numbers = json.dumps(list(children))
    for table in ("uploads", "sendings"):
        db.execute(f"DELETE FROM {table} WHERE child IN (SELECT value FROM json_each(?))", (numbers,))


def accounts(db: Database) -> frozenset[int]:
    """Return the accounts that sent something of late."""
    rows = db.execute("SELECT account FROM uploads UNION SELECT account FROM sendings").fetchall()
    return frozenset(account for (account,) in rows)


def forget(db: Database, account: int) -> None:
    """Forget what an account sent."""
    for table in ("uploads", "sendings"):
        db.execute(f"DELETE FROM {table} WHERE account = ?", (account,))


def _read(db: Database, where: str, *values: object) -> list[Upload]:
    return [
        Upload(number, Destination(account, child, year, kind), page, sha256, size, received, bool(whole))
        for number, account, child, year, kind, page, sha256, size, received, whole in db.execute(
            _UPLOAD + where, values
        ).fetchall()
    ]
