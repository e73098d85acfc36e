"""What an agent may do, changed; one administrator at least stays."""

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.models import Action, Agent, AgentRole
from wizard.stores import agent_journal as journal
from wizard.stores import agents as store
from wizard.stores import seals


class LastAdministrator(Exception):
    """Nobody else could keep the accesses."""


def keep_an_administrator(db: Database, agent: int) -> None:
    """Keep an agent an administrator when no other can sign in. Raises LastAdministrator."""
    found = store.access(db, agent)
    is_one = found and found.role.administers and not (found.dismissed_at or found.invited_until)
    if is_one and not store.other_administrators(db, agent):
        raise LastAdministrator


def change(db: Database, agent: int, name: str, role: AgentRole, by: int | None = None) -> None:
    """Change what an agent is called and may do, in the open transaction; no copy gives a former role back.

    Done `by` an administrator, or else by a command. Raises LastAdministrator.
    """
    found = store.access(db, agent)
    if found and found.role is not role:
        keep_an_administrator(db, agent)
        seals.break_agent(db, agent, now())
        journal.add_about(db, by, Action.ROLE_CHANGED, now(), agent)
    store.set_access(db, agent, name, role)


def set_by_command(db: Database, agent: Agent, role: AgentRole) -> None:
    """Change what an agent may do. Raises LastAdministrator."""
    with transaction(db):
        found = store.access(db, agent.id)
        change(db, agent.id, found.name if found else "", role)
