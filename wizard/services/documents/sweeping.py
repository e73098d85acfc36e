"""What nothing refers to: bytes whose document is deleted, or was never written down."""

from datetime import datetime, timedelta

from sqlite_utils import Database

from wizard.db import get_documents, transaction
from wizard.stores import documents, vault

UNDER_WAY = timedelta(hours=24)
"""How long bytes may wait for their document to be written down."""


def drop_gone(db: Database, kept: Database | None = None) -> None:
    """Delete the bytes of what was deleted, once that is committed: in an open transaction, nothing yet."""
    if not db.conn.in_transaction and (gone := documents.gone(db)):
        kept = kept or get_documents()
        with transaction(kept):
            vault.drop(kept, gone)
        with transaction(db):
            documents.forget_gone(db, gone)


def sweep(db: Database, now: datetime) -> int:
    """Delete all bytes that nothing refers to, and return of how many documents."""
    drop_gone(db)
    lost = documents.unknown(db, vault.kept_before(get_documents(), now - UNDER_WAY))
    with transaction(get_documents()):
        vault.drop(get_documents(), lost)
    return len(lost)
