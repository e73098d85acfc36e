"""What is to be done regularly, and when it last was: the date of an empty file beside the database.

No copy of the database carries it, and it is read whatever became of the database.
"""

import os
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from wizard import private_files


class Done(StrEnum):
    """What is to be done regularly: the end of the file's name."""

    PURGE = "purged"
    BACKUP = "saved"
    DOUBT = "doubted"
    LOOK = "looked"


def note(database: Path, done: Done, now: datetime) -> None:
    """Write that it was done; a folder that cannot be written undoes nothing of it."""
    path, at = _path(database, done), now.timestamp()
    with suppress(OSError):
        # Made anew: only its owner may date a file, and another account may have run the command once.
        path.unlink(missing_ok=True)
        private_files.create(path)
        os.utime(path, (at, at))


def last(database: Path, done: Done) -> datetime | None:
    """Return when it was last done; None when it never was."""
    try:
        return datetime.fromtimestamp(_path(database, done).stat().st_mtime, UTC)
    except FileNotFoundError:
        return None


def forget(database: Path, done: Done) -> None:
    """Write that there is nothing to tell of it any more."""
    with suppress(OSError):
        _path(database, done).unlink()


def _path(database: Path, done: Done) -> Path:
    return Path(f"{database}.{done}")
