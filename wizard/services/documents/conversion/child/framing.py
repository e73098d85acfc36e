"""How the portal and the child speak: byte strings, each behind its length. Nothing is unpickled, nor evaluated."""

from collections.abc import Iterable

_LENGTH = 4


def pack(parts: Iterable[bytes]) -> bytes:
    """Return some byte strings as one."""
    return b"".join(len(part).to_bytes(_LENGTH) + part for part in parts)


def unpack(packed: bytes) -> list[bytes]:
    """Return the byte strings of one. Raises ValueError when it was cut."""
    parts, start = [], 0
    while start < len(packed):
        end = start + _LENGTH + int.from_bytes(packed[start : start + _LENGTH])
        if not start + _LENGTH <= end <= len(packed):
            raise ValueError("cut")
        parts.append(packed[start + _LENGTH : end])
        start = end
    return parts
