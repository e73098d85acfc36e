"""Which copies of a folder stay: those of the last days, then one a week, then one a month, none past its time."""

import re
from collections.abc import Callable, Hashable, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from wizard.services.replacing import documents_beside

_DAYS, _WEEKS, _MONTHS = 7, 4, 12
_NAME = re.compile(r"portail-(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ)\.db(?:\.age)?")
# What a copy or a restoration writes first; SQLite may have its own journal of it.
_UNFINISHED = re.compile(r"\..+\.\d+\.part(?:-journal|-wal|-shm)?")
_LONG = timedelta(days=1)
_MOMENT = "%Y-%m-%dT%H-%M-%S%z"


def named(folder: Path, now: datetime, *, sealed: bool) -> Path:
    """Return the name of a copy made now: a new one each time."""
    return folder / f"portail-{now:%Y-%m-%dT%H-%M-%SZ}.db{'.age' if sealed else ''}"


def prune(folder: Path, now: datetime, most_days: int) -> list[Path]:
    """Delete the copies that need not stay, with their documents, and return their names.

    None is kept longer than `most_days`: what was erased since would be lost sight of (retention.backup_days).
    """
    found = {path: taken for path in folder.iterdir() if (taken := _taken(path))}
    stay = kept(found.values(), now, most_days)
    gone = sorted(path for path, taken in found.items() if taken not in stay)
    for path in gone:
        path.unlink()
        documents_beside(path).unlink(missing_ok=True)
    drop_unfinished(folder, now)
    return gone


def drop_unfinished(folder: Path, now: datetime) -> None:
    """Delete what a process that was killed left, in clear, a day ago or more: nobody goes on with it."""
    for path in folder.iterdir():
        if _UNFINISHED.fullmatch(path.name) or _lacks_its_copy(path):
            with suppress(FileNotFoundError):  # of who ends just now
                if now - datetime.fromtimestamp(path.lstat().st_mtime, UTC) > _LONG:
                    path.unlink()


def _lacks_its_copy(path: Path) -> bool:
    """Whether these are the documents of a copy, put in place before it, that never came."""
    copy = path.with_suffix("")
    return path.suffix == ".documents" and _NAME.fullmatch(copy.name) is not None and not copy.exists()


def kept(moments: Iterable[datetime], now: datetime, most_days: int) -> set[datetime]:
    """Return which of these stay: the last of each of seven days, four weeks and twelve months that have one."""
    recent = sorted((one for one in moments if now - one < timedelta(days=most_days)), reverse=True)
    return (
        _last_of_each(recent, lambda one: one.date(), _DAYS)
        | _last_of_each(recent, lambda one: one.isocalendar()[:2], _WEEKS)
        | _last_of_each(recent, lambda one: (one.year, one.month), _MONTHS)
    )


def _last_of_each(newest_first: list[datetime], period: Callable[[datetime], Hashable], count: int) -> set[datetime]:
    last: dict[Hashable, datetime] = {}
    for one in newest_first:
        last.setdefault(period(one), one)
    return set(list(last.values())[:count])


def _taken(path: Path) -> datetime | None:
    match = _NAME.fullmatch(path.name)
    if match is None or path.is_symlink():
        return None
    try:
        return datetime.strptime(match[1], _MOMENT)
    except ValueError:
        return None
