"""What each town does by itself: its mails, its purge, what comes back, who is declared twice.

A town at rest costs a look at its files each second: work begins when they changed, or when its hour has come. Each
work of a town is beside all others, in a thread while it lasts: a slow server of mails delays no other town. What waits
for servers of others takes no place of what does not, and who sends many mails leaves their place to who waits.
"""

import logging
import os
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import OperationalError
from threading import Event
from typing import TYPE_CHECKING

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import close_connections, connect
from wizard.services import bounces, memory, outbox, replication, retention
from wizard.services.bounce_mailbox import Unreachable
from wizard.services.duplicates import finding
from wizard.settings import Settings, get_settings
from wizard.stores.outbox_state import next_due
from wizard.towns.door import Closed, Door, entered, is_closing
from wizard.towns.folder import Town
from wizard.towns.hosting import Hosting, Unavailable

if TYPE_CHECKING:
    from wizard.towns.observing import Observed

logger = logging.getLogger(__name__)

_EVERY = 1.0
# Works at once: those that wait for servers of others, more than towns ever have but on the day that all are slow; and
# those that the machine does itself.
_OUTSIDE, _INSIDE = 32, 8
# Seconds after which who sends mails goes behind those who wait to.
_TURN = 10.0
_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 300.0
_DAY = 24 * 3600.0
# However late a mail that waits is due: the clock that says so may be put right meanwhile.
_OFTEN = 60.0
_NEVER = float("inf")
_jitter = random.SystemRandom()


@dataclass(frozen=True)
class _Chore:
    """A kind of work: `do` does what there is, and returns in how many seconds there will be more.

    It begins within `spread` seconds of the start for each town there is, and `rest` seconds at least after it last
    did when the database changes; never for that alone if None. `outside`, it waits for servers of others.
    """

    do: Callable[[Database, Settings, Event], float]
    spread: float
    rest: float | None
    outside: bool = False


@dataclass
class _Turn:
    """Where a chore of a town stands."""

    due: float
    seen: tuple[tuple[int, int], ...]
    began: float = float("-inf")
    pause: float = 0.0
    running: bool = False


def _mails(db: Database, _settings: Settings, stop: Event) -> float:
    over = time.monotonic() + _TURN
    outbox.send_due(db, lambda: time.monotonic() < over and not stop.is_set())
    due = next_due(db)
    return min((due - now()).total_seconds(), _OFTEN) if due else _NEVER


def _likenesses(db: Database, _settings: Settings, stop: Event) -> float:
    finding.catch_all_up(db, stop)
    return _NEVER


def _returned(db: Database, settings: Settings, _stop: Event) -> float:
    if settings.bounces is None:
        return _NEVER
    bounces.read(db, settings.bounces)
    return settings.bounces.seconds


def _purge(db: Database, settings: Settings, _stop: Event) -> float:
    retention.purge_by_itself(db, settings, now())
    return _DAY


# The first brings the database of its town up to date: a start that did all at once would keep visitors waiting.
_CHORES = {
    "mails": _Chore(_mails, 0.2, 0.0, outside=True),
    "likenesses": _Chore(_likenesses, 0.4, 5.0),
    "returned": _Chore(_returned, 0.4, None, outside=True),
    "purge": _Chore(_purge, 4.0, None),
}


class _Called(Event):
    """The event that stops a work of a town: everyone is told to stop, or who moves the town waits at the door."""

    def __init__(self, stop: Event, folder: Path) -> None:
        super().__init__()
        self._stop, self._folder = stop, folder

    def is_set(self) -> bool:
        """Whether the work is to stop."""
        return self._stop.is_set() or is_closing(self._folder, Door.HOUSE)


class Housekeeping:
    """The chores of all the towns, until one is told to stop; `observed` hears of what they hold."""

    def __init__(self, hosting: Hosting, observed: "Observed | None" = None) -> None:
        self._hosting = hosting
        self._observed = observed
        self._turns: dict[tuple[object, ...], _Turn] = {}

    def run(self, stop: Event) -> None:
        """Do what there is to do, as it comes."""
        rested, copies_due = True, 0.0
        with ThreadPoolExecutor(_OUTSIDE, "outside") as outside, ThreadPoolExecutor(_INSIDE, "inside") as inside:
            while not stop.wait(_EVERY):
                if copies_due <= time.monotonic():
                    copies_due = time.monotonic() + replication.EVERY
                    inside.submit(replication.resume, [self._hosting.root])
                for town, chore, turn in self._begun():
                    (outside if chore.outside else inside).submit(self._do, town, chore, turn, stop)
                self._hosting.count_failures()
                rests = not any(turn.running for turn in self._turns.values())
                if rests and not rested:
                    memory.give_back()
                rested = rests

    def _begun(self) -> list[tuple[Town, _Chore, _Turn]]:
        """Return what is to be done now, marked as begun; towns that left, or changed, are forgotten as they were."""
        at, begun = time.monotonic(), []
        turns: dict[tuple[object, ...], _Turn] = {}
        towns = self._hosting.towns()
        for town in towns:
            version = version_of(town)
            for name, chore in _CHORES.items():
                key = town.slug, town.version, name
                first = at + _jitter.uniform(0, chore.spread * len(towns))
                turn = turns[key] = self._turns.get(key) or _Turn(first, version)
                if not turn.running and (turn.due <= at or _woken(turn, chore, version, at)):
                    turn.running, turn.began, turn.seen = True, at, version
                    begun.append((town, chore, turn))
        self._turns = turns
        return begun

    def _do(self, town: Town, chore: _Chore, turn: _Turn, stop: Event) -> None:
        """Do a chore of a town; what fails is told, and tried again later and later."""
        try:
            with entered(town.folder, Door.HOUSE), self._hosting.app_of(town.slug).app_context():
                turn.due = time.monotonic() + self._done(town, chore, turn, _Called(stop, town.folder))
        except (Unavailable, Closed, OSError):  # said already, or of a town that leaves
            turn.due = time.monotonic() + _later(turn)
        finally:
            turn.running = False

    def _done(self, town: Town, chore: _Chore, turn: _Turn, stop: Event) -> float:
        settings = get_settings()
        try:
            with closing(connect(settings.database)) as db:
                try:
                    seconds = chore.do(db, settings, stop)
                finally:
                    if self._observed:
                        self._observed.held(town.slug, db)
            turn.pause = 0.0
            return seconds
        except (outbox.QueueBlocked, Unreachable, OperationalError) as reason:
            logger.error("%s: %s (next try in %d s)", type(reason).__name__, reason, _later(turn))
        except Exception:
            logger.exception("periodic work failed, beginning again in %d s", _later(turn))
        finally:
            close_connections()
        return turn.pause


def version_of(town: Town) -> tuple[tuple[int, int], ...]:
    """Return what changes when something is written in the database of a town; not when one only opens it."""
    database = town.environ.get("PORTAIL_DATABASE") or str(town.folder / "portail.db")
    return tuple(map(_state, (database, f"{database}-wal")))


def _state(path: str) -> tuple[int, int]:
    try:
        status = os.stat(path)
    except OSError:
        return 0, 0
    return (status.st_mtime_ns, status.st_size) if status.st_size else (0, 0)


def _woken(turn: _Turn, chore: _Chore, version: tuple[tuple[int, int], ...], at: float) -> bool:
    """Whether a change of the database calls for a chore: not after a failure, which would come again as fast."""
    return chore.rest is not None and not turn.pause and version != turn.seen and at - turn.began >= chore.rest


def _later(turn: _Turn) -> float:
    turn.pause = min(max(_FIRST_PAUSE, 2 * turn.pause), _LONGEST_PAUSE)
    return turn.pause
