"""The vault: documents, previews and envelopes on health, each under a key of its own, wrapped by the year's.

What is sealed opens only as what it was sealed for: another document, another year or another page is another label.
"""

import json
from base64 import b64decode, b64encode
from contextlib import suppress

from cryptography.exceptions import InvalidTag

from wizard.clock import now
from wizard.db import get_documents, transaction
from wizard.models.documents import Converted
from wizard.services.documents import year_keys
from wizard.services.documents.sealed import decrypt, encrypt, new_key
from wizard.services.documents.year_keys import Unreadable
from wizard.settings import get_settings
from wizard.stores import vault as store
from wizard.stores.vault import Sealed

__all__ = ["Unreadable", "content", "drop", "drop_envelope", "preview", "put", "seal", "seal_text", "unseal",
    "unseal_text"]  # fmt: skip

_KEY = 60
"""How long a wrapped key is."""


def put(document: int, year: str, converted: Converted) -> None:
    """Keep a document and the previews of its pages. Raises Unreadable without the key of the year."""
    db = get_documents()
    with transaction(db):
        for page, content in enumerate((converted.content, *converted.previews)):
            store.add(db, document, page, _seal(year, content, _of_page(document, page)), now())


def content(document: int) -> bytes:
    """Return a document. Raises Unreadable."""
    return _page(document, 0)


def preview(document: int, page: int) -> bytes:
    """Return the preview of one of its pages, the first of which is 1. Raises Unreadable."""
    return _page(document, page)


def drop(document: int) -> None:
    """Delete a document and its previews."""
    db = get_documents()
    with transaction(db):
        store.drop(db, [document])


def move(document: int, year: str) -> None:
    """Seal a document anew under the key of another year: its own is about to be deleted. Raises Unreadable."""
    db = get_documents()
    with transaction(db):
        for page, sealed in store.pages(db, document):
            label = _of_page(document, page)
            store.replace(db, document, page, _seal(year, _open(sealed, label), label))


def seal(child: int, year: str, answers: dict[str, list[str]]) -> None:
    """Keep what is said of a child's health in the year, in the place of what was. Raises Unreadable."""
    db = get_documents()
    with transaction(db):
        sealed = _seal(year, json.dumps(answers).encode(), _of_envelope(child))
        store.drop_envelope(db, child, year)
        store.add_envelope(db, child, child, sealed, now())


def unseal(child: int, year: str) -> dict[str, list[str]]:
    """Return what is said of a child's health in the year. Raises Unreadable, also when nothing is."""
    found = store.envelope(get_documents(), child, year)
    if found is None:
        raise Unreadable(year)
    answers: dict[str, list[str]] = json.loads(_open(found, _of_envelope(child)))
    return answers


def drop_envelope(child: int, year: str) -> None:
    """Delete what is said of a child's health in the year."""
    db = get_documents()
    with transaction(db):
        store.drop_envelope(db, child, year)


def hand_over(kept: int, gone: int) -> None:
    """Let the envelopes of one record of a child be those of another too, which it is found to be."""
    if not get_settings().documents.file.exists() or not (known := store.envelopes(get_documents(), gone)):
        return
    db = get_documents()
    with transaction(db):
        for sealed, at in known:
            with suppress(Unreadable):
                again = _seal(sealed.year, _open(sealed, _of_envelope(gone)), _of_envelope(kept))
                store.add_envelope(db, kept, gone, again, at)


def seal_text(year: str, text: str) -> str:
    """Encrypt a text under the key of a year, to be kept elsewhere. Raises Unreadable."""
    sealed = _seal(year, text.encode(), b"text")
    return b64encode(sealed.key + sealed.content).decode()


def unseal_text(year: str, sealed: str) -> str:
    """Return such a text. Raises Unreadable."""
    try:
        stored = b64decode(sealed, validate=True)
    except ValueError:
        raise Unreadable(year) from None
    return _open(Sealed(year, stored[:_KEY], stored[_KEY:]), b"text").decode()


def _page(document: int, page: int) -> bytes:
    found = store.page(get_documents(), document, page)
    if found is None:
        raise Unreadable(str(document))
    return _open(found, _of_page(document, page))


def _of_page(document: int, page: int) -> bytes:
    role = f"preview {page}" if page else "content"
    return f"document {document}, {role}".encode()


def _of_envelope(child: int) -> bytes:
    return f"child {child}, envelope".encode()


def _seal(year: str, content: bytes, label: bytes) -> Sealed:
    own, whole = new_key(), b"%b, %b" % (label, year.encode())
    wrapped = encrypt(year_keys.key_to_write(year), own, whole)
    return Sealed(year, wrapped, encrypt(own, content, whole))


def _open(sealed: Sealed, label: bytes) -> bytes:
    whole = b"%b, %b" % (label, sealed.year.encode())
    try:
        own = decrypt(year_keys.key(sealed.year), sealed.key, whole)
        return decrypt(own, sealed.content, whole)
    except (InvalidTag, ValueError):
        raise Unreadable(sealed.year) from None
