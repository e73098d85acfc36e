"""The database as a file: copied while it serves, checked, held alone to be replaced."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlite_utils import Database

COMPANIONS = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database, after its name."""


class Damaged(Exception):
    """The file is no sound database of the portal; the message says why."""


class InUse(Exception):
    """Another process has the database open."""


def copy(source: Path, target: Path) -> None:
    """Write all that is committed in `source` into `target`, an empty file, while others go on writing."""
    with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as db:
        try:
            db.execute("VACUUM INTO ?", (str(target),))
        except sqlite3.DatabaseError as error:
            raise Damaged(str(error)) from error


def check(path: Path) -> None:
    """Read every page and every reference. Raises Damaged."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as db:
        try:
            (verdict,) = db.execute("PRAGMA integrity_check(1)").fetchone()
            orphan = db.execute("PRAGMA foreign_key_check").fetchone()
            ours = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'households'").fetchone()
        except sqlite3.DatabaseError as error:
            raise Damaged(str(error)) from error
    if verdict != "ok":
        raise Damaged(str(verdict))
    if orphan:
        raise Damaged(f"une ligne de {orphan[0]} renvoie à une ligne absente de {orphan[2]}")
    if not ours:
        raise Damaged("les tables du portail n'y sont pas")


def is_backup(path: Path) -> bool:
    """Whether a file is an earlier backup: our tables, in a database that no portal ever served.

    A backup is written out of the WAL mode (byte 18 of its header is 1), which every portal puts its database in.
    """
    with path.open("rb") as file:
        header = file.read(20)
    if header[:16] != b"SQLite format 3\0" or header[18:] != b"\1\1":
        return False
    try:
        check(path)
    except Damaged:
        return False
    return True


def is_in_use(path: Path) -> bool:
    """Whether a process reads or writes a backup now, or left a log that would be played on what replaces it."""
    if any(Path(f"{path}{suffix}").exists() for suffix in COMPANIONS):
        return True
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as db:
        try:
            db.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
    return False


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the database alone, its log emptied into it, for the time of the block. Raises InUse.

    A connection keeps a lock on a database in WAL for as long as it is open, even idle: leaving that mode fails
    while there is one. A file too damaged to be opened is held by nobody.
    """
    with closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as db:
        try:
            db.execute("PRAGMA locking_mode = EXCLUSIVE")
            db.execute("PRAGMA journal_mode = DELETE")
            db.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise InUse(str(error)) from error
        except sqlite3.DatabaseError:
            pass
        yield


def last_moment(db: Database) -> str | None:
    """Return the newest moment that the portal recorded."""
    (latest,) = db.execute(
        """SELECT max(at) FROM (SELECT max(created_at) AS at FROM outbox UNION ALL
            SELECT max(created_at) FROM accounts UNION ALL SELECT max(at) FROM journal)"""
    ).fetchone()
    return str(latest) if latest else None
