"""An answer's mails wait ten minutes: long enough to see a mistake, with what is needed to put it right."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from wizard.models import Dossier
from wizard.stores import replies, undoing

HOLD = timedelta(minutes=10)


@dataclass(frozen=True)
class Held:
    """The answer being written; none of its mails leaves before `until`."""

    reply: int
    until: datetime


@contextmanager
def held(db: Database, dossier: Dossier, at: datetime) -> Iterator[Held]:
    """Hold the mails of the answer that the block writes, in the open transaction, and keep what it changes."""
    before = undoing.rows(db, dossier.household)
    reply = replies.add(db, dossier.id, at)
    yield Held(reply, at + HOLD)
    replies.keep(db, reply, undoing.difference(before, undoing.rows(db, dossier.household)))
