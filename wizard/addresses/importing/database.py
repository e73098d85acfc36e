"""Makes a new address database from official files and puts it in the place of the old one at once."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from wizard import private_files
from wizard.addresses.importing.building import build
from wizard.addresses.importing.files import STRIDE, FileReport, ImportFailed, Progress, read
from wizard.addresses.importing.places import Places
from wizard.addresses.importing.staging import gather, stage_municipalities, stage_rows
from wizard.addresses.schema import SCHEMA, SPEED, STAGING, VERSION


@dataclass(frozen=True)
class ImportReport:
    """What an import read, and what it made of it."""

    files: tuple[FileReport, ...]
    streets: int
    doors: int
    size: int

    @property
    def bad(self) -> int:
        return sum(file.bad for file in self.files)


def bytes_to_read(paths: list[Path]) -> int:
    """Return what `progress` will have counted when the import is done: half for reading, half for the index."""
    return 2 * sum(path.stat().st_size for path in paths if path.is_file())


def import_files(paths: list[Path], target: Path, *, progress: Progress = lambda _: None) -> ImportReport:
    """Replace the address database by what these files hold, in one step, or raise ImportFailed and leave it.

    `progress` is called with what was done since its last call; `bytes_to_read` tells the sum.
    """
    _spare_other_databases(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_name(f"{target.name}.{os.getpid()}.new")
    new.unlink(missing_ok=True)
    try:
        private_files.create(new)
        with closing(sqlite3.connect(new, isolation_level=None)) as db:
            report = _fill(db, [FileReport(path) for path in paths], progress)
        with new.open("rb+") as written:
            os.fsync(written.fileno())
        os.replace(new, target)
    except (sqlite3.Error, OSError) as error:
        raise ImportFailed(f"{target} : écriture impossible ({error}).") from error
    finally:
        new.unlink(missing_ok=True)
    return ImportReport(*report, size=target.stat().st_size)


def _spare_other_databases(target: Path) -> None:
    """Refuse to replace a database of something else, such as the families' by a slip in the settings."""
    if not target.exists():
        return
    try:
        with closing(sqlite3.connect(f"{target.absolute().as_uri()}?mode=ro", uri=True)) as db:
            tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.Error:
        return
    if tables and "streets" not in tables:
        raise ImportFailed(f"{target} est une base d'autre chose que d'adresses : voyez PORTAIL_ADDRESSES.")


def _fill(
    db: sqlite3.Connection, files: list[FileReport], progress: Progress
) -> tuple[tuple[FileReport, ...], int, int]:
    db.executescript(SPEED + SCHEMA + STAGING)
    db.execute("BEGIN")
    db.execute("INSERT INTO sources VALUES (0, 'ban', '')")
    places = Places(db)
    for number, file in enumerate(files):
        _stage(db, places, file, number, progress)
    if not any(file.rows for file in files):
        raise ImportFailed("Aucune adresse dans ces fichiers.")
    gather(db)
    stage_municipalities(db, places)
    streets = build(db, _ticking(db, sum(file.path.stat().st_size for file in files), progress))
    (doors,) = db.execute("SELECT SUM(doors) FROM streets").fetchone()
    db.execute("INSERT INTO facts VALUES ('version', ?)", (VERSION,))
    db.execute("COMMIT")
    return tuple(files), streets, doors or 0


def _stage(db: sqlite3.Connection, places: Places, file: FileReport, number: int, progress: Progress) -> None:
    source, invented = 2 * number + 1, 2 * number + 2
    stage_rows(db, places, read(file, progress), source=source, invented=invented)
    db.execute("INSERT INTO sources VALUES (?, ?, ?)", (source, file.source, file.data_date))
    db.execute("INSERT INTO sources VALUES (?, 'demo', ?)", (invented, file.data_date))


def _ticking(db: sqlite3.Connection, total: int, progress: Progress) -> Callable[[], None]:
    """Spread `total` over the streets to index."""
    (streets,) = db.execute("SELECT COUNT(*) FROM staged").fetchone()
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        if done % STRIDE == 0 or done == streets:
            progress(total * done // streets - total * max(0, (done - 1) // STRIDE * STRIDE) // streets)

    return tick
