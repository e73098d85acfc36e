"""Finding who may be declared twice: whoever changed is compared again, soon after, in the agents' time alone.

Triggers of the database write who changed, whatever changed them; a visitor's request does no more than that. The
portal's own thread compares them within seconds, and an agent who opens a dossier finds its people compared.
"""

import json
import logging
import time
from collections.abc import Collection, Iterable
from sqlite3 import OperationalError
from threading import Event

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.models import Profile
from wizard.services.duplicates.folding import Match
from wizard.services.duplicates.keys import keys
from wizard.services.duplicates.scoring import SHOWN_FROM, compare
from wizard.stores import likenesses, profiles

logger = logging.getLogger(__name__)

_BATCH, _FEW = 50, 20
_EVERY, _IN_TROUBLE = 5.0, 60.0
# Seconds after which who compares lets others write, be there more to compare, and that they have for it.
_HELD = 0.1


def catch_up(db: Database, limit: int = _BATCH) -> int:
    """Compare again some of those who changed; return how many were."""
    if not likenesses.due(db, 1):
        return 0
    compared: set[int] = set()
    with transaction(db):
        until = time.monotonic() + _HELD
        people = likenesses.due(db, limit)
        for count, person in enumerate(people, 1):
            if person not in compared:
                compared.update(_compare_again(db, [person]))
            if time.monotonic() > until:
                return count
    return len(people)


def catch_all_up(db: Database, stop: Event) -> None:
    """Compare again all who changed, unless `stop`. Others write meanwhile: of a lock that is taken again at once,
    SQLite gives nobody else a part.
    """
    while not stop.is_set() and catch_up(db):
        stop.wait(_HELD)


def of_household(db: Database, household: int) -> None:
    """Compare again those of a household who changed, and a few others who may be the ones they are like."""
    catch_up(db, _FEW)
    if likenesses.due_in(db, household):
        with transaction(db):
            _compare_again(db, likenesses.due_in(db, household))


def watch(db: Database, stop: Event) -> None:
    """Compare who changed, until `stop`."""
    while not stop.is_set():
        pause = _EVERY
        try:
            catch_all_up(db, stop)
        except OperationalError as error:
            pause = _IN_TROUBLE
            logger.warning("nobody compared: %s (next try in %d s)", error, pause)
        stop.wait(pause)


def _compare_again(db: Database, changed: Collection[int]) -> Collection[int]:
    """Compare them and their households; return whom that was."""
    people = likenesses.with_their_households(db, changed)
    found = profiles.of_people(db, people)
    for person in people:
        likenesses.set_keys(db, person, keys(found[person]) if person in found else ())
    near = {person: _near(db, one) for person, one in found.items()}
    others = profiles.of_people(db, frozenset().union(*near.values()) - found.keys()) | found
    for person in people:
        like = _like(found[person], [others[one] for one in near[person] if one in others]) if person in found else {}
        likenesses.keep(db, person, like, now())
    likenesses.done(db, people)
    return people


def _near(db: Database, one: Profile) -> frozenset[int]:
    """Return who has a key of someone, or a home."""
    found = likenesses.sharing(db, one.person, keys(one)) | profiles.housemates(db, one.households)
    return found - {one.person}


def _like(one: Profile, others: Iterable[Profile]) -> dict[int, tuple[int, str]]:
    """Return who may be the same person, each with a score and reasons."""
    found = {}
    for other in others:
        score, reasons = compare(*sorted((one, other), key=lambda each: each.person))
        if score >= SHOWN_FROM:
            told = [list(reason) for reason in reasons if reason.match is not Match.UNKNOWN]
            found[other.person] = (score, json.dumps(told, ensure_ascii=False))
    return found
