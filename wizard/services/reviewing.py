"""« Tout est-il toujours exact ? »: asked of each family from a day of each year that the town sets, by a mail too."""

from datetime import date, datetime, timedelta

from sqlite_utils import Database

from wizard.clock import in_town, now, today, zone
from wizard.db import transaction
from wizard.models import Account
from wizard.services import outbox
from wizard.settings import Settings, get_settings
from wizard.stores import outbox as mails
from wizard.stores import reviews

# Reminders leave one after the other: whoever activates an account meanwhile is not kept waiting. Those of a large town
# that a day would not hold go between the others: no mail is due later than that (stores/outbox.py).
_APART = timedelta(seconds=20)
_WITHIN = timedelta(hours=20)


def since(settings: Settings, day: date) -> datetime | None:
    """Return since when families are asked, on that day: the last time that the town's date came; None without one."""
    if settings.confirmation_from is None:
        return None
    month, first = settings.confirmation_from
    year = day.year if (month, first) <= (day.month, day.day) else day.year - 1
    return datetime(year, month, first, tzinfo=zone())


def is_asked(db: Database, account: Account) -> bool:
    """Whether the family is still to say, this time, that all is right."""
    start = since(get_settings(), today())
    return start is not None and reviews.is_awaited(db, account.household, start)


def confirm(db: Database, account: Account) -> None:
    """Write that all is right, once each time that it is asked; a reminder that waits is not sent."""
    with transaction(db):
        if is_asked(db, account):
            reviews.confirm(db, account.household, now())
            mails.cancel(db, account.email, "confirmation")


def remind(db: Database, settings: Settings, now: datetime) -> int:
    """Write to the families still to be heard, once each time that they are asked; return how many were written to.

    Each in a transaction of its own: a town's worth of mails in one would keep whoever writes meanwhile waiting.
    """
    start, reminded = since(settings, in_town(now).date()), 0
    for household, email in reviews.to_remind(db, start) if start else ():
        with transaction(db):
            if start and reviews.note_reminder(db, household, start, now):
                link = f"{settings.public_url}/espace/confirmer"
                outbox.enqueue(db, "confirmation", email, due_at=now + reminded * _APART % _WITHIN, link=link)
                reminded += 1
    return reminded
