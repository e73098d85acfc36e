"""Which agent has a dossier before their eyes: told to the others, so that two do not do the same work."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.models import Agent, Dossier
from wizard.stores import dossier_queue, dossiers, takings
from wizard.stores.queue_filters import Standpoint
from wizard.stores.takings import Taken

IDLE = timedelta(minutes=10)
"""Without a gesture for that long, an agent is thought to be elsewhere."""


def take(db: Database, agent: Agent, dossier: int, at: datetime) -> None:
    """Note, in the open transaction, that an agent has a dossier before their eyes, and no other any more."""
    takings.take(db, dossier, agent.id, at, at - IDLE)


def take_next(
    db: Database, agent: Agent, seen: Standpoint, picked: Collection[str], after: str | None = None
) -> Dossier | None:
    """Give an agent the dossier to do that comes after another one, which no other agent has; None when all are done.

    Two agents who ask at the same moment get different ones.
    """
    with transaction(db):
        before, at = dossiers.by_reference(db, after or ""), now()
        found = dossier_queue.next_to_do(db, seen, picked, at - IDLE, before.id if before else None)
        if found is None:
            return None
        take(db, agent, found, at)
    return dossiers.by_id(db, found)


def holders(db: Database, found: Iterable[int]) -> dict[int, Taken]:
    """Return who has each of these dossiers."""
    return takings.of_dossiers(db, found, now() - IDLE)
