"""What nothing refers to any more is deleted: bytes whose document is gone or was never made, envelopes, pages sent."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from wizard.db import get_documents, transaction
from wizard.services import replication
from wizard.services.documents import uploads
from wizard.settings import get_settings
from wizard.stores import accounts, documents, erasure, merges, people, vault
from wizard.stores import uploads as sent

UNDER_WAY = timedelta(hours=24)
"""How long bytes may wait for their document to be written down."""


def drop_gone(db: Database, kept: Database | None = None) -> None:
    """Delete the bytes of what was deleted, once that is committed: in an open transaction, nothing yet."""
    if db.conn.in_transaction or not (kept := kept or _there()):
        return
    if gone := documents.gone(db):
        with transaction(kept):
            vault.drop(kept, gone)
        with transaction(db):
            documents.forget_gone(db, gone)


def drop_nobody_s(db: Database, kept: Database | None = None) -> None:
    """Delete the envelopes and files on their way of children who are gone; and the envelopes of those back as others.

    And what accounts that are no more had sent: another may have their number one day.
    """
    if db.conn.in_transaction or not (kept := kept or _there()):
        return
    children = vault.children(kept) | sent.children(kept)
    known = people.known(db, children)
    gone = children - known - merges.gone_people(db)
    with transaction(kept):
        vault.drop_envelopes_of(kept, gone)
        sent.drop_of(kept, gone)
        vault.drop_handed_over(kept, known)
        for account in (senders := sent.accounts(kept)) - accounts.known(db, senders):
            sent.forget(kept, account)


def leave_nothing(db: Database) -> bool:
    """Delete what is left of what was just deleted, and empty the logs of both files, which Litestream lets go of.

    False when a reader that does not end kept one from being emptied.
    """
    drop_gone(db)
    drop_nobody_s(db)
    emptied = [_emptied(get_settings().database, db)]
    if kept := _there():
        emptied.append(_emptied(get_settings().documents.file, kept))
    return all(emptied)


def _emptied(file: Path, db: Database) -> bool:
    with replication.paused(file):
        return erasure.empty_log(db)


def sweep(db: Database, now: datetime) -> int:
    """Delete the bytes whose document was never written down, and return of how many; pages nobody went on with."""
    drop_gone(db)
    drop_nobody_s(db)
    if not (kept := _there()):
        return 0
    uploads.purge(kept, now)
    lost = documents.unknown(db, vault.kept_before(kept, now - UNDER_WAY))
    with transaction(kept):
        vault.drop(kept, lost)
    return len(lost)


def _there() -> Database | None:
    """Return the documents' file, unless no migration made it yet: there is then nothing to delete."""
    return get_documents() if get_settings().documents.file.exists() else None
