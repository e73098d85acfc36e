"""A town arrives from another machine: in a folder that nobody serves, verified, then put in its place at once."""

import fcntl
import os
import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from wizard import private_files
from wizard.addresses import Index
from wizard.migrations import known
from wizard.settings import SettingsError
from wizard.stores import database_file
from wizard.towns.baggage import DOCUMENTS, LOG, PORTAL
from wizard.towns.folder import Folder, Town
from wizard.towns.parcels import Cut, Link

ARRIVED = ".arrivee"
_NUMBER = re.compile(r"[0-9a-f]{16}")
# Until they are whole, the databases have names that nobody looks for: Litestream would open them, and write in them.
_MEANWHILE = {f"{name}{log}": f"{name}.part{log}" for name in (PORTAL, DOCUMENTS) for log in ("", LOG)}


class NotArriving(Exception):
    """The town cannot come; the message says why."""


def receive(folder: Folder, link: Link, check: Callable[[Town], object]) -> str | None:
    """Do what the other machine says, and return the town that is now served from here, if one is.

    `check` raises SettingsError for a town that could not be. Raises Cut: nothing of the town is then kept.
    """
    word, told = link.hear()
    try:
        if not _NUMBER.fullmatch(str(told.get("number"))):
            raise Cut
        path = folder.path_of(str(told.get("slug")))
        draft = path.with_name(f".{path.name}.{told['number']}.venue")
        if word == "opened?":
            link.say("answer", opened=_is_open(path, draft, told["number"]))
            return None
        _admit(path, told)
        return _arrived(_Arrival(folder, path, draft), link, told, check)
    except (NotArriving, SettingsError) as refusal:
        link.say("refused", why=refusal.message if isinstance(refusal, SettingsError) else str(refusal))
        return None


def _is_open(path: Path, draft: Path, number: str) -> bool:
    """Whether a town was put in its place, though it left it since; if not, it never will be: its draft is gone."""
    refused = draft.with_name(f"{draft.name}.refused")
    with suppress(FileNotFoundError):
        draft.rename(refused)
    shutil.rmtree(refused, ignore_errors=True)
    places = (path, *path.parent.glob(f".{path.name}.retiree-*"))
    return any((one / ARRIVED).is_file() and (one / ARRIVED).read_text(encoding="ascii") == number for one in places)


def _admit(path: Path, told: dict[str, Any]) -> None:
    if path.exists():
        raise NotArriving(f"{path} existe déjà sur l'autre machine : « towns remove {path.name} » l'en retire")
    if set(told["known"]) - set(known()):
        raise NotArriving("le portail de l'autre machine est plus ancien : mettez-le à jour")


class _Arrival:
    """The folder in which a town arrives."""

    def __init__(self, folder: Folder, path: Path, draft: Path) -> None:
        self.folder, self.path, self.draft = folder, path, draft
        for left in path.parent.glob(f".{path.name}.*.venue"):
            _sweep(left)
        draft.mkdir(mode=0o700)
        self._held = _held(draft)

    def file(self, name: str) -> Path:
        """Return a file of the folder, the folders above it made. Raises Cut for one that is elsewhere."""
        parts = Path(name).parts
        if not parts or name.startswith("/") or ".." in parts:
            raise Cut
        path = self.draft / _MEANWHILE.get("/".join(parts), name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path

    def write(self, name: str, at: int, block: bytes) -> None:
        """Write a piece of a file."""
        path = self.file(name)
        with suppress(FileExistsError):
            private_files.create(path)
        with path.open("r+b") as file:
            file.seek(at)
            file.write(block)

    def end_of(self, name: str, size: int, at: int) -> None:
        """Give a file its size, and when it was last written; one of no bytes was not written yet."""
        self.write(name, 0, b"")
        os.truncate(self.file(name), size)
        if at:
            os.utime(self.file(name), ns=(at, at))

    def verify(self, rows: dict[str, dict[str, int]]) -> None:
        """Check that the databases have the rows that they had, and that the portal's is sound.

        The documents, which may weigh gigabytes, were read whole before they left; each piece came as it was sent.
        Raises NotArriving, sqlite3.Error.
        """
        for name in (PORTAL, DOCUMENTS):
            if database_file.rows(self.file(name)) != rows[name]:
                raise NotArriving(f"{name} n'est pas arrivé entier")
        try:
            database_file.check(self.file(PORTAL))
        except database_file.Damaged as damage:
            raise NotArriving(f"{PORTAL} est arrivé abîmé ({damage})") from damage

    def settle(self) -> None:
        """Have all of it on the disk."""
        for path in (self.draft, *self.draft.rglob("*")):
            private_files.sync(path)

    def open(self) -> None:
        """Put the town in its place, where it is served. Raises Cut when it was taken away meanwhile."""
        for name, meanwhile in _MEANWHILE.items():
            with suppress(FileNotFoundError):
                (self.draft / meanwhile).rename(self.draft / name)
        try:
            self.draft.rename(self.path)
        except OSError as error:
            raise Cut from error
        for folder in (self.path, self.path.parent):
            private_files.sync(folder)

    def end(self) -> None:
        """Leave nothing of a town that was not put in its place."""
        shutil.rmtree(self.draft, ignore_errors=True)
        os.close(self._held)


def _arrived(arrival: _Arrival, link: Link, told: dict[str, Any], check: Callable[[Town], object]) -> str:
    try:
        link.say("go", addresses=_has_addresses(told))
        while True:
            word, said = link.hear()
            match word:
                case "piece":
                    arrival.write(said["name"], said["at"], link.take(said))
                case "size":
                    arrival.end_of(said["name"], said["size"], said["at"])
                case "drop":
                    arrival.file(said["name"]).unlink(missing_ok=True)
                case "check":
                    check(arrival.folder.with_one_more(arrival.path.name, arrival.draft))
                    link.say("fine")
                case "settle":
                    arrival.settle()
                    link.say("fine")
                case "verify":
                    arrival.verify(said["rows"])
                    arrival.write(ARRIVED, 0, told["number"].encode())
                    arrival.settle()
                    link.say("ready")
                case "open":
                    arrival.open()
                    link.say("opened")
                    return arrival.path.name
                case _:
                    raise Cut
    finally:
        arrival.end()


def _has_addresses(told: dict[str, Any]) -> bool:
    """Whether the file of addresses that the town shares with others is on this machine too, with its own in it."""
    return bool(told["addresses"]) and Index(Path(told["addresses"]), citycode=str(told.get("citycode"))).has_town


def _held(folder: Path) -> int:
    """Hold a folder, which who comes later then does not take for one that was left."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return descriptor


def _sweep(left: Path) -> None:
    """Delete what a machine that failed left of the same town. Raises NotArriving when one is still arriving."""
    try:
        held = _held(left)
    except BlockingIOError as error:
        raise NotArriving("elle est déjà en train d'y arriver") from error
    shutil.rmtree(left)
    os.close(held)
