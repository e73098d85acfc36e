"""The SQLite connections: one of each file a thread, and the only way to write, `transaction`."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from flask import Flask
from sqlite_utils import Database

from wizard import private_files
from wizard.settings import Settings, get_settings

_threads = threading.local()
# Files that a thread holds open, whatever the number of towns: each takes half a megabyte.
_OPEN = 16
_PATIENCE = 5.0


@dataclass(frozen=True)
class _Open:
    """A file that a thread has open, and for which application."""

    db: Database
    inode: int
    settings: Settings


def connect(path: Path) -> Database:
    """Open the database, made private, with the settings that keep what it acknowledged.

    FULL makes each commit survive a power cut; `secure_delete` overwrites what is deleted;
    a busy writer is waited for five seconds.
    """
    with suppress(OSError):  # there already, or SQLite says better what is wrong
        private_files.create(path)
    connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
        "journal_size_limit = 67108864",
        "cache_size = -4000",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return Database(connection)


@contextmanager
def reading(path: Path, patience: float = 0.2) -> Iterator[Database]:
    """Open a database to look at it, for the block: nothing is created, nor written. `patience` is in seconds.

    Raises sqlite3.Error.
    """
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=patience)
    try:
        yield Database(connection)
    finally:
        connection.close()


def get_db() -> Database:
    """Return this thread's connection to the application's database."""
    return _connection(get_settings().database)


def get_documents() -> Database:
    """Return this thread's connection to the documents' own file.

    Whoever writes in both holds the application's write lock first, or neither while taking the other.
    """
    return _connection(get_settings().documents.file)


def _connection(path: Path) -> Database:
    """Return this thread's connection to a file; the one it used longest ago is then closed, if it has many.

    Raises Replaced, sqlite3.Error.
    """
    known: dict[Path, _Open] = _threads.__dict__.setdefault("databases", {})
    found, inode = known.pop(path, None), _inode(path)
    if found and found.inode != inode and found.settings is not get_settings():
        found.db.close()  # of a town that left: the one that came back in its place has another file
        found = None
    opened = known[path] = found or _Open(connect(path), _inode(path), get_settings())
    if len(known) > _OPEN:
        known.pop(next(iter(known))).db.close()
    if found and found.inode != inode:
        raise Replaced(path)
    return opened.db


def _inode(path: Path) -> int:
    try:
        return path.stat().st_ino
    except OSError:
        return 0


@contextmanager
def passing(db: Database) -> Iterator[None]:
    """Run the block as a transaction that does not wait for the disk: a power cut may undo it. For counts alone."""
    alone = not db.conn.in_transaction
    if alone:
        db.conn.execute("PRAGMA synchronous = NORMAL")
    try:
        with transaction(db):
            yield
    finally:
        if alone:
            db.conn.execute("PRAGMA synchronous = FULL")


@contextmanager
def transaction(db: Database) -> Iterator[None]:
    """Run the block as one transaction, the write lock taken at once.

    A deferred BEGIN fails with « database is locked » when it turns from reading to writing under load.
    Inside an open transaction the block is a savepoint of it.
    """
    if db.conn.in_transaction:
        with db.atomic():
            yield
        return
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.conn.execute("COMMIT")
    except BaseException:
        if db.conn.in_transaction:  # a full disk may have rolled it back already
            db.conn.execute("ROLLBACK")
        raise


@contextmanager
def snapshot(db: Database) -> Iterator[None]:
    """Read the database as it is now for the whole block, which writes nothing and keeps no writer waiting."""
    db.conn.execute("BEGIN")
    try:
        yield
    finally:
        db.conn.execute("ROLLBACK")


class Replaced(sqlite3.OperationalError):
    """A file is no longer the one that was opened under its name: what is written in that one is lost."""


class Trouble(StrEnum):
    """Why the database does not answer, when that is no fault of the portal."""

    BUSY = "busy"
    FULL = "full"
    READ_ONLY = "read-only"
    DISK = "disk"
    DAMAGED = "damaged"
    REPLACED = "replaced"


_TROUBLES = {
    sqlite3.SQLITE_BUSY: Trouble.BUSY,
    sqlite3.SQLITE_LOCKED: Trouble.BUSY,
    sqlite3.SQLITE_FULL: Trouble.FULL,
    sqlite3.SQLITE_READONLY: Trouble.READ_ONLY,
    sqlite3.SQLITE_IOERR: Trouble.DISK,
    sqlite3.SQLITE_CANTOPEN: Trouble.DISK,
    sqlite3.SQLITE_CORRUPT: Trouble.DAMAGED,
    sqlite3.SQLITE_NOTADB: Trouble.DAMAGED,
}


def trouble_of(error: BaseException | None) -> Trouble | None:
    """Return what trouble an error, or one that it followed, comes from; None for a fault of the portal."""
    while error is not None:
        if isinstance(error, Replaced):
            return Trouble.REPLACED
        if isinstance(error, sqlite3.Error):
            found = _TROUBLES.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
            if found:
                return found
        error = error.__context__
    return None


def close_connections() -> None:
    """Close this thread's connections, as a command does before it ends."""
    for opened in _threads.__dict__.pop("databases", {}).values():
        opened.db.close()


def init_app(app: Flask) -> None:
    """Leave no transaction open behind a request that failed."""

    @app.teardown_appcontext
    def roll_back(_error: BaseException | None) -> None:
        for opened in _threads.__dict__.get("databases", {}).values():
            if opened.db.conn.in_transaction:
                opened.db.conn.execute("ROLLBACK")
