"""The documents that families give, and what is decided of them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol


class DocumentState(StrEnum):
    """Where a document stands; one promised is to be brought to the town hall, and there are no bytes of it."""

    PROMISED = "promised"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class DocumentReason(StrEnum):
    """Why a document is to be given again."""

    ILLEGIBLE = "illegible"
    EXPIRED = "expired"
    WRONG_DOCUMENT = "wrong_document"
    MISSING_PAGE = "missing_page"


@dataclass(frozen=True)
class Document:
    """What was given, or promised, for a child or for a household; the bytes are in the vault under `id`.

    `year` is the school year it was given for, `last_year` the last one that it serves.
    """

    id: int
    kind: str
    child: int | None
    household: int | None
    year: str
    last_year: str
    state: DocumentState
    reason: DocumentReason | None
    deposited_at: datetime
    deposited_by: int | None
    decided_at: datetime | None
    decided_by: str | None
    valid_until: date | None
    media_type: str | None
    pages: int
    bytes: int
    analysed: bool

    @property
    def is_held(self) -> bool:
        """Whether there is something to open."""
        return self.state is not DocumentState.PROMISED

    @property
    def is_refused(self) -> bool:
        """Whether it is to be given again."""
        return self.state is DocumentState.REFUSED

    @property
    def is_good(self) -> bool:
        """Whether it needs not be asked for again: given, and not refused."""
        return self.state in {DocumentState.RECEIVED, DocumentState.ACCEPTED}


@dataclass(frozen=True)
class Opening:
    """When a document, or an envelope, was opened, and by whom: an agent of the town hall, or a parent of `household`.

    `name` is empty for an agent without a name, and for an account that is deleted.
    """

    at: datetime
    by_town: bool
    name: str
    household: int | None


class Converted(Protocol):
    """What is kept of the files that were sent: one clean document, and the picture of each of its pages."""

    @property
    def content(self) -> bytes: ...
    @property
    def media_type(self) -> str: ...
    @property
    def previews(self) -> tuple[bytes, ...]: ...
    @property
    def pages(self) -> int: ...
    @property
    def analysed(self) -> bool: ...
