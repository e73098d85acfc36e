"""Mails that come back: read where they do, tied to whom they were for, told to agents until one arrives."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from sqlite3 import OperationalError
from threading import Event

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.french import gettext as _
from wizard.hashing import keyed_hash
from wizard.services import bounce_mailbox, delivery_reports
from wizard.services.delivery_reports import Report
from wizard.settings import Bounces, Settings
from wizard.stores import bounces as store
from wizard.stores import outbox as mails
from wizard.values.emails import mailbox

logger = logging.getLogger(__name__)

# Seconds between two looks at a mailbox that does not open.
_LONGEST_POLL = 1800
# A mail that left has arrived if it has not come back since.
_ARRIVES_WITHIN = timedelta(days=1)
_HINDRANCE = timedelta(days=10)


@dataclass
class Read:
    """What was in the mailbox: reports on our mails, and what was left in it."""

    reports: int = 0
    others: int = 0


def read(db: Database, bounces: Bounces) -> Read:
    """Read what came back: reports on our mails are deleted, all else stays. Raises Unreachable."""
    result = Read()
    with bounce_mailbox.opened(bounces) as inbox:
        for key, raw in list(inbox.unread()):
            report = delivery_reports.read(raw)
            if report and note(db, report, now()):
                inbox.remove(key)
                result.reports += 1
            else:
                inbox.seen(key)
                result.others += 1
    return result


def note(db: Database, report: Report, at: datetime) -> bool:
    """Write what a report tells; False when it is about none of our mails; an address changed since is left alone."""
    with transaction(db):
        whom = store.written(db, report.message_id)
        if whom and report.action == "failed":
            mails.mark_returned(db, report.message_id, report.status)
        if whom and whom.email and keyed_hash(mailbox(whom.email)) == whom.address_hmac:
            if report.action in {"failed", "delayed"}:
                lasting = report.action == "failed" and report.is_permanent
                store.note(db, whom.household, whom.person, whom.email, at, report.status, permanent=lasting)
            elif report.action == "delivered":
                store.clear(db, whom.person)
    return whom is not None


def refused(db: Database, message_id: str, reason: str, at: datetime) -> None:
    """Write that the server refused a recipient for good, as it was being written to, in the open transaction."""
    whom = store.written(db, message_id)
    if whom and whom.email and keyed_hash(mailbox(whom.email)) == whom.address_hmac:
        status = delivery_reports.status_in(reason) or "5.0.0"
        store.note(db, whom.household, whom.person, whom.email, at, status, permanent=True)


def purge(db: Database, at: datetime) -> int:
    """Forget, in the open transaction, those to whom a mail has arrived since."""
    return store.purge(db, at - _ARRIVES_WITHIN, at - _HINDRANCE)


def reason(status: str) -> str:
    """Return why a server refuses, in words (RFC 3463)."""
    told: dict[str, str] = {
        "5.1.2": _("nom de domaine inconnu"),
        "5.2.1": _("boîte fermée"),
        "5.2.2": _("boîte pleine"),
        "4.2.2": _("boîte pleine"),
    }
    general: dict[str, str] = {
        "5.1": _("adresse inconnue"),
        "5.4": _("serveur de courriel injoignable"),
        "4.4": _("serveur de courriel injoignable"),
        "5.7": _("refusé par la sécurité de la messagerie"),
    }
    lasting = _("refusé par la messagerie") if status.startswith("5") else _("messagerie indisponible")
    return told.get(status) or general.get(status.rpartition(".")[0]) or str(lasting)


def watch(db: Database, settings: Settings, stop: Event) -> None:
    """Read the mailbox, if there is one, until `stop`; while it does not open, say so and try less often."""
    if settings.bounces is None:
        return
    pause = settings.bounces.seconds
    while not stop.wait(pause):
        try:
            read(db, settings.bounces)
            pause = settings.bounces.seconds
        except bounce_mailbox.Unreachable as error:
            pause = min(pause * 2, _LONGEST_POLL)
            logger.error("the mailbox of what comes back does not open: %s (next try in %d s)", error, pause)
        except OperationalError as busy:
            logger.warning("the database is busy: %s", busy)
