"""Litestream copies both databases elsewhere, second after second: its configuration, and how it lets go of one."""

import fcntl
import json
import logging
import secrets
import socket
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from enum import Enum, auto
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from io import FileIO
from pathlib import Path
from threading import Event

from wizard import private_files
from wizard.settings import Settings

logger = logging.getLogger(__name__)

EVERY = 60.0
"""How often one looks for what was let go of by who died since, in seconds."""

_SOCKET, _NOTES = "litestream.sock", "litestream.*.paused"
# How long what was not copied yet may take to be, in seconds; and what Litestream says of itself, to who is waited for.
_PATIENCE, _SOON = 5, 0.5


class State(Enum):
    """What becomes of the copies of a database."""

    NONE = auto()
    """As far as one knows, Litestream makes none."""
    COPIED = auto()
    STOPPED = auto()
    SILENT = auto()
    """Litestream was there, and does not answer."""


def configuration(settings: Settings, url: str) -> str:
    """Return the configuration, in YAML: each database under its name in `url`."""
    return _configuration(
        settings.database.absolute().parent,
        settings.retention.backup_days,
        [
            ({"path": str(file.absolute())}, f"{url.rstrip('/')}/{file.name}")
            for file in (settings.database, settings.documents.file)
        ],
    )


def configuration_of_all(root: Path, backup_days: Iterable[int], url: str) -> str:
    """Return that of a folder of towns, those to come included: each database under its town's name in `url`.

    What is erased is kept as long as the town that keeps it the least allows.
    """
    every = {"dir": str(root.absolute()), "recursive": True, "watch": True}
    copied = [({**every, "pattern": name}, url) for name in ("portail.db", "documents.db")]
    return _configuration(root.absolute(), min(backup_days, default=1), copied)


def _configuration(folder: Path, backup_days: int, copied: list[tuple[dict[str, object], str]]) -> str:
    """Return the configuration; what is erased here leaves the replica before `backup_days`, with its snapshots."""
    hours = max(backup_days - 1, 1) * 24
    # It looks for changes, then sends them, often enough that a machine that dies takes less than a second with it.
    databases = [
        {**which, "monitor-interval": "250ms", "replica": {"url": url, "sync-interval": "500ms"}}
        for which, url in copied
    ]
    parts = {
        "socket": {"enabled": True, "path": str(folder / _SOCKET)},
        "snapshot": {"interval": "24h", "retention": f"{hours}h"},
        "dbs": databases,
    }
    # A text of JSON is one of YAML.
    return json.dumps(parts, indent=2, ensure_ascii=False) + "\n"


def copies(folder: Path) -> bool:
    """Whether Litestream copies what is in a folder, as far as its socket tells."""
    return (folder / _SOCKET).exists()


@contextmanager
def paused(file: Path) -> Iterator[None]:
    """Have Litestream let go of a database for the block, if it copies this one; it then copies it whole.

    It keeps the log from being emptied for as long as it reads it. When what is not copied yet cannot be, it is left
    alone: asked to stop, it would wait for that without end. So it is when nothing can be written of it: whoever dies
    in the block leaves a note, by which it is asked to copy again.
    """
    path = _socket(file)
    if path is None or not _did(path, "sync", file, wait=True) or not (note := _noted(path.parent, file)):
        yield
        return
    with note:
        _did(path, "stop", file)
        try:
            yield
        finally:
            if _did(path, "start", file):
                Path(str(note.name)).unlink(missing_ok=True)


def watch(settings: Settings, stop: Event) -> None:
    """Look each minute for what Litestream was asked to let go of by who died since, until `stop`."""
    files = (settings.database, settings.documents.file)
    while True:
        resume({folder for file in files for folder in _around(file)})
        if stop.wait(EVERY):
            return


def resume(folders: Iterable[Path]) -> None:
    """Have Litestream copy again what it was asked to let go of by who died since, or was not heard when done."""
    for folder in folders:
        for note in folder.glob(_NOTES):
            with suppress(OSError), _left(note) as file:  # gone meanwhile, or there is no room to say that it is
                path = folder / _SOCKET
                # One that starts again copies everything.
                if file and (not path.exists() or _did(path, "start", file)):
                    note.unlink()


def state(file: Path) -> State:
    """Return what becomes of the copies of a database; one that is let go of for an instant is copied."""
    path = _socket(file)
    if path is None:
        return State.NONE
    try:
        listed = json.loads(_ask(path, _SOON, "GET", "/list")[1])["databases"]
    except PermissionError:  # it is another account's: the purge tells
        return State.NONE
    except (OSError, HTTPException, ValueError):
        return State.SILENT
    is_stopped = {"path": str(file.absolute()), "status": "stopped"}.items()
    if any(is_stopped <= one.items() for one in listed) and not _is_held(path.parent, file):
        return State.STOPPED
    return State.COPIED


def _around(file: Path) -> Sequence[Path]:
    """Return where the socket may be: beside the database or, for one of several towns, in the folder of all."""
    return file.absolute().parents[:2]


def _socket(file: Path) -> Path | None:
    return next(filter(Path.exists, (folder / _SOCKET for folder in _around(file))), None)


def _noted(folder: Path, file: Path) -> FileIO | None:
    """Write down that a database is let go of, in a file locked for as long as its writer lives; None if it cannot."""
    path = folder / _NOTES.replace("*", secrets.token_hex(8))
    with ExitStack() as undone:
        try:
            note = undone.enter_context(open(path, "xb", buffering=0, opener=private_files.opener))
            undone.callback(path.unlink, missing_ok=True)
            fcntl.flock(note, fcntl.LOCK_EX)
            note.write(str(file.absolute()).encode())
        except OSError as error:
            logger.warning("litestream is not asked to let go of %s: %s", file, error)
            return None
        undone.pop_all()
        return note


@contextmanager
def _left(note: Path) -> Iterator[Path | None]:
    """Hold a note for the block, and give the database that it is of; None while its writer lives. Raises OSError."""
    with note.open(encoding="utf-8") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            told = held.read()  # nothing, when its writer has only just made it
            yield Path(told) if told else None


def _is_held(folder: Path, file: Path) -> bool:
    """Whether someone alive has a database let go of."""
    for note in folder.glob(_NOTES):
        with suppress(OSError), _left(note) as left:
            if left is None and note.read_text(encoding="utf-8") == str(file.absolute()):
                return True
    return False


def _did(path: Path, what: str, file: Path, **more: bool) -> bool:
    """Ask Litestream to do something with a database; False when it did not do it."""
    asked = json.dumps({"path": str(file.absolute()), "timeout": _PATIENCE, **more})
    try:
        done = _ask(path, _PATIENCE + 1, "POST", f"/{what}", asked)[0] == HTTPStatus.OK
    except (OSError, HTTPException):
        done = False
    if not done:
        logger.warning("litestream did not %s %s", what, file)
    return done


def _ask(path: Path, seconds: float, method: str, what: str, told: str | None = None) -> tuple[int, bytes]:
    """Ask Litestream something, and return the status and the text of its answer. Raises OSError, HTTPException."""
    line = HTTPConnection("litestream")
    with closing(line), closing(socket.socket(socket.AF_UNIX)) as line.sock:
        line.sock.settimeout(seconds)
        line.sock.connect(str(path))
        line.request(method, what, told)
        answer = line.getresponse()
        return answer.status, answer.read()
