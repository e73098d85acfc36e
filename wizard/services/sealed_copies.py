"""Copies that only the holder of a private key reads, in the age format: the machine that writes them cannot."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyrage

from wizard.stores.database_file import Damaged

_HEADER = b"age-encryption.org/v1\n"


class BadKey(ValueError):
    """It is no public key (age1…), or no file of private keys (AGE-SECRET-KEY-1…)."""


class Locked(Exception):
    """The copy is sealed, and no private key was given that opens it."""


def is_sealed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_HEADER)) == _HEADER


def seal(content: bytes, path: Path, keys: Sequence[str]) -> None:
    """Write bytes into a file that the holder of one of these public keys reads. Raises BadKey."""
    readers = [_key(pyrage.x25519.Recipient, key) for key in keys]
    with path.open("wb") as file:
        pyrage.encrypt_io(io.BytesIO(content), file, readers)


def open_into(path: Path, target: Path, identity: Path | None) -> None:
    """Write into a file what a sealed one holds. Raises Locked, BadKey, Damaged, OSError."""
    if identity is None:
        raise Locked
    lines = identity.read_text(encoding="ascii", errors="replace").splitlines()
    keys = [_key(pyrage.x25519.Identity, line) for line in map(str.strip, lines) if line and not line.startswith("#")]
    with path.open("rb") as sealed, target.open("wb") as file:
        try:
            pyrage.decrypt_io(sealed, file, keys)
        except pyrage.DecryptError as error:
            raise Locked from error
        except OSError as error:
            if error.errno is not None:  # of the disk
                raise
            raise Damaged("sa fin manque, ou elle a été modifiée") from error


def _key(kind: Any, text: str) -> Any:
    try:
        return kind.from_str(text.strip())
    except (pyrage.RecipientError, pyrage.IdentityError) as error:
        raise BadKey from error  # never shown: one of the two is a secret
