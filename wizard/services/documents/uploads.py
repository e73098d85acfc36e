"""Files that arrive part by part: what was acknowledged is never sent again, whatever is cut, closed or killed.

Each part is a committed row of documents.db, sealed under the key of the year: nothing is kept in clear.
"""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from os import SEEK_END
from typing import IO

from cryptography.exceptions import InvalidTag
from sqlite_utils import Database

from wizard.clock import now
from wizard.db import get_documents, transaction
from wizard.models import Destination, Upload
from wizard.services import pace
from wizard.services.documents import conversion, year_keys
from wizard.services.documents.sealed import decrypt, encrypt
from wizard.stores import uploads as store

PART = 256 * 1024
"""Bytes of the largest part: what a cut costs at most."""
SMALLEST_PART = 1024
"""But for the last one: each costs a commit."""
PAGES = 10
LIFE = timedelta(hours=48)

# Of one account, until their documents are made: two of ten pages, whatever camera took them. What it left for the
# longest makes room, for nobody may be kept waiting by what they gave up.
_FILES, _BYTES = 40, 160 * 1024 * 1024


class Misplaced(Exception):
    """A part does not begin where the last one ended; `offset` is where."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


def begin(db: Database, to: Destination, page: int, sha256: str, size: int) -> Upload:
    """Expect a file, or find what was received of it: the same one, for the same page.

    Raises conversion.Unreadable for one too large, TooSoon.
    """
    if size > conversion.LARGEST:
        raise conversion.Unreadable(conversion.Reason.TOO_LARGE)
    documents = get_documents()
    if found := store.same(documents, to, page, sha256):
        return found
    pace.of_an_upload(db, to.account)
    with transaction(documents):
        if found := store.same(documents, to, page, sha256):
            return found  # asked twice at once
        _make_room(documents, to.account, size)
        added = store.add(documents, to, page, sha256, size, now())
    return Upload(added, to, page, sha256, size, received=0, whole=False)


def _make_room(documents: Database, account: int, size: int) -> None:
    files, weight = store.weight(documents, account)
    for upload in store.oldest(documents, account):
        if files < _FILES and weight + size <= _BYTES:
            return
        store.drop(documents, upload.id)
        files, weight = files - 1, weight - upload.size


def find(account: int, upload: int) -> Upload | None:
    """Return an upload of this account; None for another's."""
    return store.by_id(get_documents(), account, upload)


def append(upload: Upload, offset: int, part: bytes) -> int:
    """Keep a part for good, and return where the next one begins. Raises Misplaced, Unreadable.

    What ends, and is not the file that was announced, is dropped: it begins anew.
    """
    documents, end = get_documents(), offset + len(part)
    with transaction(documents):
        sealed = encrypt(year_keys.key_to_write(upload.to.year), part, _label(upload, offset))
        if end > upload.size or not store.append(documents, upload.id, offset, len(part), sealed, now()):
            found = store.by_id(documents, upload.to.account, upload.id)
            raise Misplaced(found.received if found else 0)
        right = end < upload.size or _digest(documents, upload) == upload.sha256
        if not right:
            store.begin_again(documents, upload.id)
        elif end == upload.size:
            store.set_whole(documents, upload.id)
    if not right:
        raise Misplaced(0)
    return end


def take(db: Database, to: Destination, file: IO[bytes]) -> Upload:
    """Keep a file that came in one piece as one more page, part by part.

    The same one sent twice is one page. Raises conversion.Unreadable for one that no document is made of, TooSoon.
    """
    sha256 = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    size, known = file.seek(0, SEEK_END), pages(to)
    if not size:
        raise conversion.Unreadable(conversion.Reason.EMPTY)
    page = next((one.page for one in known if one.sha256 == sha256), 1 + max((one.page for one in known), default=0))
    upload = begin(db, to, page, sha256, size)
    offset = upload.received
    while offset < size and find(to.account, upload.id):  # the other click of two may send it, and have done
        file.seek(offset)
        try:
            offset = append(upload, offset, file.read(PART))
        except Misplaced as elsewhere:
            offset = elsewhere.offset
    return upload


def content(upload: Upload) -> bytes:
    """Return a file that arrived. Raises Unreadable."""
    return b"".join(_opened(get_documents(), upload))


def pages(to: Destination) -> tuple[Upload, ...]:
    """Return what arrived of a document that is not made yet, in the order of its pages."""
    return store.pages(get_documents(), to)


def arrange(uploads: Sequence[int]) -> None:
    """Put the pages of a document in this order."""
    documents = get_documents()
    with transaction(documents):
        store.arrange(documents, uploads)


def cancel(upload: Upload) -> None:
    """Forget a file."""
    documents = get_documents()
    with transaction(documents):
        store.drop(documents, upload.id)


def purge(documents: Database, at: datetime) -> int:
    """Delete what nobody went on with for two days; return how many files that was."""
    with transaction(documents):
        return store.purge(documents, at - LIFE)


def _digest(documents: Database, upload: Upload) -> str:
    whole = hashlib.sha256()
    for part in _opened(documents, upload):
        whole.update(part)
    return whole.hexdigest()


def _opened(documents: Database, upload: Upload) -> Iterator[bytes]:
    key = year_keys.key(upload.to.year)
    try:
        for offset, sealed in store.parts(documents, upload.id):
            yield decrypt(key, sealed, _label(upload, offset))
    except InvalidTag:
        raise year_keys.Unreadable(upload.to.year) from None


def _label(upload: Upload, offset: int) -> bytes:
    """Return what a part is sealed as: put elsewhere, it does not open."""
    return f"upload {upload.id}, {offset}, {upload.to.year}".encode()
