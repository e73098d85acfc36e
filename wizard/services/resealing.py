"""What is encrypted, brought under the present key: after an update that encrypts more, or a new key."""

from dataclasses import dataclass

from sqlite_utils import Database

from wizard.db import transaction
from wizard.services import outbox, seeds
from wizard.services.sealing import State
from wizard.stores import agents, erasure


@dataclass(frozen=True)
class Resealed:
    """How many seeds were clear, under the old key, as they should; whose none can read; how many mails were not."""

    sealed: int
    former: int
    current: int
    unreadable: tuple[str, ...]
    mails: int


def reseal(db: Database) -> Resealed:
    """Encrypt under the present key what is not, and leave no trace of what it was in the file."""
    with transaction(db):
        found = seeds.states(db)
        for agent, how in found:
            if how in {State.CLEAR, State.FORMER}:
                agents.replace_secret(db, agent.id, seeds.seal(seeds.unseal(agent.totp_secret or "")))
        mails = outbox.reseal(db)
    counts = {kind: sum(how is kind for _agent, how in found) for kind in State}
    if counts[State.CLEAR] or mails:
        erasure.empty_log(db)
    unreadable = tuple(agent.email for agent, how in found if how is State.UNREADABLE)
    return Resealed(counts[State.CLEAR], counts[State.FORMER], counts[State.CURRENT], unreadable, mails)
