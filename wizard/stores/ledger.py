"""The ledger beside the database: the seals broken since, which a restore finds whole in its copy.

One line each, « moment seal », and no name. Lines are added and dropped by whoever holds the database's write lock.
"""

import os
import re
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from wizard import private_files
from wizard.clock import moment, stamp

# A line cut short by a power failure does not spoil the one written after it.
_LINE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00) ([0-9a-f]{32,64})$", re.MULTILINE)


def beside(database: Path) -> Path:
    """Return where the ledger of a database is."""
    return database.with_name(f"{database.name}.retraits")


def add(db: Database, seal: str, now: datetime) -> None:
    """Write down a broken seal, on the disk before the open transaction commits: better once too often than never."""
    path = _of(db)
    new = not path.exists()
    file = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
    try:
        os.write(file, f"{stamp(now)} {seal}\n".encode())
        os.fsync(file)
    finally:
        os.close(file)
    if new:
        private_files.sync(path.parent)


def read(path: Path) -> frozenset[str]:
    """Return the seals broken; none without a ledger."""
    return frozenset(moments(path))


def moments(path: Path) -> dict[str, datetime]:
    """Return the seals broken, and when each was."""
    return {seal: moment(at) for at, seal in _lines(path)}


def purge(db: Database, before: datetime) -> int:
    """Drop the seals broken before that moment, in the open transaction."""
    path = _of(db)
    lines = _lines(path)
    kept = [(at, seal) for at, seal in lines if moment(at) >= before]
    if len(kept) < len(lines):
        draft = path.with_name(f"{path.name}.part")
        file = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        try:
            os.write(file, "".join(f"{at} {seal}\n" for at, seal in kept).encode())
            os.fsync(file)
        finally:
            os.close(file)
        os.replace(draft, path)
        private_files.sync(path.parent)
    return len(lines) - len(kept)


def _lines(path: Path) -> list[tuple[str, str]]:
    try:
        return _LINE.findall(path.read_text("ascii", errors="replace"))
    except FileNotFoundError:
        return []


def _of(db: Database) -> Path:
    if not db.conn.in_transaction:
        raise RuntimeError("The ledger is written in the transaction of what it tells.")
    return beside(Path(db.execute("PRAGMA database_list").fetchone()[2]))
