"""Litestream copies both databases elsewhere, second after second: its configuration, and how it lets go of one."""

import json
import logging
import socket
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from wizard.settings import Settings

logger = logging.getLogger(__name__)

_SOCKET = "litestream.sock"
# How long what was not copied yet may take to be, in seconds.
_PATIENCE = 5


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
    alone: asked to stop, it would wait for that without end. Its socket is beside the database or, for one of several
    towns, in the folder of all.
    """
    beside, above = (folder / _SOCKET for folder in file.absolute().parents[:2])
    path = next(filter(Path.exists, (beside, above)), None)
    if path is None or not _ask(path, "sync", file, wait=True):
        yield
        return
    _ask(path, "stop", file)
    try:
        yield
    finally:
        _ask(path, "start", file)


def _ask(path: Path, what: str, file: Path, **more: bool) -> bool:
    """Ask Litestream something about a database; False when it did not do it."""
    with closing(HTTPConnection("litestream")) as line, closing(socket.socket(socket.AF_UNIX)) as line.sock:
        try:
            line.sock.settimeout(_PATIENCE + 1)
            line.sock.connect(str(path))
            line.request("POST", f"/{what}", json.dumps({"path": str(file.absolute()), "timeout": _PATIENCE, **more}))
            done = line.getresponse().status == HTTPStatus.OK
        except (OSError, HTTPException):
            done = False
    if not done:
        logger.warning("litestream did not %s %s", what, file)
    return done
