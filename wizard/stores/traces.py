"""Who read a family that was since deleted: a keyed hash of its number, the agent, the action, the date."""

from datetime import datetime

from sqlite_utils import Database

from wizard.clock import moment, stamp
from wizard.hashing import keyed_hash
from wizard.models import Action
from wizard.stores.agent_journal import AgentJournalEntry


def keep(db: Database, household: int, now: datetime) -> None:
    """Keep what agents did in a household that is about to be deleted."""
    query = """
    SELECT agent, action, journal.at AS at FROM journal JOIN dossiers ON dossiers.id = journal.dossier
        WHERE household = :household AND agent IS NOT NULL
    UNION SELECT agent, action, at FROM agent_journal JOIN dossiers USING (reference) WHERE household = :household
    ORDER BY at
    """
    for line in db.execute(query, {"household": household}).fetchall():
        db.execute(
            "INSERT INTO traces (family, agent, action, at, deleted_at) VALUES (?, ?, ?, ?, ?)",
            (_family(household), *line, stamp(now)),
        )


def of_family(db: Database, household: int) -> tuple[AgentJournalEntry, ...]:
    """Return what was done in a household that was deleted, the last first."""
    query = """
    SELECT traces.at, agents.email, action FROM traces LEFT JOIN agents ON agents.id = agent
    WHERE family = ? ORDER BY traces.at DESC, traces.id DESC
    """
    rows = db.execute(query, (_family(household),)).fetchall()
    return tuple(AgentJournalEntry(moment(at), agent, Action(action), None) for at, agent, action in rows)


def purge(db: Database, before: datetime) -> int:
    """Delete the traces of families deleted before that moment."""
    return db.execute("DELETE FROM traces WHERE deleted_at < ?", (stamp(before),)).rowcount


def _family(household: int) -> str:
    return keyed_hash(f"family {household}")
