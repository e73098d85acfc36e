"""What is encrypted, brought under the present key: after an update that encrypts more, or a new key."""

from dataclasses import dataclass

from sqlite_utils import Database

from wizard.db import get_documents, transaction
from wizard.services import outbox, seeds
from wizard.services.documents import year_keys
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


@dataclass(frozen=True)
class Rewrapped:
    """How many keys of years were wrapped with the old key; the years whose key none can read."""

    former: int
    unreadable: tuple[str, ...]


def rewrap_years() -> Rewrapped:
    """Wrap the keys of the years with the present key of the documents."""
    with transaction(get_documents()):
        former = year_keys.rewrap()
    return Rewrapped(former, tuple(year for year, how in year_keys.states().items() if how is State.UNREADABLE))


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
