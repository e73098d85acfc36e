"""The SQLite connection: one a thread, and the only way to write, `transaction`."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask, current_app
from sqlite_utils import Database

_threads = threading.local()


def connect(path: Path) -> Database:
    """Open the database with the settings that keep what it acknowledged.

    FULL makes each commit survive a power cut; `secure_delete` overwrites what is deleted;
    a busy writer is waited for five seconds.
    """
    connection = sqlite3.connect(path, timeout=5, isolation_level=None)
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


def get_db() -> Database:
    """Return this thread's connection to the application's database."""
    path = Path(current_app.config["PORTAIL"].database)
    known: dict[Path, Database] = _threads.__dict__.setdefault("databases", {})
    if path not in known:
        known[path] = connect(path)
    return known[path]


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
    except BaseException:
        db.conn.execute("ROLLBACK")
        raise
    db.conn.execute("COMMIT")


def close_connections() -> None:
    """Close this thread's connections, as a command does before it ends."""
    for db in _threads.__dict__.pop("databases", {}).values():
        db.close()


def init_app(app: Flask) -> None:
    """Leave no transaction open behind a request that failed."""

    @app.teardown_appcontext
    def roll_back(_error: BaseException | None) -> None:
        for db in _threads.__dict__.get("databases", {}).values():
            if db.conn.in_transaction:
                db.conn.execute("ROLLBACK")
