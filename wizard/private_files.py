"""Files that the account of the portal alone reads: made so, kept so and on the disk, told when they are not."""

import os
import secrets
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from glob import escape
from pathlib import Path

_MODE = 0o600
_OTHERS = 0o077


def opener(path: str, flags: int) -> int:
    """Open for `open(…, opener=opener)`: private from its creation, whatever the umask takes or leaves."""
    descriptor = os.open(path, flags, _MODE)
    os.fchmod(descriptor, _MODE)
    return descriptor


def create(path: Path) -> None:
    """Make an empty file; SQLite gives the mode of a database to its log and index. Raises FileExistsError."""
    open(path, "xb", opener=opener).close()


def drawn_once(path: Path) -> str:
    """Return the secret that a file holds, drawn at random when there is no file yet. Raises OSError."""
    with suppress(FileExistsError), open(path, "x", encoding="ascii", opener=opener) as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()


def sync(path: Path) -> None:
    """Have a file on the disk or, of a folder, the names in it: a power failure undoes nothing of it then."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def shared(paths: Iterable[Path]) -> list[Path]:
    """Return those of these files that other accounts may read or write."""
    return [path for path, mode, _owner in _states(paths) if mode & _OTHERS]


def not_owned(paths: Iterable[Path], owner: int) -> list[Path]:
    """Return those of these files that are another account's."""
    return [path for path, _mode, account in _states(paths) if account != owner]


def _states(paths: Iterable[Path]) -> Iterator[tuple[Path, int, int]]:
    """Give each of these files, its mode and its owner.

    With each go the files whose names begin as its own: a database's log and index, the copies put aside.
    """
    found = (file for path in map(Path.resolve, paths) for file in path.parent.glob(f"{escape(path.name)}*"))
    for path in sorted(found):
        with suppress(FileNotFoundError):  # a log comes and goes with who has the database open
            state = path.lstat()
            if stat.S_ISREG(state.st_mode):
                yield path, state.st_mode, state.st_uid


def tighten(paths: Iterable[Path]) -> None:
    """Close these files to others; one that belongs to another account is left for doctor to tell."""
    for file in shared(paths):
        with suppress(FileNotFoundError, PermissionError):
            file.chmod(_MODE)
