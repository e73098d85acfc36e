"""A clock that leapt ahead: what has had its time by that clock alone is not deleted on its word."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from wizard.clock import moment
from wizard.services import regularly
from wizard.services.regularly import Done
from wizard.settings import Settings
from wizard.stores import database_file

# A portal that serves purges each day; one that was off for some days is sure of the hour, a machine that lost it is
# years away. For as long, whoever keeps the machine may say which of the two it is.
_WEEK = timedelta(days=7)


def doubted(database: Path, now: datetime) -> datetime | None:
    """Return since when the hour is known to be in doubt; None when it is not: it went back, or a week has gone by."""
    since = regularly.last(database, Done.DOUBT)
    return since if since and timedelta() <= now - since < _WEEK else None


def in_doubt(db: Database, settings: Settings, now: datetime) -> bool:
    """Whether the hour is in doubt: it went ahead by more than a week since the last purge. Remember it for a week.

    It is taken at its word once it was seen to go on for that week: a second leap within it begins another.
    """
    since = regularly.last(settings.database, Done.DOUBT)
    is_doubted = since is not None and since <= now
    known = _last_look(settings, since, now) if since and is_doubted else _last_known(db, settings, now)
    if known is not None and now - known > _WEEK:
        regularly.note(settings.database, Done.DOUBT, now)
        return True
    if is_doubted:
        regularly.note(settings.database, Done.LOOK, now)
    return doubted(settings.database, now) is not None


def _last_look(settings: Settings, since: datetime, now: datetime) -> datetime:
    """Return when one last looked at an hour that has been in doubt `since`."""
    looked = regularly.last(settings.database, Done.LOOK)
    return looked if looked and since <= looked <= now else since


def _last_known(db: Database, settings: Settings, now: datetime) -> datetime | None:
    """Return when the last purge was or, without one, what the portal wrote last; no moment to come tells anything.

    What was written counts for nothing beside a purge: a family that comes writes at the hour that is in doubt.
    """
    purged = regularly.last(settings.database, Done.PURGE)
    if purged and purged <= now:
        return purged
    latest = database_file.last_moment(db)
    return moment(latest) if latest and moment(latest) <= now else None
