"""Backup while the portal serves, and restore while it does not; a file is whole or is not there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from wizard import private_files
from wizard.clock import moment, now
from wizard.db import connect
from wizard.migrations import migrate, unknown
from wizard.services.replacing import BadTarget, files_of, is_one_of, target_of
from wizard.services.restoring import TakenBack, settle
from wizard.settings import Settings
from wizard.stores import database_file, ledger
from wizard.stores.database_file import Damaged, InUse

__all__ = ["BadTarget", "Damaged", "InUse", "Itself", "Restored", "TooRecent", "backup", "restore"]


class TooRecent(Exception):
    """The backup was made by a later version of the portal."""


class Itself(Exception):
    """What is to be restored is the live database."""


def backup(settings: Settings, path: Path) -> int:
    """Copy the database, check the copy, put it at `path`; return its size. Raises Damaged, BadTarget."""
    target = target_of(path, settings)
    with _new_file(target) as draft:
        database_file.copy(settings.database, draft)
        database_file.check(draft)
        target_of(path, settings)
        _put(draft, target)
    return target.stat().st_size


@dataclass(frozen=True)
class Restored:
    """Where the former database was put aside, if there was one; the last moment that the copy tells of."""

    aside: Path | None
    copied_at: datetime | None
    taken_back: TakenBack


def restore(source: Path, database: Path) -> Restored:
    """Put a backup in the place of the database: nothing is open in it, and what was taken back since still is.

    Raises Itself, Damaged, TooRecent, InUse: the database is then untouched.
    """
    if is_one_of(source, files_of(database)):
        raise Itself
    database = Path(os.path.realpath(database))  # its log lies beside the file, not beside a link to it
    database.parent.mkdir(parents=True, exist_ok=True)
    with _new_file(database) as draft:
        database_file.copy(source, draft)
        database_file.check(draft)
        copied_at, taken_back = _bring_up_to_date(draft, database)
        if not database.exists():
            _put(draft, database)
            return Restored(None, copied_at, taken_back)
        aside = _free_name(database.with_name(f"{database.name}.avant-{now():%Y%m%d-%H%M%S}"))
        with database_file.alone(database):
            _put_aside(database, aside)
            _put(draft, database)
    return Restored(aside, copied_at, taken_back)


def _free_name(wanted: Path) -> Path:
    """Return a name that neither a file nor the log of one bears: what was put aside before stays."""
    numbered = (wanted, *(wanted.with_name(f"{wanted.name}-{number}") for number in range(2, 100)))
    return next(path for path in numbered if not any(os.path.lexists(file) for file in files_of(path)))


def _put_aside(database: Path, aside: Path) -> None:
    """Keep the former database; a log left beside it would be played again on the new one."""
    os.link(database, aside)
    for suffix in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            os.rename(f"{database}{suffix}", f"{aside}{suffix}")
    private_files.tighten([aside])


def _bring_up_to_date(path: Path, database: Path) -> tuple[datetime | None, TakenBack]:
    """Return the last moment that the copy tells of, and what was applied to it of the ledger of the database."""
    db = connect(path)
    try:
        if names := unknown(db):
            raise TooRecent(", ".join(names))
        migrate(db)
        latest = database_file.last_moment(db)
        taken_back = settle(db, ledger.beside(database))
        # Its log goes back into it: only the file itself is put in place.
        db.execute("PRAGMA journal_mode = DELETE")
        return moment(latest) if latest else None, taken_back
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
