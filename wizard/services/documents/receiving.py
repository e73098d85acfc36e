"""The files that a parent sent become the one document asked of them, or a sentence says which cannot be read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import get_documents, transaction
from wizard.french import gettext as _
from wizard.hashing import digest
from wizard.models import Account, Destination, Upload
from wizard.services.documents import conversion, keeping, sweeping, uploads
from wizard.services.documents.asking import Wanted
from wizard.services.refusals import Refusal
from wizard.settings import get_settings
from wizard.stores import documents as kept
from wizard.stores import uploads as store


class Nothing(Refusal):
    """There is no page."""

    sentence = _("Choisissez un fichier, ou photographiez le document.")


class Missing(Refusal):
    """A page is not there, or not whole."""

    sentence = _("Une page n'est plus là : prenez-la de nouveau. Une page envoyée attend deux jours, pas plus.")


class UnreadableFile(Refusal):
    """A file cannot be read: `at` is its rank, from 1, when there are several; 0, when it is alone."""

    def __init__(self, at: int, why: conversion.Unreadable) -> None:
        super().__init__(at)
        self.at, self.sentence, self.status = at, why.sentence, why.status


def finish(db: Database, account: Account, wanted: Wanted, sent: Sequence[int]) -> int:
    """Make the document of files that arrived, in this order, and forget them.

    Asked again, or of the same files sent again, it makes no other. Raises Nothing, Missing, vault.Unreadable; and
    UnreadableFile, having forgotten the file that cannot be read, alone.
    """
    to = wanted.to
    waiting = {one.id: one for one in uploads.pages(to) if one.whole}
    names = [_digest(sent), *([_digest(waiting[one].sha256 for one in sent)] if set(sent) <= waiting.keys() else [])]
    if made := _made(db, to, names):
        return _done(to, names, made)
    try:
        converted = _converted(_contents(waiting, sent), len(sent))
    except Refusal as why:
        if made := _made(db, to, names):
            return made  # by the other click of two, which forgot the files
        _forget_refused(waiting, sent, why)
        raise
    with transaction(db):
        made = _made(db, to, names) or keeping.keep(
            db, account, to.kind, wanted.owner, to.year, converted, wanted.valid_until
        )
        _done(to, names, made)
    sweeping.drop_gone(db)
    return made


def _forget_refused(waiting: Mapping[int, Upload], sent: Sequence[int], why: Refusal) -> None:
    if isinstance(why, UnreadableFile) and why.status == Refusal.status:
        uploads.cancel(waiting[sent[why.at - 1]])  # alone, it is the last


def _contents(waiting: Mapping[int, Upload], sent: Sequence[int]) -> Iterator[bytes]:
    if not sent:
        raise Nothing
    if not set(sent) <= waiting.keys():
        raise Missing
    return (uploads.content(waiting[one]) for one in sent)


def _made(db: Database, to: Destination, names: Iterable[str]) -> int | None:
    """Return the document that these files made, unless it is no more."""
    found = (store.made(get_documents(), to, name) for name in names)
    return next((one for one in found if one and kept.by_id(db, one)), None)


def _done(to: Destination, names: Iterable[str], made: int) -> int:
    """Remember which document these files made, under either of their names, and forget them."""
    documents = get_documents()
    with transaction(documents):
        for name in names:
            store.note(documents, to, name, made, now())
        for one in store.pages(documents, to):
            store.drop(documents, one.id)
    return made


def _digest(parts: Iterable[object]) -> str:
    """Return what files are known by: their numbers, where a form is sent again; their own digests, where they are."""
    return digest(" ".join(map(str, parts)))


def _converted(files: Iterable[bytes], count: int) -> conversion.Converted:
    """Convert each file by itself: never are two of them in memory."""
    antivirus, parts = get_settings().documents.antivirus, []
    for at, file in enumerate(files, 1):
        try:
            parts.append(conversion.convert(file, antivirus=antivirus))
        except conversion.Unreadable as why:
            raise UnreadableFile(at if count > 1 else 0, why) from None
    return parts[0] if len(parts) == 1 else conversion.assemble(parts)
