"""The database as a file: copied while it serves, checked, held alone to be replaced."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from sqlite_utils import Database

from wizard.db import Trouble, trouble_of

COMPANIONS = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database, after its name."""


PORTAL, DOCUMENTS = "households", "contents"
"""A table by which the portal's file is known, and one by which the documents' is."""

_TRIAL = 32 * 1024


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


@contextmanager
def read_both(database: Path, documents: Path | None) -> Iterator[list[sqlite3.Connection]]:
    """Read what is committed at one moment in the portal's file and, if there is one, in the documents'.

    Others go on writing, but for the instant in which both readings begin: nothing enters the documents' file nor
    leaves it then. What enters it is written down in the portal's file after, what leaves it was crossed out before:
    whatever the first reading refers to is in the second. Raises Damaged.
    """
    with ExitStack() as stack:
        readers = [stack.enter_context(closing(_reader(path))) for path in (database, documents) if path]
        try:
            with closing(sqlite3.connect(documents or ":memory:", timeout=5, isolation_level=None)) as still:
                still.execute("BEGIN IMMEDIATE")
                for reader in readers:
                    reader.execute("BEGIN")
                    reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
            yield readers
        except sqlite3.DatabaseError as error:
            raise _told(error) from error


def _told(error: sqlite3.DatabaseError) -> Exception:
    """Return that the file is damaged, or the error of one that cannot be read now."""
    return Damaged(str(error)) if trouble_of(error) in {None, Trouble.DAMAGED} else error


def _reader(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5, isolation_level=None)


@contextmanager
def pinned(path: Path) -> Iterator[None]:
    """Keep the log of the database, for the block: what it holds now and all that comes stays in it, added at its end.

    The file of the database, however it is read meanwhile, and then the log make what is committed: a checkpoint
    writes nothing in the file that is not in the log. Raises sqlite3.Error.
    """
    with closing(sqlite3.connect(path, timeout=5, isolation_level=None)) as reader:
        reader.execute("PRAGMA journal_mode = WAL")
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield


@contextmanager
def still(*paths: Path) -> Iterator[None]:
    """Keep everyone from writing in these databases, for the block. Raises sqlite3.Error."""
    with ExitStack() as stack:
        for path in paths:
            writer = stack.enter_context(closing(sqlite3.connect(path, timeout=1, isolation_level=None)))
            writer.execute("BEGIN IMMEDIATE")
        yield


def rows(path: Path) -> dict[str, int]:
    """Return how many rows each table has; a log beside the file goes into it. Raises sqlite3.Error."""
    with closing(sqlite3.connect(path, timeout=5, isolation_level=None)) as connection:
        db = Database(connection)
        return {name: db.table(name).count for name in db.table_names()}


def copy_read(reader: sqlite3.Connection, target: Path) -> None:
    """Copy page by page what an open transaction reads, out of the WAL mode: see `is_backup`."""
    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        reader.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")


def image_of(reader: sqlite3.Connection) -> bytes:
    """Return what `copy_read` would write of the portal's file, checked, without writing it. Raises Damaged."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as copy:
        reader.backup(copy)
        _check(copy, PORTAL)
        image = bytearray(copy.serialize())
    image[18:20] = b"\1\1"  # out of the WAL mode
    return bytes(image)


def check(path: Path, table: str = PORTAL) -> None:
    """Read every page and every reference; `table` tells whose file it is.

    Raises Damaged, and sqlite3.Error for a file that cannot be read now, of which nothing is known.
    """
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as db:
        _check(db, table)


def _check(db: sqlite3.Connection, table: str) -> None:
    try:
        (verdict,) = db.execute("PRAGMA integrity_check(1)").fetchone()
        orphan = db.execute("PRAGMA foreign_key_check").fetchone()
        ours = db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    except sqlite3.DatabaseError as error:
        raise _told(error) from error
    if verdict != "ok":
        raise Damaged(str(verdict))
    if orphan:
        raise Damaged(f"une ligne de {orphan[0]} renvoie à une ligne absente de {orphan[2]}")
    if not ours:
        raise Damaged("les tables du portail n'y sont pas")


def try_to_write(path: Path, patience: float) -> None:
    """Write a long row in the database, which is up to date, and take it back.

    Another writer is waited for `patience` seconds.
    With a cache of one page, SQLite writes what a transaction changes as it goes, and not when it is committed: the
    disk itself answers. Raises sqlite3.Error.
    """
    with closing(
        sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=patience, isolation_level=None)
    ) as db:
        db.execute("PRAGMA cache_size = 1")
        db.execute("BEGIN IMMEDIATE")
        try:
            db.execute("INSERT INTO limits (bucket, level, filled_at) VALUES (hex(zeroblob(?)), 0, 0)", (_TRIAL,))
        finally:
            if db.in_transaction:  # a full disk may have rolled it back already
                db.execute("ROLLBACK")


def is_backup(path: Path, table: str = PORTAL) -> bool:
    """Whether a file is an earlier backup: our tables, in a database that no portal ever served.

    A backup is written out of the WAL mode (byte 18 of its header is 1), which every portal puts its database in.
    """
    with path.open("rb") as file:
        header = file.read(20)
    if header[:16] != b"SQLite format 3\0" or header[18:] != b"\1\1":
        return False
    try:
        check(path, table)
    except Damaged:
        return False
    return True


def is_in_use(path: Path) -> bool:
    """Whether a process reads or writes a database now, or left a log that would be played on what replaces it."""
    if any(Path(f"{path}{suffix}").exists() for suffix in COMPANIONS):
        return True
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as db:
        try:
            db.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:  # another error says that it is no database
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
            SELECT max(created_at) FROM accounts UNION ALL SELECT max(touched_at) FROM drafts UNION ALL
            SELECT max(at) FROM journal)"""
    ).fetchone()
    return str(latest) if latest else None
