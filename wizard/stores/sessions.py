"""The sessions that are open, and the forms held for whom a session ended under their hands."""

import json
from datetime import datetime

from sqlite_utils import Database

from wizard.clock import stamp

Fields = dict[str, list[str]]


def open_session(db: Database, digest: str, *, account: int | None, agent: int | None, expires_at: datetime) -> None:
    """Note that a session is open."""
    db.execute(
        "INSERT INTO sessions (id_sha256, account, agent, expires_at) VALUES (?, ?, ?, ?)",
        (digest, account, agent, stamp(expires_at)),
    )


def is_open(db: Database, digest: str, now: datetime) -> bool:
    """Whether the session was neither closed nor left to expire."""
    query = "SELECT 1 FROM sessions WHERE id_sha256 = ? AND expires_at > ?"
    return db.execute(query, (digest, stamp(now))).fetchone() is not None


def close(db: Database, digest: str) -> None:
    """Close one session."""
    db.execute("DELETE FROM sessions WHERE id_sha256 = ?", (digest,))


def hold(
    db: Database,
    digest: str,
    *,
    account: int | None,
    agent: int | None,
    path: str,
    fields: Fields,
    expires_at: datetime,
) -> bool:
    """Keep what a form submitted, in place of what the same person had left before: the last one is the one missed.

    False when that person is no longer there: deleted meanwhile, from another device.
    """
    db.execute("DELETE FROM held_forms WHERE account IS ? AND agent IS ?", (account, agent))
    query = """
    INSERT INTO held_forms (token_sha256, account, agent, path, fields, expires_at)
    SELECT :digest, :account, :agent, :path, :fields, :expires_at
    WHERE EXISTS (SELECT 1 FROM accounts WHERE id = :account) OR EXISTS (SELECT 1 FROM agents WHERE id = :agent)
    """
    values = {
        "digest": digest,
        "account": account,
        "agent": agent,
        "path": path,
        "fields": json.dumps(fields, ensure_ascii=False),
        "expires_at": stamp(expires_at),
    }
    return db.execute(query, values).rowcount == 1


def give_back(
    db: Database, digest: str, *, account: int | None, agent: int | None, path: str, now: datetime
) -> Fields | None:
    """Return what the same person had submitted to `path`, and forget it."""
    rows = db.execute(
        "DELETE FROM held_forms WHERE token_sha256 = ? AND path = ? AND expires_at > ?"
        " AND account IS ? AND agent IS ? RETURNING fields",
        (digest, path, stamp(now), account, agent),
    ).fetchall()
    fields: Fields | None = json.loads(rows[0][0]) if rows else None
    return fields


def purge(db: Database, now: datetime) -> int:
    """Delete what expired."""
    ended = db.execute("DELETE FROM sessions WHERE expires_at <= ?", (stamp(now),)).rowcount
    return ended + db.execute("DELETE FROM held_forms WHERE expires_at <= ?", (stamp(now),)).rowcount
