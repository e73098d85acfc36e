"""What comes of a file: a document of one of two types, or a reason why not."""

from enum import StrEnum

JPEG, PDF = b"image/jpeg", b"application/pdf"
MEDIA_TYPES = {JPEG: "image/jpeg", PDF: "application/pdf"}


class Reason(StrEnum):
    """Why a file gives no document."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    UNKNOWN_KIND = "unknown-kind"
    TOO_MANY_PIXELS = "too-many-pixels"
    BROKEN = "broken"
    ENCRYPTED = "encrypted"
    TOO_MANY_PAGES = "too-many-pages"
    TOO_HEAVY = "too-heavy"
    INFECTED = "infected"
    BUSY = "busy"


class NotConverted(Exception):
    """The child gives up, and says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason
