"""The server under way, as a file beside the database tells it: held while it serves, written by each of its works.

A work writes by when it will be heard of again. The kernel lets the file go with the last process that holds it.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from wizard import private_files
from wizard.clock import now

# Who serves, in lines of one width, so that each is written in its place: a name, a number.
_WIDTH = 32
_DATABASE = "database"
# Seconds granted to who looks at the file, and to the processes of a server just killed.
_PATIENCE, _AGAIN = 2.0, 0.05
_WORTH_WRITING = 5.0
_TO_BEGIN = 60.0
# Seconds that a periodic work may take between two looks at whether it is to stop: its slowest mail, its longest purge.
_LONGEST_TURN = 900.0


class AlreadyServed(Exception):
    """Another server has this database."""


@dataclass(frozen=True)
class Served:
    """A server under way: the inode of the database that it opened, and by when each of its works is to be heard of."""

    database: int
    works: dict[str, datetime]


class Beat:
    """The line of one work in the file."""

    def __init__(self, file: int, place: int, name: str) -> None:
        self._file, self._place, self._name = file, place, name
        self._written = 0.0

    def promise(self, seconds: float) -> None:
        """Write that the work will be heard of again within so many seconds. A disk that fails is told elsewhere."""
        until = now().timestamp() + seconds
        if abs(until - self._written) < _WORTH_WRITING:
            return
        self._written = until
        _write(self._file, self._place, self._name, until)

    def end(self) -> None:
        """Write that there is nothing more to hear of it."""
        _write(self._file, self._place, self._name, 0)


class Heard(threading.Event):
    """The event that stops a periodic work, which tells by each look at it that it goes on."""

    def __init__(self, stop: threading.Event, beat: Beat) -> None:
        super().__init__()
        self._stop, self._beat = stop, beat

    def is_set(self) -> bool:
        """Whether the work is to stop."""
        self._beat.promise(_LONGEST_TURN)
        return self._stop.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait to be told to stop, so many seconds at the most."""
        self._beat.promise((timeout or 0.0) + _LONGEST_TURN)
        return self._stop.wait(timeout)


class Held:
    """The file of a server under way, and of the processes that it forks."""

    def __init__(self, file: int, database: Path) -> None:
        self._file, self._database = file, database

    def begin(self, names: Iterable[str]) -> dict[str, Beat]:
        """Write which database is served, once it is there, and return the beats of its works."""
        _write(self._file, 0, _DATABASE, self._database.stat().st_ino)
        beats = {name: Beat(self._file, place, name) for place, name in enumerate(names, 1)}
        for beat in beats.values():
            beat.promise(_TO_BEGIN)
        return beats

    def release(self) -> None:
        """Let another serve."""
        os.close(self._file)


def hold(database: Path) -> Held:
    """Say that a database is being served. Raises AlreadyServed, OSError."""
    file = private_files.opener(_path(database), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)
    deadline = time.monotonic() + _PATIENCE
    while not _lock(file, fcntl.LOCK_EX):
        if time.monotonic() > deadline:
            os.close(file)
            raise AlreadyServed(database)
        time.sleep(_AGAIN)
    os.truncate(file, 0)
    return Held(file, database)


def read(database: Path) -> Served | None:
    """Return the server that has this database, None when nobody serves it. Raises OSError."""
    try:
        file = os.open(_path(database), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        if _lock(file, fcntl.LOCK_SH):
            return None
        lines = os.pread(file, 64 * _WIDTH, 0).decode("ascii").splitlines()
    finally:
        os.close(file)
    told = {name.strip(): int(number) for name, _space, number in (line.rpartition(" ") for line in lines)}
    inode = told.pop(_DATABASE, 0)
    return Served(inode, {name: datetime.fromtimestamp(until, UTC) for name, until in told.items() if until})


def _path(served: Path) -> str:
    """Return the file of a database; that of the folder of several towns is in it."""
    return str(served / ".serve") if served.is_dir() else f"{served}.serve"


def _lock(file: int, how: int) -> bool:
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write(file: int, place: int, name: str, number: float) -> None:
    line = f"{name:<12}{number:>{_WIDTH - 13}.0f}\n"
    try:
        os.pwrite(file, line.encode("ascii"), place * _WIDTH)
    except OSError:
        return
