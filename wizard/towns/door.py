"""The door of a town: who works in it goes through, who moves it closes it once everyone is out.

It is a lock of the kernel on a file of the town's folder: with a process that dies its locks are gone, and nothing
stays closed by mistake. A town that left for another machine has a mark beside, and its door stays closed.
"""

import fcntl
import os
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path

from wizard import private_files

FILE, LEFT = ".porte", ".partie"
ARRIVED = " arrivee"
"""The end of the mark of a town that left, once it is known to be served elsewhere."""

_AGAIN = 0.005


class Door(IntEnum):
    """Two doors, each of two bytes of the file: its threshold, and the room behind it."""

    HOUSE = 0
    """What a town does by itself, and the commands: it may last, and is waited for while families are served."""
    PEOPLE = 2


class Closed(Exception):
    """The town is leaving, or has left, for another machine."""


class Occupied(Exception):
    """Someone is still inside."""


@contextmanager
def entered(folder: Path, door: Door) -> Iterator[None]:
    """Be inside, for the block: nobody moves the town meanwhile. Raises Closed, OSError."""
    file = _opened(folder)
    try:
        # The threshold is held by who closes the door, before the room is empty: newcomers never keep them waiting.
        if not _lock(file, fcntl.F_RDLCK, door, 2) or has_left(folder):
            raise Closed(folder.name)
        _lock(file, fcntl.F_UNLCK, door, 1)
        yield
    finally:
        os.close(file)


@contextmanager
def closed(folder: Path, door: Door, patience: float) -> Iterator[None]:
    """Keep everyone out, for the block, once those inside are gone. Raises Occupied after so many seconds, OSError."""
    file, deadline = _opened(folder), time.monotonic() + patience
    try:
        for place in (door, door + 1):
            while not _lock(file, fcntl.F_WRLCK, place, 1):
                if time.monotonic() > deadline:
                    raise Occupied(folder.name)
                time.sleep(_AGAIN)
        yield
    finally:
        os.close(file)


def is_closing(folder: Path, door: Door) -> bool:
    """Whether who is inside is waited for. Raises OSError."""
    file = _opened(folder)
    try:
        return not _lock(file, fcntl.F_RDLCK, door, 1)
    finally:
        os.close(file)


def has_left(folder: Path) -> bool:
    """Whether the town is another machine's, or may be: it is then served from here no more."""
    return (folder / LEFT).exists()


def is_expected(folder: Path) -> bool:
    """Whether the machine that a town has left for did not say yet that it serves it."""
    try:
        return not (folder / LEFT).read_text(encoding="ascii").endswith(ARRIVED)
    except FileNotFoundError:
        return False


def _opened(folder: Path) -> int:
    return private_files.opener(str(folder / FILE), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)


def _lock(file: int, kind: int, start: int, length: int) -> bool:
    """Lock bytes for this opening of the file, not for the process: threads come and go, each through the door."""
    try:
        fcntl.fcntl(file, fcntl.F_OFD_SETLK, struct.pack("hhqqi0q", kind, os.SEEK_SET, start, length, 0))
    except (BlockingIOError, PermissionError):
        return False
    return True
