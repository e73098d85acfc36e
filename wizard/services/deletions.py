"""What is to be deleted: the town is told first, and a family that comes back meanwhile is kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from wizard.settings import Retention
from wizard.stores import deletions as store
from wizard.stores.deletions import Idle, Kind

# Between the mail that announces it to its owner and the deletion of an account nobody uses.
NOTICE = timedelta(days=30)


@dataclass(frozen=True)
class ToCome:
    """What a purge will delete from a day on, and the last dossier by which the town knows the family."""

    kind: Kind
    household: int
    reference: str
    since: datetime
    due: datetime


def announce(db: Database, kept: Retention, now: datetime) -> int:
    """Tell the town what is to be deleted, and no longer what is of use again; return how many it is newly told of."""
    return sum(store.announce(db, kind, soon(db, kind, kept, now), now) for kind in Kind)


def due(db: Database, kind: Kind, kept: Retention, now: datetime) -> Iterator[Idle]:
    """Return what is to be deleted now: the town was told long enough ago."""
    told = store.announced(db, kind)
    for one in store.idle(db, kind, before(kind, kept, now)):
        if one.number in told and told[one.number] + timedelta(days=kept.notice_days) <= now:
            yield one


def to_come(db: Database, kept: Retention, now: datetime) -> tuple[ToCome, ...]:
    """Return what the town was told of and still serves no more, the first to go first."""
    found = []
    for kind in Kind:
        told, length = store.announced(db, kind), now - before(kind, kept, now)
        for one in soon(db, kind, kept, now) if told else ():
            if one.number in told:
                day = max(told[one.number] + _notice(kind, kept), one.since + length)
                reference = next(iter(store.references(db, one.household)), "")
                found.append(ToCome(kind, one.household, reference, one.since, day))
    return tuple(sorted(found, key=lambda one: (one.due, one.household)))


def soon(db: Database, kind: Kind, kept: Retention, now: datetime) -> tuple[Idle, ...]:
    """Return what will have to be deleted once its notice is over."""
    return store.idle(db, kind, before(kind, kept, now + _notice(kind, kept)))


def _notice(kind: Kind, kept: Retention) -> timedelta:
    """Return how long before it is deleted something is told; a family is written to as well."""
    return max(timedelta(days=kept.notice_days), NOTICE if kind is Kind.INACTIVE else timedelta())


def before(kind: Kind, kept: Retention, now: datetime) -> datetime:
    """Return since when something must serve no more to be deleted at a moment."""
    if kind is Kind.INACTIVE:
        return years_before(now, kept.inactive_years)
    return months_before(now, kept.closed_months if kind is Kind.CLOSED else kept.withdrawn_months)


def months_before(moment: datetime, months: int) -> datetime:
    """Return a moment so many months of thirty days and a half earlier."""
    return moment - timedelta(days=30.5) * months


def years_before(moment: datetime, years: int) -> datetime:
    """Return the same day so many years earlier; on 29 February, the 28th of a year that has none."""
    try:
        return moment.replace(year=moment.year - years)
    except ValueError:
        return moment.replace(year=moment.year - years, day=28)
