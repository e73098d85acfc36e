"""Backup while the portal serves, and restore while it does not; a file is whole or is not there."""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from wizard import private_files
from wizard.clock import moment, now
from wizard.db import connect
from wizard.migrations import documents, migrate, migrations, unknown
from wizard.services import regularly, rotation, sealed_copies
from wizard.services.documents import sweeping
from wizard.services.regularly import Done
from wizard.services.replacing import BadTarget, documents_beside, files_of, is_one_of, targets_of
from wizard.services.restoring import TakenBack, settle
from wizard.services.sealed_copies import BadKey, Locked
from wizard.settings import Settings
from wizard.stores import database_file, ledger
from wizard.stores.database_file import Damaged, InUse

__all__ = ["BadKey", "BadTarget", "Damaged", "InUse", "Itself", "Locked", "Restored", "TakenBack", "TooRecent",
    "backup", "restore", "rotate"]  # fmt: skip


class TooRecent(Exception):
    """The backup was made by a later version of the portal."""


class Itself(Exception):
    """What is to be restored is the live database."""


def backup(settings: Settings, path: Path, keys: Sequence[str] = ()) -> int:
    """Copy the database to `path` and the documents beside it, as both are at one moment, once the copies are checked.

    With public keys, the database is sealed before it is written: its copy is in clear nowhere but in memory. The
    documents are encrypted where they are already, under keys that no copy holds.

    Return the size of the two. Raises Damaged, BadTarget, BadKey.
    """
    portal, beside = targets_of(path, settings, sealed=bool(keys))
    documents = settings.documents.file if settings.documents.file.exists() else None  # else `migrate` makes it
    with (
        _new_file(portal) as draft,
        _new_file(beside) as other,
        database_file.read_both(settings.database, documents) as (reader, *others),
    ):
        if keys:
            sealed_copies.seal(database_file.image_of(reader), draft, keys)
        else:
            database_file.copy_read(reader, draft)
            database_file.check(draft)
        for one in others:
            database_file.copy_read(one, other)
            database_file.check(other, database_file.DOCUMENTS)
        targets_of(path, settings, sealed=bool(keys))
        if others:
            _put(other, beside)
        _put(draft, portal)
    regularly.note(settings.database, Done.BACKUP, now())
    return sum(file.stat().st_size for file in (portal, beside) if file.exists())


def rotate(settings: Settings, folder: Path, keys: Sequence[str] = ()) -> tuple[Path, int, list[Path]]:
    """Make a copy in a folder, then delete those that need not stay any more; return it, its size, and them.

    Raises Damaged, BadTarget, BadKey: none is then deleted.
    """
    copy = rotation.named(folder, now(), sealed=bool(keys))
    size = backup(settings, copy, keys)
    return copy, size, rotation.prune(folder, now(), settings.retention.backup_days)


@dataclass(frozen=True)
class Restored:
    """The former files put aside, if there were; the last moment that the copy tells of, and what was taken back since.

    Without `documents`, the copy had none beside it: those that are there stay.
    """

    aside: tuple[Path, ...]
    copied_at: datetime | None
    taken_back: TakenBack | None
    documents: bool


def restore(source: Path, settings: Settings, identity: Path | None = None, *, untouched: bool = False) -> Restored:
    """Put a backup in the place of the database and the documents: nothing is open, what was taken back still is.

    `identity` is the file of the private key of a sealed copy. `untouched`: as the copy is, sessions and all; for one
    that was made with the portal stopped, and stopped since.

    Raises Itself, Damaged, TooRecent, InUse, Locked, BadKey: nothing is then replaced.
    """
    if is_one_of(source, (*files_of(settings.database), *files_of(settings.documents.file))):
        raise Itself
    # A log lies beside the file, not beside a link to it.
    places = [Path(os.path.realpath(path)) for path in (settings.database, settings.documents.file)]
    sources = [path for path in (source, documents_beside(source)) if path.exists()]
    with ExitStack() as stack:
        drafts = [stack.enter_context(_new_file(place)) for place, _source in zip(places, sources, strict=False)]
        for copy, draft, table in zip(sources, drafts, (database_file.PORTAL, database_file.DOCUMENTS), strict=False):
            if sealed_copies.is_sealed(copy):
                sealed_copies.open_into(copy, draft, identity)
            else:
                database_file.copy(copy, draft)
            database_file.check(draft, table)
        copied_at, taken_back = (None, None) if untouched else _bring_up_to_date(drafts, settings.database)
        for place in filter(Path.exists, places[: len(drafts)]):
            stack.enter_context(database_file.alone(place))
        # The documents first: what the restored portal refers to is there as soon as it is.
        aside = [_put_in_place(draft, place) for draft, place in reversed(list(zip(drafts, places, strict=False)))]
    return Restored(tuple(filter(None, reversed(aside))), copied_at, taken_back, documents=len(drafts) > 1)


def _put_in_place(draft: Path, place: Path) -> Path | None:
    """Replace a file, and return where the former is kept, if there was one."""
    aside = None
    if place.exists():
        aside = _free_name(place.with_name(f"{place.name}.avant-{now():%Y%m%d-%H%M%S}"))
        _put_aside(place, aside)
    _put(draft, place)
    return aside


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


def _bring_up_to_date(drafts: Sequence[Path], database: Path) -> tuple[datetime | None, TakenBack]:
    """Return the last moment that the copy tells of, and what was applied to it of the ledger of the database."""
    with ExitStack() as stack:
        portal, *others = [stack.enter_context(closing(connect(draft))) for draft in drafts]
        kinds = [(portal, migrations), *((one, documents) for one in others)]
        if names := [name for db, shape in kinds for name in unknown(db, shape)]:
            raise TooRecent(", ".join(names))
        for db, shape in kinds:
            migrate(db, shape)
        latest = database_file.last_moment(portal)
        taken_back = settle(portal, ledger.beside(database))
        for one in others:
            sweeping.drop_gone(portal, one)
            sweeping.drop_nobody_s(portal, one)
        for db, _shape in kinds:  # the log goes back into its file: only the file itself is put in place
            db.execute("PRAGMA journal_mode = DELETE")
        return moment(latest) if latest else None, taken_back


@contextmanager
def _new_file(beside: Path) -> Iterator[Path]:
    """Make an empty file that only its owner reads, erased at the end unless it was put in place."""
    beside.parent.mkdir(parents=True, exist_ok=True)
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
    private_files.sync(target.parent)
