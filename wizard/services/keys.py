"""What opens a draft: the token of an address, or the session of the account whose it is."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from sqlite_utils import Database

from wizard.clock import now
from wizard.models import Draft, DraftKind
from wizard.services.opening import lifetime
from wizard.stores import drafts

Data = dict[str, list[str]]


class Key(Protocol):  # pragma: no mutate block
    """One of the two; both read a draft, put off its end as it is saved, and say how a step of it is kept."""

    def load(self, db: Database, *, late: bool = False) -> Draft | None:
        """Return the draft; with `late`, by an address idle for too long too."""

    def touch(self, db: Database, draft: int, idle: timedelta | None) -> int | None:
        """Count one more revision and return it, None when the draft is no more."""

    def kept(self, step: str, data: Data) -> Data:
        """Return what a step submitted as the database is to hold it."""


@dataclass(frozen=True)
class Token:
    """The secret in the address of a page: whoever holds it, holds the draft."""

    kind: DraftKind
    token: str

    def load(self, db: Database, *, late: bool = False) -> Draft | None:
        return drafts.load(db, self.token, self.kind, now(), late=late)

    def touch(self, db: Database, draft: int, idle: timedelta | None) -> int | None:
        drafts.put_off(db, self.token, now(), idle or lifetime())
        return drafts.touch(db, draft, now(), lifetime())

    def kept(self, _step: str, data: Data) -> Data:
        return data
