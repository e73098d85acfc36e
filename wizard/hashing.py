"""What is stored of a secret: a digest, which does not give it back, keyed where one could try all its values."""

import hashlib
import hmac

from flask import current_app


def digest(token: str) -> str:
    """Return the SHA-256 of a token, whatever its characters, 64 hexadecimal digits."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def keyed_hash(text: str) -> str:
    """Return an HMAC-SHA-256 of `text` under the portal's key, 32 hexadecimal digits.

    For what has few values (a network, an address, a code): without the key, nobody finds it by trying them all.
    """
    key = current_app.config["SECRET_KEY"].encode()
    return hmac.digest(key, text.encode("utf-8", "surrogatepass"), "sha256").hex()[:32]
