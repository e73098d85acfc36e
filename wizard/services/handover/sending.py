"""A file leaves, made from one moment's families; what the other software holds from then on is written down."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import IO

from sqlite_utils import Database

from wizard.clock import now as present
from wizard.db import snapshot, transaction
from wizard.models import Action, Agent, Permission
from wizard.services.handover import families
from wizard.services.handover.preview import digest, lines
from wizard.services.handover.profile import Profile, Row
from wizard.stores import agent_journal, exports
from wizard.stores.exports import Export, HandedOver, Held


def export(db: Database, agent: Agent, profile: Profile, out: IO[bytes], *, changes_only: bool) -> None:
    """Write the file of a profile, of all families or of those that are new or changed; and write down that it left.

    Nobody who writes waits for it: what changes while it is made is changed the next time.
    """
    left: list[HandedOver] = []
    with snapshot(db):
        profile.write(out, profile.sheets, _rows(db, profile, left, changes_only=changes_only))
    with transaction(db):
        _note(db, agent, profile, left, changes_only=changes_only)
    out.seek(0)


def _rows(db: Database, profile: Profile, left: list[HandedOver], *, changes_only: bool) -> Iterator[tuple[str, Row]]:
    before = exports.handed_over(db, profile.slug)
    for family, handed in lines(db, profile):
        known, mark = before.get(family.number), digest(handed)
        if handed.rows and not (changes_only and known and known.digest == mark):
            left.append(HandedOver(family.number, present(), mark, family.reference, handed.held))
            yield from handed.rows


def _note(db: Database, agent: Agent, profile: Profile, left: Iterable[HandedOver], *, changes_only: bool) -> None:
    """Note what was handed over; what the other software held and nobody took out of it, it holds still."""
    before, families, people, at = exports.handed_over(db, profile.slug), 0, 0, present()
    for one in left:
        known = before.get(one.household)
        exports.hand_over(db, profile.slug, replace(one, held=one.held | known.held) if known else one)
        families, people = families + 1, people + len(one.held.people)
    exports.add(db, profile.slug, Export(at, agent.email, changes_only, families, people), agent.id)
    agent_journal.add(db, agent.id, Action.EXPORTED, at)


def note_preview(db: Database, agent: Agent) -> None:
    """Write that an agent saw what a file would hold."""
    with transaction(db):
        agent_journal.add(db, agent.id, Action.EXPORT_PREVIEWED, present())


def taken_out(db: Database, agent: Agent, profile: Profile, household: int, marks: Iterable[str]) -> None:
    """Note that an agent took these out of the other software (`Departure.marks`), unless they are true again.

    What they were not shown stays to be taken out; done already, it changes nothing.
    """
    with transaction(db):
        known = exports.handed_over(db, profile.slug).get(household)
        if not known:
            return
        family = families.one(db, household, families.Surroundings.read(db))
        done = (known.held - (family.facts if family else Held())) & _read(marks)
        if not done:
            return
        if left := known.held - done:
            exports.hand_over(db, profile.slug, replace(known, held=left))
        else:
            exports.forget(db, profile.slug, household)
        agent_journal.add(db, agent.id, Action.TAKEN_OUT, present(), known.reference or None)


def _read(marks: Iterable[str]) -> Held:
    people, rights = set(), set()
    for mark in marks:
        if person := re.fullmatch(r"(\d{1,18})", mark):
            people.add(int(person[1]))
        elif right := re.fullmatch(rf"(\d{{1,18}})-(\d{{1,18}})-({'|'.join(Permission)})", mark):
            rights.add((int(right[1]), int(right[2]), Permission(right[3])))
    return Held(frozenset(people), frozenset(rights))
