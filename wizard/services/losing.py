"""What an act takes from someone is taken from every copy made before: whichever act, as long as it goes by here."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from sqlite_utils import Database

from wizard.stores import losses


@contextmanager
def sealed(db: Database, household: int, at: datetime) -> Iterator[None]:
    """Seal all that the block takes, in the open transaction, from those who may collect a household's children."""
    before = losses.held(db, household)
    yield
    for one in sorted(before - losses.held(db, household)):
        losses.note(db, one, at)


@contextmanager
def sealed_of_joined(
    db: Database, homes: Collection[int], people: Mapping[int, int], households: Mapping[int, int], at: datetime
) -> Iterator[None]:
    """Seal what the block, which gives some people and households the numbers of others, takes from these homes."""
    before = _held(db, homes)
    yield
    after = _held(db, homes)
    called = {
        one._replace(
            household=households.get(one.household, one.household),
            person=people.get(one.person, one.person),
            child=people.get(one.child, one.child),
        )
        for one in before
    }
    for one in sorted(called - after):
        losses.note(db, one, at)


def _held(db: Database, homes: Collection[int]) -> frozenset[losses.Held]:
    return frozenset(one for home in homes for one in losses.held(db, home))
