"""Faults of a connection: what happens, at which byte, on the way up or down."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Kind(StrEnum):
    """What happens where a fault strikes."""

    CUT = "cut"  # the connection ends there, for both sides
    STALL = "stall"  # nothing more passes; lost at last, when the client gives up
    LATE = "late"  # upward: as STALL for the client, but the server gets the rest once the client has given up
    DUPLICATE = "duplicate"  # all passes, but the server gets the same bytes on a second connection, from then on


@dataclass(frozen=True)
class Place:
    """A byte of an HTTP message: this share of its head, or of its body, comes before it; 1 is the last byte."""

    part: Literal["head", "body"]
    share: float

    def offset(self, message: bytes) -> int | None:
        """Return where it is in a message that begins with these bytes, None when they do not tell yet."""
        head, end, _body = message.partition(b"\r\n\r\n")
        if not end:
            return None
        length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
        before = len(head) + len(end)
        start, size = (0, before) if self.part == "head" else (before, int(length[1]) if length else 0)
        return start + min(int(self.share * size), size - 1)


@dataclass(frozen=True)
class Fault:
    """One fault, for one connection; `upward` when it strikes what the client sends."""

    kind: Kind
    at: int | Place = 0
    upward: bool = True

    def offset(self, message: bytes) -> int | None:
        """Return how many bytes come before it, None when the beginning of the message does not tell yet."""
        return self.at if isinstance(self.at, int) else self.at.offset(message)
