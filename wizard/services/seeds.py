"""The seeds of the agents' one-time codes: whoever holds one is half an agent, so they are stored encrypted.

The key is derived from PORTAIL_SECRET_KEY, under a label of its own; what PORTAIL_SECRET_KEY_OLD encrypted is still
read, and nothing else is believed from that key: sessions and mailed codes made with it end when it is replaced.
"""

from base64 import urlsafe_b64encode
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlite_utils import Database

from wizard.db import transaction
from wizard.models import Agent
from wizard.settings import get_settings
from wizard.stores import agents, erasure

_LABEL = b"portail-famille, seeds of one-time codes, 1"
_MARK = "sealed1:"


class Unreadable(Exception):
    """No key given opens this seed."""


class State(StrEnum):
    """How a seed is stored."""

    CURRENT = "under the present key"
    FORMER = "under the old key"
    CLEAR = "not encrypted: an earlier version stored it"
    UNREADABLE = "under a key that is not given"


@dataclass(frozen=True)
class Resealed:
    """What was done, and the addresses of the agents for whom nothing could be."""

    sealed: int
    former: int
    current: int
    unreadable: tuple[str, ...]


def seal(seed: str) -> str:
    """Encrypt a seed under the present key."""
    return _MARK + _present().encrypt(seed.encode()).decode()


def unseal(stored: str) -> str:
    """Return a seed as the phone has it. Raises Unreadable."""
    if not stored.startswith(_MARK):
        return stored
    try:
        return MultiFernet([_present(), *_old()]).decrypt(stored.removeprefix(_MARK)).decode()
    except InvalidToken:
        raise Unreadable from None


def state(stored: str) -> State:
    """Return how this seed is stored."""
    if not stored.startswith(_MARK):
        return State.CLEAR
    for cipher, found in ((_present(), State.CURRENT), *((old, State.FORMER) for old in _old())):
        with suppress(InvalidToken):
            cipher.decrypt(stored.removeprefix(_MARK))
            return found
    return State.UNREADABLE


def states(db: Database) -> list[tuple[Agent, State]]:
    """Return how the seed of each agent who has one is stored."""
    return [(agent, state(agent.totp_secret)) for agent in agents.every(db) if agent.totp_secret]


def reseal(db: Database) -> Resealed:
    """Encrypt under the present key what is not, and leave no trace of what it was in the file."""
    with transaction(db):
        found = states(db)
        for agent, how in found:
            if how in {State.CLEAR, State.FORMER}:
                agents.replace_secret(db, agent.id, seal(unseal(agent.totp_secret or "")))
    counts = {kind: sum(how is kind for _agent, how in found) for kind in State}
    if counts[State.CLEAR]:
        erasure.empty_log(db)
    unreadable = tuple(agent.email for agent, how in found if how is State.UNREADABLE)
    return Resealed(counts[State.CLEAR], counts[State.FORMER], counts[State.CURRENT], unreadable)


def _present() -> Fernet:
    settings = get_settings()
    return _cipher(settings.secret_key)


def _old() -> list[Fernet]:
    settings = get_settings()
    return [_cipher(settings.secret_key_old)] if settings.secret_key_old else []


@lru_cache(maxsize=8)
def _cipher(key: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_LABEL).derive(key.encode())
    return Fernet(urlsafe_b64encode(derived))
