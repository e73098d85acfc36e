"""What is stored encrypted: of no use to whoever steals the database without its key.

Each purpose has a key of its own, derived from PORTAIL_SECRET_KEY; what PORTAIL_SECRET_KEY_OLD encrypted is still
read, and nothing else is believed from that key: sessions and mailed codes made with it end when it is replaced.
"""

from base64 import urlsafe_b64encode
from contextlib import suppress
from enum import StrEnum
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from wizard.settings import get_settings

_MARK = "sealed1:"


class Purpose(StrEnum):
    """What a key encrypts; the name is in the key."""

    SEED = "seeds of one-time codes"
    MAIL = "mails that wait"
    IMPORT = "families read in a file, until the agent has them imported"


class State(StrEnum):
    """How something is stored."""

    CURRENT = "under the present key"
    FORMER = "under the old key"
    CLEAR = "not encrypted: an earlier version stored it"
    UNREADABLE = "under a key that is not given"


class Unreadable(Exception):
    """No key given opens this."""


def seal(purpose: Purpose, text: str) -> str:
    """Encrypt a text under the present key."""
    return _MARK + _ciphers(purpose)[0].encrypt(text.encode()).decode()


def unseal(purpose: Purpose, stored: str) -> str:
    """Return the text. Raises Unreadable."""
    if not stored.startswith(_MARK):
        return stored
    try:
        return MultiFernet(_ciphers(purpose)).decrypt(_sealed(stored)).decode()
    except InvalidToken:
        raise Unreadable from None


def state(purpose: Purpose, stored: str) -> State:
    """Return how this is stored."""
    if not stored.startswith(_MARK):
        return State.CLEAR
    for cipher, found in zip(_ciphers(purpose), (State.CURRENT, State.FORMER), strict=False):
        with suppress(InvalidToken):
            cipher.decrypt(_sealed(stored))
            return found
    return State.UNREADABLE


def _sealed(stored: str) -> bytes:
    """Return what is encrypted; as bytes, for a text of other letters is no InvalidToken to Fernet but a ValueError."""
    return stored.removeprefix(_MARK).encode(errors="replace")


def _ciphers(purpose: Purpose) -> list[Fernet]:
    """Return what the present key encrypts with, then what the old one did."""
    settings = get_settings()
    return [_cipher(purpose, key) for key in (settings.secret_key, settings.secret_key_old) if key]


@lru_cache(maxsize=8)
def _cipher(purpose: Purpose, key: str) -> Fernet:
    label = f"portail-famille, {purpose}, 1".encode()
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=label).derive(key.encode())
    return Fernet(urlsafe_b64encode(derived))
