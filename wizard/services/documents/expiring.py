"""What is kept no longer: documents past their year, envelopes on 30 September after it, then the key of the year."""

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from wizard.clock import in_town
from wizard.db import get_documents, transaction
from wizard.services.documents import sweeping, uploads, vault, year_keys
from wizard.services.documents.validity import given_back_until, kept_until
from wizard.settings import Settings
from wizard.stores import child_files, documents
from wizard.stores import vault as store
from wizard.values import school_years

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Expired:
    """How many documents and envelopes were deleted; the years whose key was; how many bytes nothing referred to.

    `unsent` are the files that nobody went on sending.
    """

    documents: int = 0
    envelopes: int = 0
    years: tuple[str, ...] = ()
    lost: int = 0
    unsent: int = 0


def purge(db: Database, settings: Settings, now: datetime) -> Expired:
    """Delete what outlived its year, bytes and keys with it; what is still valid goes on under the present year's."""
    today = in_town(now).date()
    with transaction(db):
        known = documents.of_past_years(db, school_years.of(today))
        over = [one.id for one in known if kept_until(one, settings.documents.months) < today]
        documents.delete(db, over)
    lost = sweeping.sweep(db, now)
    if not settings.documents.file.exists():
        return Expired(len(over))
    kept = get_documents()
    unsent = uploads.purge(kept, now)
    try:
        year_keys.keep_copies(today)
        years = {year for year in store.years(kept) | year_keys.states().keys() if given_back_until(year) < today}
        _carry_on(kept, years, school_years.of(today))
        with transaction(kept):
            envelopes = sum(store.drop_envelopes(kept, year) for year in years)
            closed = sorted((year_keys.states().keys() & years) - store.years(kept))
            year_keys.forget(set(closed))
    except vault.Unreadable:  # « doctor » tells it
        logger.error("the keys of the years cannot be read: none was deleted")
        return Expired(len(over), lost=lost, unsent=unsent)
    with transaction(db):
        child_files.unseal(db, years)
    return Expired(len(over), envelopes, tuple(closed), lost, unsent)


def _carry_on(kept: Database, years: set[str], present: str) -> None:
    """Seal what is still kept of years that are over under the present one's key, one at a time: phones go on sending.

    What opens no more stays as it is, and its year with it: « doctor » tells it.
    """
    for document in store.under(kept, years):
        with suppress(vault.Unreadable):
            vault.move(document, present)
