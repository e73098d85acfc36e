"""The outbox as who keeps the installation looks at it: what waits, what was given up, what is tried again."""

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from wizard.clock import moment, stamp


@dataclass(frozen=True)
class Pending:
    """A mail that waits, or was given up: to which domain, and what the last try met."""

    id: int
    name: str
    domain: str
    error: str | None
    due_at: datetime
    failed: bool


@dataclass(frozen=True)
class Queue:
    """How the outbox stands; `oldest` is since when the mail that waits for longest might have left.

    `failing` is how many addresses were given up since the last mail that was sent: of several, it is no longer a
    family's address that is at fault, but the way out.
    """

    waiting: int
    oldest: datetime | None
    failed: int
    failing: int


def queue(db: Database) -> Queue:
    """Count what waits and what was given up."""
    waiting, oldest, failed, failing = db.execute(
        """SELECT count(*) FILTER (WHERE failed_at IS NULL),
            min(iif(error IS NULL, due_at, created_at)) FILTER (WHERE failed_at IS NULL),
            count(*) FILTER (WHERE failed_at IS NOT NULL),
            count(DISTINCT recipient) FILTER (WHERE failed_at > (SELECT coalesce(max(sent_at), '') FROM outbox))
        FROM outbox WHERE sent_at IS NULL"""
    ).fetchone()
    return Queue(waiting, moment(oldest) if oldest else None, failed, failing)


def late(db: Database, since: datetime) -> tuple[int, int]:
    """Count what has waited since before a moment: the mails never tried, the addresses that others are held for."""
    untried, held = db.execute(
        """SELECT count(*) FILTER (WHERE error IS NULL AND due_at < :since),
            count(DISTINCT recipient) FILTER (WHERE error IS NOT NULL AND created_at < :since)
        FROM outbox WHERE sent_at IS NULL AND failed_at IS NULL""",
        {"since": stamp(since)},
    ).fetchone()
    return untried, held


def next_due(db: Database) -> datetime | None:
    """Return when the first mail that waits is due; None when none waits."""
    (due,) = db.execute("SELECT min(due_at) FROM outbox WHERE sent_at IS NULL AND failed_at IS NULL").fetchone()
    return moment(due) if due else None


_PENDING = """
SELECT id, name, substr(recipient, instr(recipient, '@') + 1), error, due_at, failed_at FROM outbox
WHERE sent_at IS NULL
"""


def pending(db: Database) -> tuple[Pending, ...]:
    """Return what waits and what was given up, the oldest first."""
    return _found(db, f"{_PENDING} ORDER BY id", -1)


def held(db: Database, limit: int) -> tuple[Pending, ...]:
    """Return mails that wait after a try that failed, the oldest first."""
    return _found(db, f"{_PENDING} AND failed_at IS NULL AND error IS NOT NULL ORDER BY id", limit)


def refused(db: Database, limit: int) -> tuple[Pending, ...]:
    """Return the last mails given up, newest first."""
    return _found(db, f"{_PENDING} AND failed_at IS NOT NULL ORDER BY failed_at DESC, id DESC", limit)


def _found(db: Database, query: str, limit: int) -> tuple[Pending, ...]:
    return tuple(
        Pending(number, name, domain, error, moment(due), bool(failed))
        for number, name, domain, error, due, failed in db.execute(f"{query} LIMIT ?", (limit,))
    )


def make_due(db: Database, now: datetime) -> int:
    """Make due what was put off after a try that failed; return how many."""
    return db.execute(
        "UPDATE outbox SET due_at = :now WHERE error IS NOT NULL AND due_at > :now AND sent_at IS NULL"
        " AND failed_at IS NULL",
        {"now": stamp(now)},
    ).rowcount
