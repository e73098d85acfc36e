"""A document on its way from a phone, in frozen records."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Destination:
    """The document that an account makes, for one child, one school year."""

    account: int
    child: int
    year: str
    kind: str


@dataclass(frozen=True)
class Upload:
    """One file of it: `received` bytes of `size` so far; `whole` once they are known to be the file of this digest.

    `page` is its place in the document.
    """

    id: int
    to: Destination
    page: int
    sha256: str
    size: int
    received: int
    whole: bool
