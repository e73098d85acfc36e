"""The outbox as who keeps the installation looks at it: what waits, what was given up, what is tried again."""

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from wizard.clock import moment, stamp


@dataclass(frozen=True)
class Failure:
    """A mail that was given up: what an agent needs to reach the family otherwise."""

    name: str
    recipient: str
    failed_at: datetime
    error: str


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
    """How the outbox stands; `oldest` is when the oldest mail still waiting was written.

    `failing` are those given up since the last that was sent: no longer one family's address, but the way out.
    """

    waiting: int
    oldest: datetime | None
    failed: int
    failing: int


def queue(db: Database) -> Queue:
    """Count what waits and what was given up."""
    waiting, oldest, failed, failing = db.execute(
        """SELECT count(*) FILTER (WHERE failed_at IS NULL), min(created_at) FILTER (WHERE failed_at IS NULL),
            count(*) FILTER (WHERE failed_at IS NOT NULL),
            count(*) FILTER (WHERE failed_at > (SELECT coalesce(max(sent_at), '') FROM outbox))
        FROM outbox WHERE sent_at IS NULL"""
    ).fetchone()
    return Queue(waiting, moment(oldest) if oldest else None, failed, failing)


def next_due(db: Database) -> datetime | None:
    """Return when the first mail that waits is due; None when none waits."""
    (due,) = db.execute("SELECT min(due_at) FROM outbox WHERE sent_at IS NULL AND failed_at IS NULL").fetchone()
    return moment(due) if due else None


def pending(db: Database) -> tuple[Pending, ...]:
    """Return what waits and what was given up, the oldest first."""
    rows = db.execute(
        """SELECT id, name, substr(recipient, instr(recipient, '@') + 1), error, due_at, failed_at FROM outbox
        WHERE sent_at IS NULL ORDER BY id"""
    )
    return tuple(
        Pending(number, name, domain, error, moment(due), bool(failed))
        for number, name, domain, error, due, failed in rows
    )


def make_due(db: Database, now: datetime) -> int:
    """Make due what was put off after a try that failed; return how many."""
    return db.execute(
        "UPDATE outbox SET due_at = :now WHERE error IS NOT NULL AND due_at > :now AND sent_at IS NULL"
        " AND failed_at IS NULL",
        {"now": stamp(now)},
    ).rowcount


def failures(db: Database, limit: int) -> tuple[Failure, ...]:
    """Return the last mails given up, newest first."""
    rows = db.execute(
        """SELECT name, recipient, failed_at, error FROM outbox
        WHERE failed_at IS NOT NULL ORDER BY failed_at DESC, id DESC LIMIT ?""",
        (limit,),
    )
    return tuple(Failure(name, recipient, moment(at), error) for name, recipient, at, error in rows)
