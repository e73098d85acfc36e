"""What goes wrong at the door, told once an hour and not once a request: in the log, and by `doctor` afterwards."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlite_utils import Database

from wizard.services import limits
from wizard.stores import limits as store


class Alarm(StrEnum):
    """What is told; each is the bucket that says when it last was."""

    UNTRUSTED_PROXY = "alarm untrusted proxy"
    REFUSED_HOST = "alarm refused host"


EVERY = timedelta(hours=1)


def is_new(db: Database, alarm: Alarm) -> bool:
    """Whether it is to be told; it is then for an hour."""
    return limits.take_all(db, (alarm, 1, EVERY)) is None


def last(db: Database, alarm: Alarm) -> datetime | None:
    """Return when it was last told, since the portal started."""
    return store.last_taken(db, alarm)


def forget(db: Database) -> None:
    """Forget them all, in the open transaction: they are of the portal as it was before it started."""
    store.forget(db, *Alarm)
