"""How often something may be done: token buckets, and the growing delay between failed sign-ins.

Buckets are named by keyed hashes: the table holds neither an address nor a network in clear.
"""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import passing, transaction
from wizard.services.refusals import TooSoon
from wizard.stores import limits as store

logger = logging.getLogger(__name__)

Bucket = tuple[str, int, timedelta]
"""Its name, how many tokens it holds, and over how long it regains them."""

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)

# Sign-ins that failed. A network may be all the phones of a company: it is slowed by many, never shut.
FAILURES_PER_NETWORK = 300
ATTEMPTS_PER_NAME = 60

_GROWTH = 1.8
_FIRST_DELAY = 10.0
_LONGEST_DELAY = 3600.0


def take(db: Database, bucket: str, capacity: int, per: timedelta) -> timedelta | None:
    """Take one of the `capacity` tokens that the bucket regains over `per`.

    None when there was one; otherwise how long to wait for it.
    """
    left = store.take(db, bucket, capacity, per.total_seconds(), now())
    return None if left >= 0 else per * (-left / capacity)


def around(kind: str, networks: Sequence[str], capacity: int, per: timedelta) -> list[Bucket]:
    """Return a bucket for each of the caller's networks, narrowest first: each holds twice as many as the one in it."""
    return [(f"{kind} {network}", capacity << wider, per) for wider, network in enumerate(networks)]


def take_all(db: Database, *buckets: Bucket) -> timedelta | None:
    """Take one token of each bucket. None when each had one; otherwise how long to wait.

    A refusal writes nothing: a flood of them costs no disk.
    """
    if waits := [wait for bucket in buckets if (wait := _missing(db, *bucket))]:
        return max(waits)
    with passing(db):
        waits = [wait for bucket in buckets if (wait := take(db, *bucket))]
    return max(waits, default=None)


def spend(db: Database, *buckets: Bucket, sentence: Any = None) -> None:
    """Take one token of each bucket. Raises TooSoon, with the sentence that says it better than the pages do."""
    if wait := take_all(db, *buckets):
        raise TooSoon(wait, sentence)


def _missing(db: Database, bucket: str, capacity: int, per: timedelta) -> timedelta | None:
    left = store.level(db, bucket, capacity, per.total_seconds(), now()) - 1
    return None if left >= 0 else per * (-left / capacity)


def start_sign_in(db: Database, name: str, *networks: str) -> timedelta | None:
    """Count one more sign-in as failed, until `end_sign_in` says otherwise; None when it may go on.

    `name` stands for who signs in, from `networks`, narrowest first. It waits after its own failures from the
    narrowest, after those of each network whatever the names (a list of stolen passwords has one for each), and, a
    minute at most, after those of all networks together. A sign-in that has to wait is not counted.
    """
    here = f"{name} {networks[0]}"
    if wait := start_attempt(db, here):
        return wait
    with transaction(db):
        if wait := take_all(db, *_of_a_sign_in(name, networks)):
            take_back(db, here)
    return wait


def end_sign_in(db: Database, name: str, *networks: str, made: bool = True) -> None:
    """Uncount a sign-in that succeeded, the failures before it with it; or one that could not be made."""
    here = f"{name} {networks[0]}"
    with transaction(db):
        for bucket, capacity, _per in _of_a_sign_in(name, networks):
            store.put_back(db, bucket, capacity)
        if made:
            forget(db, here)
        else:
            take_back(db, here)


def _of_a_sign_in(name: str, networks: Sequence[str]) -> list[Bucket]:
    return [*around("signin", networks, FAILURES_PER_NETWORK, _HOUR), (name, ATTEMPTS_PER_NAME, _HOUR)]


def start_attempt(db: Database, bucket: str) -> timedelta | None:
    """Count one more attempt as failed, until `forget` says otherwise; None when it may go on.

    Counted before it is made: a hundred attempts at once are not a hundred first ones.
    """
    at = now()
    with transaction(db):
        count, last = store.failures(db, bucket)
        if at.timestamp() - last > _DAY.total_seconds():
            count = 0
        wait = delay(count) - max(0.0, at.timestamp() - last)
        if count and wait > 0:
            return timedelta(seconds=wait)
        store.set_failures(db, bucket, count + 1, at)
    return None


def take_back(db: Database, bucket: str) -> None:
    """Uncount an attempt that could not be made."""
    store.uncount(db, bucket)


def forget(db: Database, *buckets: str) -> None:
    """Start these counts again."""
    store.forget(db, *buckets)


def delay(failures: int) -> float:
    """Return the seconds to wait after so many failures: none for the first slips, then more and more."""
    seconds: float = _GROWTH ** min(failures, 50)
    return min(seconds, _LONGEST_DELAY) if seconds >= _FIRST_DELAY else 0.0
