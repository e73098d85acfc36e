"""The agents of the town hall: who they are and how they sign in."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from wizard.clock import moment, stamp
from wizard.models import Agent, AgentRole


@dataclass(frozen=True)
class Access:
    """Where an agent's access stands, for whoever keeps them; no hash and no secret.

    `invited_until` is until when the link serves that they have not used yet.
    """

    id: int
    email: str
    name: str
    role: AgentRole
    is_enrolled: bool
    seen_at: datetime | None
    dismissed_at: datetime | None
    invited_until: datetime | None


class AgentExists(Exception):
    """Someone already signs in with this address."""


def add(db: Database, email: str, role: AgentRole, password_hash: str, now: datetime) -> int:
    """Add an agent, who has no phone enrolled yet. Raises AgentExists."""
    try:
        cursor = db.execute(
            "INSERT INTO agents (email, role, password_hash, created_at) VALUES (?, ?, ?, ?)",
            (email, role, password_hash, stamp(now)),
        )
    except sqlite3.IntegrityError:
        raise AgentExists(email) from None
    return int(cursor.lastrowid or 0)


_AGENTS = "SELECT id, email, role, password_hash, epoch, totp_secret, totp_last_step FROM agents"


def by_id(db: Database, agent: int) -> Agent | None:
    """Return the agent."""
    return _agent(db.execute(_AGENTS + " WHERE id = ?", (agent,)).fetchone())


def by_email(db: Database, email: str) -> Agent | None:
    """Return the agent who signs in with this address, case-folded."""
    return _agent(db.execute(_AGENTS + " WHERE email = ?", (email,)).fetchone())


_ACCESSES = """
SELECT id, email, coalesce(name, ''), role, totp_last_step IS NOT NULL, seen_at, dismissed_at, invited_until
FROM agents
"""


def accesses(db: Database) -> tuple[Access, ...]:
    """Return where the access of each agent stands, in the order of their addresses."""
    return tuple(map(_access, db.execute(_ACCESSES + " ORDER BY email").fetchall()))


def access(db: Database, agent: int) -> Access | None:
    """Return where the access of an agent stands."""
    row = db.execute(_ACCESSES + " WHERE id = ?", (agent,)).fetchone()
    return _access(row) if row else None


def _access(row: tuple[Any, ...]) -> Access:
    agent, email, name, role, enrolled, *moments = row
    return Access(agent, email, name, AgentRole(role), bool(enrolled), *(moment(at) if at else None for at in moments))


def every(db: Database) -> tuple[Agent, ...]:
    """Return all agents, in the order of their addresses."""
    rows = db.execute(_AGENTS + " ORDER BY email").fetchall()
    return tuple(agent for agent in map(_agent, rows) if agent)


def _agent(row: tuple[Any, ...] | None) -> Agent | None:
    return Agent(row[0], row[1], AgentRole(row[2]), *row[3:]) if row else None


def set_password(db: Database, agent: int, password_hash: str) -> None:
    """Keep another hash of the password."""
    db.execute("UPDATE agents SET password_hash = ? WHERE id = ?", (password_hash, agent))


def change_password(db: Database, agent: int, password_hash: str) -> None:
    """Take another password, chosen by its agent: the sessions end, the phone stays."""
    db.execute("UPDATE agents SET password_hash = ?, epoch = epoch + 1 WHERE id = ?", (password_hash, agent))


def touch(db: Database, agent: int, now: datetime) -> None:
    """Note that an agent signed in."""
    db.execute("UPDATE agents SET seen_at = ? WHERE id = ?", (stamp(now), agent))


def start_over(db: Database, agent: int, password_hash: str) -> None:
    """Take another password, forget the phone and its recovery codes, end the sessions."""
    query = """
    UPDATE agents SET password_hash = ?, totp_secret = NULL, totp_last_step = NULL, epoch = epoch + 1,
        dismissed_at = NULL, invitation_sha256 = NULL, invited_until = NULL WHERE id = ?
    """
    db.execute(query, (password_hash, agent))
    set_recovery_codes(db, agent, ())


def dismiss(db: Database, agent: int, nobody_s: str, now: datetime) -> None:
    """Take an agent's access away: `nobody_s` is the hash of a password that nobody knows."""
    start_over(db, agent, nobody_s)
    db.execute("UPDATE agents SET dismissed_at = ? WHERE id = ?", (stamp(now), agent))


def other_administrators(db: Database, agent: int) -> int:
    """Return how many administrators besides this one can sign in: not dismissed, nor still to use their link."""
    query = """
    SELECT count(*) FROM agents
    WHERE role = 'administrateur' AND dismissed_at IS NULL AND invited_until IS NULL AND id <> ?
    """
    return int(db.execute(query, (agent,)).fetchone()[0])


def set_access(db: Database, agent: int, name: str, role: AgentRole) -> None:
    """Keep what an agent is called, if anything, and may do."""
    db.execute("UPDATE agents SET name = nullif(?, ''), role = ? WHERE id = ?", (name, role, agent))


def invite(db: Database, agent: int, digest: str, until: datetime) -> None:
    """Keep the link that sets an agent's password, in place of any before."""
    query = "UPDATE agents SET invitation_sha256 = ?, invited_until = ? WHERE id = ?"
    db.execute(query, (digest, stamp(until), agent))


def invited(db: Database, digest: str, now: datetime) -> Agent | None:
    """Return the agent whose link this is, while it serves."""
    query = _AGENTS + " WHERE invitation_sha256 = ? AND invited_until > ?"
    return _agent(db.execute(query, (digest, stamp(now))).fetchone())


def set_secret(db: Database, agent: int, secret: str) -> None:
    """Give an agent the secret to enrol a phone with, unless there is one."""
    db.execute("UPDATE agents SET totp_secret = ? WHERE id = ? AND totp_secret IS NULL", (secret, agent))


def replace_secret(db: Database, agent: int, secret: str) -> None:
    """Keep another secret, or the same written otherwise."""
    db.execute("UPDATE agents SET totp_secret = ? WHERE id = ?", (secret, agent))


def spend_step(db: Database, agent: int, step: int) -> bool:
    """Accept a code's time step once: False when it, or a later one, was used already."""
    query = (
        "UPDATE agents SET totp_last_step = ?"
        " WHERE id = ? AND (totp_last_step IS NULL OR totp_last_step < ?) RETURNING id"
    )
    return db.execute(query, (step, agent, step)).fetchone() is not None


def set_recovery_codes(db: Database, agent: int, digests: Iterable[str]) -> None:
    """Keep an agent's recovery codes, in place of any before."""
    db.execute("DELETE FROM recovery_codes WHERE agent = ?", (agent,))
    for digest in digests:
        db.execute("INSERT INTO recovery_codes (agent, code_sha256) VALUES (?, ?)", (agent, digest))


def spend_recovery_code(db: Database, agent: int, digest: str, now: datetime) -> bool:
    """Accept a recovery code once."""
    query = (
        "UPDATE recovery_codes SET used_at = ? WHERE agent = ? AND code_sha256 = ? AND used_at IS NULL RETURNING agent"
    )
    return db.execute(query, (stamp(now), agent, digest)).fetchone() is not None
