"""How a line of the log is written: for people, for systemd's journal, or as JSON; and never what someone typed.

Each says the town, the step and the reference of the request that it comes from. Messages of libraries may hold a path,
and errors what was typed: the first are cut where a path may begin, the second told by their kind and place alone.
"""

import errno
import json
import logging
import os
import re
import sqlite3
import traceback
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import TextIO

from flask import g, has_app_context, has_request_context, request

from wizard.settings import get_settings

TEXT, JOURNAL, JSON = FORMS = ("text", "journal", "json")

# 256 bits in base64url make 43 characters; nothing else in a log is that long.
_TOKEN = re.compile(r"[\w-]{40,}")
# As syslog numbers them (sd-daemon(3)).
_PRIORITIES = {logging.CRITICAL: 2, logging.ERROR: 3, logging.WARNING: 4, logging.INFO: 6}
_LONGEST_CHAIN, _LAST_FRAMES = 5, -30


class Text(logging.Formatter):
    """« 2026-11-24 10:00:00 [Oudon signup.step:adresse 7KQ2M-4XDPA] INFO wizard.access … », then where an error was."""

    def __init__(self, *, dated: bool = True) -> None:
        super().__init__()
        self.dated = dated

    def format(self, record: logging.LogRecord) -> str:
        where = _where()
        place = " ".join(filter(None, (where.get("town"), where.get("step"), where.get("reference"))))
        said = _said(record)
        if not said.isprintable():
            said = "".join(one if one.isprintable() else " " for one in said)
        parts = (self.formatTime(record) if self.dated else "", f"[{place}]" if place else "")
        line = " ".join(filter(None, (*parts, record.levelname, record.name, said)))
        return _TOKEN.sub("…", "\n".join((line, *_trace(record))))


class Json(logging.Formatter):
    """An event a line, what it says of a request in fields of its own."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        told = {"time": at, "level": record.levelname.lower(), "logger": record.name, **_where(), **_fields(record)}
        trace = {"trace": found} if (found := list(_trace(record))) else {}
        return _TOKEN.sub("…", json.dumps({**told, "message": _said(record), **trace}, ensure_ascii=False))


class Numbered(logging.Formatter):
    """Each line of another form after its priority, which systemd takes away and files: « <3>… » is an error."""

    def __init__(self, form: logging.Formatter) -> None:
        super().__init__()
        self.form = form

    def format(self, record: logging.LogRecord) -> str:
        priority = _PRIORITIES.get(record.levelno, 7)
        return "\n".join(f"<{priority}>{line}" for line in self.form.format(record).split("\n"))


def formatter(form: str, *, journal: bool = False) -> logging.Formatter:
    """Return what writes lines of a form; `journal` says that systemd reads them, and dates them itself."""
    journal = journal or form == JOURNAL
    plain = Json() if form == JSON else Text(dated=not journal)
    return Numbered(plain) if journal else plain


def is_journal(stream: TextIO) -> bool:
    """Whether systemd's journal reads what is written there (systemd.exec(5), JOURNAL_STREAM)."""
    with suppress(OSError, ValueError):
        status = os.fstat(stream.fileno())
        return os.environ.get("JOURNAL_STREAM") == f"{status.st_dev}:{status.st_ino}"
    return False


def _where() -> Mapping[str, str]:
    """Return the town, and the request that is answered."""
    if not has_app_context():
        return {}
    town = get_settings().town
    where = {"town": town.name, "citycode": town.citycode}
    if not has_request_context():
        return where
    return {**where, "step": g.get("step") or request.endpoint or "-", "reference": g.get("reference", "-")}


def _fields(record: logging.LogRecord) -> Mapping[str, object]:
    found: Mapping[str, object] = getattr(record, "fields", {})
    return found


def _said(record: logging.LogRecord) -> str:
    said = record.getMessage()
    return said if record.name.startswith("wizard.") or "/" not in said else said.partition("/")[0] + "…"


def _trace(record: logging.LogRecord) -> Iterator[str]:
    """Give the lines of what was raised, the first cause first: files, lines, kinds of errors."""
    chain: list[BaseException] = []
    error = record.exc_info[1] if record.exc_info else None
    while error is not None and len(chain) < _LONGEST_CHAIN:
        chain.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    for one in reversed(chain):
        for frame in traceback.extract_tb(one.__traceback__, _LAST_FRAMES):
            yield f"  {frame.filename}:{frame.lineno} {frame.name}"
        yield _kind(one)


def _kind(error: BaseException) -> str:
    """Return the name of an error, and of what the system or SQLite had against it; never its words."""
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    code = errno.errorcode.get(error.errno or 0) if isinstance(error, OSError) else None
    code = getattr(error, "sqlite_errorname", None) if isinstance(error, sqlite3.Error) else code
    return f"{name} ({code})" if code else name
