"""The seeds of the agents' one-time codes: whoever holds one is half an agent, so they are stored encrypted."""

from sqlite_utils import Database

from wizard.models import Agent
from wizard.services import sealing
from wizard.services.sealing import Purpose, State
from wizard.stores import agents


def seal(seed: str) -> str:
    """Encrypt a seed under the present key."""
    return sealing.seal(Purpose.SEED, seed)


def unseal(stored: str) -> str:
    """Return a seed as the phone has it. Raises sealing.Unreadable."""
    return sealing.unseal(Purpose.SEED, stored)


def state(stored: str) -> State:
    """Return how this seed is stored."""
    return sealing.state(Purpose.SEED, stored)


def states(db: Database) -> list[tuple[Agent, State]]:
    """Return how the seed of each agent who has one is stored."""
    return [(agent, state(agent.totp_secret)) for agent in agents.every(db) if agent.totp_secret]
