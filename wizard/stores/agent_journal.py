"""What agents did and when: it names dossiers by their reference, no family, and outlives them."""

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from wizard.clock import moment, stamp
from wizard.models import Action


@dataclass(frozen=True)
class AgentJournalEntry:
    """One line; `agent` is the address they sign in with, `reference` the dossier's if it is about one."""

    at: datetime
    agent: str
    action: Action
    reference: str | None


def add(db: Database, agent: int, action: Action, now: datetime, reference: str | None = None) -> None:
    """Write that an agent did something, or that it was done to their access."""
    query = "INSERT INTO agent_journal (at, agent, action, reference) VALUES (?, ?, ?, ?)"
    db.execute(query, (stamp(now), agent, action, reference))


def add_in_dossier(db: Database, agent: int, action: Action, dossier: int, now: datetime) -> None:
    """Write what an agent did in a dossier."""
    query = (
        "INSERT INTO agent_journal (at, agent, action, reference) SELECT ?, ?, ?, reference FROM dossiers WHERE id = ?"
    )
    db.execute(query, (stamp(now), agent, action, dossier))


def since(db: Database, start: datetime, agent: int | None = None) -> tuple[AgentJournalEntry, ...]:
    """Return what was done since a moment, the oldest first: by one agent, or by all of them."""
    query = """
    SELECT agent_journal.at, agents.email, agent_journal.action, agent_journal.reference
    FROM agent_journal JOIN agents ON agents.id = agent_journal.agent
    WHERE agent_journal.at >= :start AND agent_journal.agent = coalesce(:agent, agent_journal.agent)
    ORDER BY agent_journal.id
    """
    rows = db.execute(query, {"start": stamp(start), "agent": agent}).fetchall()
    return tuple(
        AgentJournalEntry(moment(at), agent, Action(action), reference) for at, agent, action, reference in rows
    )


def purge(db: Database, before: datetime) -> int:
    """Delete what was done before that moment."""
    return db.execute("DELETE FROM agent_journal WHERE at < ?", (stamp(before),)).rowcount
