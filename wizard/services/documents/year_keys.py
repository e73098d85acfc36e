"""The keys of the school years, in a file apart: without its key, no backup of a year can be read any more.

The file is outside both databases and their backups. It is written by whoever holds the write lock of the documents'
file, whole, and is on the disk before that is said. Copies of seven days lie beside it, in case it is damaged.

A key deleted stays in them for that week, and is then gone for good: a machine that wakes up a year ahead, for a night,
would otherwise leave all that families gave this year unreadable, with no way back. What the key sealed is deleted from
the documents' file the same day; for that week, it opens old backups alone, to whoever has the portal's own key too.
"""

import json
import os
from base64 import b64decode, b64encode
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from wizard import private_files
from wizard.db import get_documents, transaction
from wizard.services.documents.sealed import decrypt, encrypt, new_key
from wizard.services.sealing import State
from wizard.settings import get_settings

COPIES = timedelta(days=7)


class Unreadable(Exception):
    """The key of the year, or what it opens, is gone, or is under a key that is not given."""


def key(year: str) -> bytes:
    """Return the key of a year. Raises Unreadable."""
    try:
        wrapped = _read()[year]
    except KeyError:
        raise Unreadable(year) from None
    for master in _masters():
        with suppress(InvalidTag):
            return decrypt(master, wrapped, _label(year))
    raise Unreadable(year)


def key_to_write(year: str) -> bytes:
    """Return the key of a year, made if there is none yet, by one process. Raises Unreadable."""
    if year not in _read():
        with transaction(get_documents()):
            if year not in (known := _read()):
                _write({**known, year: encrypt(_master(), new_key(), _label(year))})
    return key(year)


def forget(years: set[str]) -> None:
    """Delete the keys of some years: nothing opens what they sealed any more."""
    known = _read()
    if years & known.keys():
        _write({year: wrapped for year, wrapped in known.items() if year not in years})


def rewrap() -> int:
    """Wrap with the present key those wrapped with the old one, and return how many were."""
    former = [year for year, state in states().items() if state is State.FORMER]
    if former:
        _write(_read() | {year: encrypt(_master(), key(year), _label(year)) for year in former})
    return len(former)


def states() -> dict[str, State]:
    """Return how the key of each year is wrapped."""
    return {year: _state(year, wrapped) for year, wrapped in _read().items()}


def is_given() -> bool:
    """Whether there is a key of the portal to open those of the years."""
    return bool(_given())


def can_be_made() -> bool:
    """Whether there is a key of the portal, or one is drawn when it is first needed."""
    return is_given() or get_settings().documents.key_file is not None


def keep_copies(today: date) -> None:
    """Keep a copy of the file as the day begins, and delete those of more than seven days.

    Raises Unreadable when it is damaged: the copies stay, to put one in its place.
    """
    path = get_settings().documents.years
    beside = path.with_name(f"{path.name}.{today}")
    if _read() and not beside.exists():
        _put(beside, path.read_bytes())
    for copy in path.parent.glob(f"{path.name}.????-??-??"):
        with suppress(ValueError):
            if date.fromisoformat(copy.name[-10:]) <= today - COPIES:
                copy.unlink()


def _state(year: str, wrapped: bytes) -> State:
    for master, found in zip(_masters(), (State.CURRENT, State.FORMER), strict=False):
        with suppress(InvalidTag):
            decrypt(master, wrapped, _label(year))
            return found
    return State.UNREADABLE


def _label(year: str) -> bytes:
    return f"key of a year, {year}".encode()


def _master() -> bytes:
    """Return what new keys are wrapped with; one lost is not drawn again. Raises Unreadable without a key."""
    settings = get_settings().documents
    if settings.key_file and not settings.years.exists():
        private_files.drawn_once(settings.key_file)
    if not (given := _given()):
        raise Unreadable("PORTAIL_DOCUMENTS_KEY")
    return _derived(given)


def _masters() -> list[bytes]:
    """Return what the present key wraps with, then what the old one did."""
    return [_derived(given) for given in (_given(), get_settings().documents.key_old or "") if given]


def _given() -> str:
    settings = get_settings().documents
    if settings.key_file and settings.key_file.exists():
        return private_files.drawn_once(settings.key_file)
    return settings.key


def _derived(given: str) -> bytes:
    label = b"portail-famille, keys of the years, 1"
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=label).derive(given.encode())


def _read() -> dict[str, bytes]:
    """Return the key of each year, wrapped. Raises Unreadable when the file is damaged."""
    try:
        return {year: b64decode(text) for year, text in json.loads(get_settings().documents.years.read_text()).items()}
    except FileNotFoundError:
        return {}
    except (ValueError, AttributeError, TypeError):
        raise Unreadable("years.keys") from None


def _write(keys: dict[str, bytes]) -> None:
    if not get_documents().conn.in_transaction:
        raise RuntimeError("The keys of the years are written under the write lock of the documents' file.")
    text = json.dumps({year: b64encode(wrapped).decode() for year, wrapped in sorted(keys.items())}, indent=1)
    _put(get_settings().documents.years, text.encode())


def _put(path: Path, content: bytes) -> None:
    """Put a file in place whole, and on the disk."""
    draft = path.with_name(f"{path.name}.part")
    with open(draft, "wb", opener=private_files.opener) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)
    private_files.sync(path.parent)
