"""What agents did and when: it names dossiers by their reference, no family, and outlives them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from wizard.clock import moment, stamp
from wizard.models import Action


@dataclass(frozen=True)
class AgentJournalEntry:
    """One line; `agent` is the address they sign in with, None for a command; `subject` that of another it is about.

    `reference` is the dossier's if it is about one.
    """

    at: datetime
    agent: str | None
    action: Action
    reference: str | None
    subject: str | None = None


def add(db: Database, agent: int | None, action: Action, now: datetime, reference: str | None = None) -> None:
    """Write that an agent, or a command, did something, or that it was done to their access."""
    query = "INSERT INTO agent_journal (at, agent, action, reference) VALUES (?, ?, ?, ?)"
    db.execute(query, (stamp(now), agent, action, reference))


def add_about(db: Database, agent: int | None, action: Action, now: datetime, subject: int) -> None:
    """Write what an agent, or a command, did about another agent."""
    query = "INSERT INTO agent_journal (at, agent, action, subject) VALUES (?, ?, ?, ?)"
    db.execute(query, (stamp(now), agent, action, subject))


def add_in_dossier(db: Database, agent: int, action: Action, dossier: int, now: datetime) -> None:
    """Write what an agent did in a dossier."""
    query = (
        "INSERT INTO agent_journal (at, agent, action, reference) SELECT ?, ?, ?, reference FROM dossiers WHERE id = ?"
    )
    db.execute(query, (stamp(now), agent, action, dossier))


_LINES = """
SELECT agent_journal.at, agents.email, agent_journal.action, agent_journal.reference, subjects.email
FROM agent_journal LEFT JOIN agents ON agents.id = agent_journal.agent
    LEFT JOIN agents AS subjects ON subjects.id = agent_journal.subject
"""
_IN_PERIOD = "agent_journal.at >= :start AND agent_journal.at < :end"
_LAST_FIRST = "ORDER BY agent_journal.at DESC, agent_journal.id DESC LIMIT :limit OFFSET :offset"
_OF_AGENT = "(agent_journal.agent = :agent OR agent_journal.subject = :agent)"
# Each half comes sorted out of its own index, and stops as soon as the page is full.
_OF_AGENT_IN_PERIOD = f"""
agent_journal.id IN (
    SELECT id FROM (SELECT id FROM agent_journal WHERE agent = :agent AND {_IN_PERIOD}
        ORDER BY at DESC, id DESC LIMIT :limit + :offset)
    UNION SELECT id FROM (SELECT id FROM agent_journal WHERE subject = :agent AND {_IN_PERIOD}
        ORDER BY at DESC, id DESC LIMIT :limit + :offset))
"""


def since(db: Database, start: datetime, agent: int | None = None) -> tuple[AgentJournalEntry, ...]:
    """Return what was done since a moment, the oldest first: by or to one agent, or by all of them."""
    query = f"{_LINES} WHERE agent_journal.at >= :start AND (:agent IS NULL OR {_OF_AGENT}) ORDER BY agent_journal.id"
    return _entries(db.execute(query, {"start": stamp(start), "agent": agent}).fetchall())


@dataclass(frozen=True)
class Wanted:
    """Which lines to read: of these dossiers, by or about this agent, between two moments; whatever is None, of all."""

    references: tuple[str, ...] | None = None
    agent: int | None = None
    start: datetime | None = None
    end: datetime | None = None


def lines(db: Database, wanted: Wanted, limit: int, offset: int = 0) -> tuple[AgentJournalEntry, ...]:
    """Return the lines wanted, the last first."""
    values = {
        "references": json.dumps(wanted.references),
        "agent": wanted.agent,
        "start": stamp(wanted.start) if wanted.start else "",
        "end": stamp(wanted.end) if wanted.end else "9999",
        "limit": limit,
        "offset": offset,
    }
    if wanted.references is not None:
        of_references = "agent_journal.reference IN (SELECT value FROM json_each(:references))"
        query = f"{_LINES} WHERE {of_references} AND (:agent IS NULL OR {_OF_AGENT}) AND {_IN_PERIOD} {_LAST_FIRST}"
    elif wanted.agent is not None:
        query = f"{_LINES} WHERE {_OF_AGENT_IN_PERIOD} {_LAST_FIRST}"
    else:
        query = f"{_LINES} WHERE {_IN_PERIOD} {_LAST_FIRST}"
    return _entries(db.execute(query, values).fetchall())


def _entries(rows: Iterable[tuple[Any, ...]]) -> tuple[AgentJournalEntry, ...]:
    return tuple(AgentJournalEntry(moment(at), who, Action(action), *about) for at, who, action, *about in rows)


def purge(db: Database, before: datetime) -> int:
    """Delete what was done before that moment."""
    return db.execute("DELETE FROM agent_journal WHERE at < ?", (stamp(before),)).rowcount
