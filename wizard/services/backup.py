"""Backup while the portal serves, and restore while it does not; a file is whole or is not there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from wizard import private_files
from wizard.clock import now
from wizard.db import connect
from wizard.migrations import migrate, unknown
from wizard.stores import database_file
from wizard.stores.database_file import Damaged, InUse

__all__ = ["Damaged", "InUse", "TooRecent", "backup", "restore"]


class TooRecent(Exception):
    """The backup was made by a later version of the portal."""


def backup(database: Path, target: Path) -> int:
    """Copy the database, check the copy, put it at `target`; return its size. Raises Damaged."""
    with _new_file(target) as draft:
        database_file.copy(database, draft)
        database_file.check(draft)
        _put(draft, target)
    return target.stat().st_size


def restore(source: Path, database: Path) -> Path | None:
    """Put a backup in the place of the database; return where the former one was put aside, if there was one.

    Raises Damaged, TooRecent, InUse: the database is then untouched.
    """
    database.parent.mkdir(parents=True, exist_ok=True)
    with _new_file(database) as draft:
        database_file.copy(source, draft)
        database_file.check(draft)
        _bring_up_to_date(draft)
        if not database.exists():
            _put(draft, database)
            return None
        aside = database.with_name(f"{database.name}.avant-{now():%Y%m%d-%H%M%S}")
        with database_file.alone(database):
            _put_aside(database, aside)
            _put(draft, database)
    return aside


def _put_aside(database: Path, aside: Path) -> None:
    """Keep the former database; a log left beside it would be played again on the new one."""
    os.link(database, aside)
    for suffix in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            os.rename(f"{database}{suffix}", f"{aside}{suffix}")
    private_files.tighten([aside])


def _bring_up_to_date(path: Path) -> None:
    db = connect(path)
    try:
        if names := unknown(db):
            raise TooRecent(", ".join(names))
        migrate(db)
        # Its log goes back into it: only the file itself is put in place.
        db.execute("PRAGMA journal_mode = DELETE")
    finally:
        db.close()


@contextmanager
def _new_file(beside: Path) -> Iterator[Path]:
    """An empty file that only its owner reads, erased at the end unless it was put in place."""
    path = beside.with_name(f".{beside.name}.{os.getpid()}.part")
    private_files.create(path)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _put(draft: Path, target: Path) -> None:
    """Put a file in place at once, and on the disk before saying so."""
    with draft.open("rb+") as file:
        os.fsync(file.fileno())
    os.replace(draft, target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
