"""What an act takes from someone is taken from every copy made before: whichever act, as long as it goes by here."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlite_utils import Database

from wizard.stores import losses


@contextmanager
def sealed(db: Database, household: int, at: datetime) -> Iterator[None]:
    """Seal all that the block takes, in the open transaction, from who may collect a household's children."""
    before = losses.held(db, household)
    yield
    for one in sorted(before - losses.held(db, household)):
        losses.note(db, one, at)
