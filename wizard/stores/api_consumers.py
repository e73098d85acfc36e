"""The software that reads the API: whose token it is, when it called last, what it asked."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from wizard.clock import moment, stamp


@dataclass(frozen=True)
class Consumer:
    """A software with a token of its own, which is not kept."""

    id: int
    name: str
    created_at: datetime
    seen_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True)
class Call:
    """What a consumer asked, and how many items it was answered."""

    at: datetime
    consumer: str
    resource: str
    items: int


class ConsumerExists(Exception):
    """A consumer has this name."""


def add(db: Database, name: str, digest: str, now: datetime) -> None:
    """Add a consumer, known by the digest of its token. Raises ConsumerExists."""
    query = "INSERT INTO api_consumers (name, token_sha256, created_at) VALUES (?, ?, ?)"
    try:
        db.execute(query, (name, digest, stamp(now)))
    except sqlite3.IntegrityError:
        raise ConsumerExists(name) from None


_CONSUMERS = "SELECT id, name, created_at, seen_at, revoked_at FROM api_consumers"


def every(db: Database) -> tuple[Consumer, ...]:
    """Return all consumers, by name."""
    return tuple(_consumer(*row) for row in db.execute(_CONSUMERS + " ORDER BY name").fetchall())


def by_digest(db: Database, digest: str) -> Consumer | None:
    """Return the consumer whose token this is the digest of, unless it was revoked."""
    row = db.execute(_CONSUMERS + " WHERE token_sha256 = ? AND revoked_at IS NULL", (digest,)).fetchone()
    return _consumer(*row) if row else None


def revoke(db: Database, name: str, now: datetime) -> str | None:
    """End the token of a consumer, and return its digest; None when there is none to end."""
    query = "UPDATE api_consumers SET revoked_at = ? WHERE name = ? AND revoked_at IS NULL RETURNING token_sha256"
    row = db.execute(query, (stamp(now), name)).fetchone()
    return str(row[0]) if row else None


def revoke_digests(db: Database, digests: str, now: datetime) -> int:
    """End the tokens of these digests, a JSON array; return how many were good."""
    query = """UPDATE api_consumers SET revoked_at = ? WHERE revoked_at IS NULL
        AND token_sha256 IN (SELECT value FROM json_each(?))"""
    return db.execute(query, (stamp(now), digests)).rowcount


def note_call(db: Database, consumer: int, resource: str, items: int, now: datetime) -> None:
    """Write that a consumer asked something."""
    db.execute("UPDATE api_consumers SET seen_at = ? WHERE id = ?", (stamp(now), consumer))
    query = "INSERT INTO api_calls (at, consumer, resource, items) VALUES (?, ?, ?, ?)"
    db.execute(query, (stamp(now), consumer, resource, items))


def calls(db: Database, start: datetime) -> tuple[Call, ...]:
    """Return what was asked since a moment, the oldest first."""
    query = """SELECT api_calls.at, name, resource, items FROM api_calls
        JOIN api_consumers ON api_consumers.id = consumer WHERE api_calls.at >= ? ORDER BY api_calls.id"""
    return tuple(Call(moment(at), *rest) for at, *rest in db.execute(query, (stamp(start),)).fetchall())


def purge(db: Database, before: datetime) -> int:
    """Delete what was asked before that moment."""
    return db.execute("DELETE FROM api_calls WHERE at < ?", (stamp(before),)).rowcount


def _consumer(number: int, name: str, created: str, seen: str | None, revoked: str | None) -> Consumer:
    return Consumer(number, name, moment(created), moment(seen) if seen else None, moment(revoked) if revoked else None)
