"""What agents do with the dossier of a child, in their journal: under a reference of each of its homes."""

from sqlite_utils import Database

from wizard.clock import now
from wizard.models import Action, Agent
from wizard.stores import agent_journal, deletions, people


def note(db: Database, agent: Agent, child: int, action: Action) -> None:
    """Write what an agent did, in the open transaction: whoever traces one of these families finds it."""
    for home in sorted(people.homes(db, child)):
        note_home(db, agent, home, action)


def note_home(db: Database, agent: Agent, home: int, action: Action) -> None:
    """Write what an agent did with what is one household's."""
    reference = next(iter(deletions.references(db, home)), str(home))
    agent_journal.add(db, agent.id, action, now(), reference)
