"""The only clock: every moment of the portal comes from here, so that a test can move it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import current_app, has_app_context

_PARIS = ZoneInfo("Europe/Paris")
_back = ContextVar("back", default=timedelta(0))


def now() -> datetime:
    """Return the present moment in UTC, to the second: what SQLite stores sorts as text."""
    return datetime.now(UTC).replace(microsecond=0) - _back.get()


@contextmanager
def earlier(by: timedelta) -> Iterator[None]:
    """Do something as it was done `by` before: what the demonstration's families did before anyone looked."""
    kept = _back.set(by)
    try:
        yield
    finally:
        _back.reset(kept)


def stamp(moment: datetime) -> str:
    """Return the ISO 8601 text stored for a moment, always in UTC (« 2026-11-24T03:49:00+00:00 »)."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def moment(text: str) -> datetime:
    """Return the moment stored as `text` by `stamp`."""
    return datetime.fromisoformat(text)


def zone() -> ZoneInfo:
    """Return the time zone of the town whose application is at work; outside any, that of Paris."""
    found: ZoneInfo = current_app.config["PORTAIL"].town.zone if has_app_context() else _PARIS
    return found


def in_town(at: datetime) -> datetime:
    """Return a moment as the clocks of the town tell it."""
    return at.astimezone(zone())


def today() -> date:
    """Return the date in the town."""
    return in_town(now()).date()


def nanoseconds() -> int:
    """Return the present moment as a number, for what sorts by arrival within one second."""
    return time.time_ns()
