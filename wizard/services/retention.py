"""What nobody needs any more is deleted for good, what is due is told: every night, or by the command « purge »."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from sqlite3 import OperationalError
from threading import Event

from sqlite_utils import Database

from wizard.clock import in_town
from wizard.clock import now as present
from wizard.db import transaction
from wizard.models import Account
from wizard.services import bounces, deletions, leaps, outbox, regularly, reviewing, rotation
from wizard.services.deletions import NOTICE, months_before, years_before
from wizard.services.documents import expiring, sweeping
from wizard.services.documents.expiring import Expired
from wizard.services.regularly import Done
from wizard.settings import Retention, Settings
from wizard.stores import (
    accounts,
    agent_journal,
    api_consumers,
    child_files,
    drafts,
    erasure,
    families,
    invitations,
    ledger,
    limits,
    losses,
    merges,
    one_day,
    seals,
    sessions,
    tokens,
    traces,
)
from wizard.stores import deletions as store
from wizard.stores import outbox as mails
from wizard.stores.deletions import Kind
from wizard.values import school_years

__all__ = ["NOTICE", "PurgeReport", "daily", "erase", "forget", "purge", "purge_by_itself", "years_before"]

logger = logging.getLogger(__name__)

# How long duplicates that were joined may be put back as they were.
UNDO = timedelta(days=30)
# How long the row of a mail, emptied once sent, still tells that it was.
MAIL_ROWS = timedelta(days=30)
# The first purge waits until the portal serves.
_FIRST = 60.0
_DAILY = 24 * 3600.0


@dataclass(frozen=True)
class PurgeReport:
    """How many of each were deleted; `warned` are the owners told that their account will be,
    `reminded` the families asked whether all is still right; `announced`, what the town is told that it will be.

    `emptied` is False when a reader kept deleted data in the write-ahead log: the next purge will tell.
    """

    drafts: int
    unactivated: int
    inactive: int
    warned: int
    tokens: int
    limits: int
    sessions: int
    mails: int
    emptied: bool
    families: int = 0
    journal: int = 0
    calls: int = 0
    seals: int = 0
    reminded: int = 0
    one_days: int = 0
    child_files: int = 0
    merges: int = 0
    bounces: int = 0
    announced: int = 0
    closed: int = 0
    withdrawn: int = 0
    traces: int = 0
    expired: Expired = field(default_factory=Expired)
    former: int = 0


def purge(db: Database, settings: Settings, now: datetime) -> PurgeReport:
    """Delete what outlived its purpose, then its remains in the file."""
    kept = settings.retention
    unactivated_before = now - timedelta(days=kept.unactivated_days)
    with transaction(db):
        deleted = {
            "drafts": drafts.purge(db, now),
            "unactivated": _erase_all(db, accounts.never_activated(db, unactivated_before), now),
            "inactive": _erase_inactive(db, kept, now),
            "closed": _delete(db, Kind.CLOSED, kept, now, store.dossier),
            "withdrawn": _delete(db, Kind.WITHDRAWN, kept, now, store.contact),
            "warned": _warn(db, kept, now),
            "announced": deletions.announce(db, kept, now),
            # An expired link still says what to do, for as long as the account it was sent for may wait.
            "tokens": tokens.purge(db, unactivated_before) + invitations.purge(db, unactivated_before),
            "limits": limits.purge(db, now - timedelta(hours=kept.limits_hours)),
            "sessions": sessions.purge(db, now),
            "mails": mails.purge(db, now - MAIL_ROWS),
            "bounces": bounces.purge(db, now),
            "families": families.purge(db, months_before(now, kept.known_families_months)),
            "one_days": one_day.purge(db, in_town(now).date() - timedelta(days=kept.one_day_days)),
            "child_files": _purge_files(db, settings, now),
            "journal": agent_journal.purge(db, months_before(now, kept.journal_months)),
            "calls": api_consumers.purge(db, months_before(now, kept.journal_months)),
            "merges": _forget_merges(db, now),
            "traces": traces.purge(db, months_before(now, kept.trace_months)),
            "seals": ledger.purge(db, now - timedelta(days=kept.backup_days)),
            # What is undone is put back row by row, these too.
            "former": seals.forget_former(db, now - max(UNDO, timedelta(days=kept.backup_days))),
        }
    reminded = reviewing.remind(db, settings, now)
    expired = expiring.purge(db, settings, now)
    for folder in {settings.database.parent, settings.documents.file.parent}:
        rotation.drop_unfinished(folder, now)
    emptied = sweeping.leave_nothing(db)
    regularly.note(settings.database, Done.PURGE, now)
    for done in (Done.DOUBT, Done.LOOK):
        regularly.forget(settings.database, done)
    return PurgeReport(**deleted, reminded=reminded, expired=expired, emptied=emptied)


def purge_by_itself(db: Database, settings: Settings, now: datetime) -> None:
    """Purge, unless the hour is in doubt: nobody asked for it."""
    if leaps.in_doubt(db, settings, now):
        logger.error("nothing purged: the clock leapt ahead by more than a week")
    else:
        logger.info("purged: %s", purge(db, settings, now))


def _purge_files(db: Database, settings: Settings, now: datetime) -> int:
    """Delete the dossiers administratifs of the school years that ended long ago."""
    oldest = in_town(months_before(now, settings.retention.child_file_months)).date()
    return child_files.purge(db, school_years.of(oldest))


def erase(db: Database, account: Account, now: datetime) -> None:
    """Delete an account, its household and the mails that wait for it, in the open transaction, and from any copy.

    A date and its number are all that is kept; for as long as the agents' journal, the references of its dossiers; and
    for a while, under a hash of that number, who read them.
    """
    seals.break_household(db, account.household, now)
    losses.settle_all(db, account.household, now)
    forget(db, account, now)


def forget(db: Database, account: Account, now: datetime) -> None:
    """Delete an account as `erase` does, from this database alone."""
    mails.forget(db, account.email)
    mails.forget_contacts(db, account.household)
    for one in invitations.of_household(db, account.household):
        mails.cancel(db, one.email, "invitation")
    traces.keep(db, account.household, now)
    _delete_household(db, account.household, now)
    erasure.bury(db, account.id, account.household, now)


def daily(db: Database, settings: Settings, stop: Event) -> None:
    """Purge once a day, until `stop`."""
    pause = _FIRST
    while not stop.wait(pause):
        pause = _DAILY
        try:
            purge_by_itself(db, settings, present())
        except OperationalError as busy:
            pause = _FIRST
            logger.warning("nothing purged, the database is busy: %s", busy)


def _forget_merges(db: Database, now: datetime) -> int:
    """Delete what duplicates were before they were joined, once it is too late to undo it."""
    found = merges.purge(db, now - UNDO)
    _bury_merged(db, found, now)
    return len(found)


def _bury_merged(db: Database, found: Iterable[tuple[int | None, int | None]], now: datetime) -> None:
    for account, household in found:
        if account and household:
            erasure.bury(db, account, household, now)


def _delete_household(db: Database, household: int, now: datetime) -> None:
    """Delete a household, what it was before it, or another, was joined, and the mails that it caused."""
    mails.forget_household(db, household)
    _bury_merged(db, merges.forget(db, household), now)
    erasure.household(db, household)


def _erase_all(db: Database, found: tuple[Account, ...], now: datetime) -> int:
    """Erase accounts without a trace: nobody ever proved that they were theirs."""
    for account in found:
        _delete_household(db, account.household, now)
        if accounts.by_email(db, account.email) is None:
            mails.forget(db, account.email)
    return len(found)


def _erase_inactive(db: Database, kept: Retention, now: datetime) -> int:
    """Delete the families that come no more: the town was told, and their owners a month ago."""
    found = [
        account
        for one in deletions.due(db, Kind.INACTIVE, kept, now)
        for account in accounts.warned(db, one.household, now - NOTICE)
    ]
    for account in found:
        erase(db, account, now)
    return len(found)


def _delete(db: Database, kind: Kind, kept: Retention, now: datetime, delete: Callable[[Database, int], None]) -> int:
    found = [one.number for one in deletions.due(db, kind, kept, now)]
    for number in found:
        delete(db, number)
    return len(found)


def _warn(db: Database, kept: Retention, now: datetime) -> int:
    """Write to the owners a month before; for those found late the month starts now, for those who came back anew."""
    idle = [one.household for one in store.idle(db, Kind.INACTIVE, years_before(now + NOTICE, kept.inactive_years))]
    accounts.forget_warnings(db, idle)
    found = [account for household in idle for account in accounts.unwarned(db, household)]
    for account in found:
        outbox.enqueue(db, "inactivity_warning", account.email, deletion_day=now + NOTICE)
        accounts.note_warning(db, account.id, now)
    return len(found)
