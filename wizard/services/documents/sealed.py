"""AES-256-GCM: bytes that open under one key, and as what they were sealed for, alone."""

import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


def new_key() -> bytes:
    """Return a key that nobody has."""
    return AESGCM.generate_key(256)


def encrypt(key: bytes, content: bytes, label: bytes) -> bytes:
    """Seal bytes under a key; `label`, which is not in them, says what they are."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, label)


def decrypt(key: bytes, sealed: bytes, label: bytes) -> bytes:
    """Open them. Raises InvalidTag under another key, under another label, or if a bit has changed."""
    return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], label)
