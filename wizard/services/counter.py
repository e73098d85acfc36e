"""What an agent changes for a family that asks it at the counter or on the phone: at once, old and new kept."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlite_utils import Database

from wizard.choices import SOURCES
from wizard.clock import now
from wizard.db import transaction
from wizard.french import gettext as _
from wizard.models import (
    Action,
    Address,
    Agent,
    Changes,
    Declaration,
    Deposited,
    Role,
    Source,
)
from wizard.services import amending, asking, confirming, facts, household, losing, moving, outbox, withdrawing
from wizard.services.corrections import Correction, between
from wizard.services.household import Household, declaration_of, in_force
from wizard.services.telling import place
from wizard.services.withdrawing import Right
from wizard.settings import get_settings
from wizard.stores import accounts, amendments, declarations, dossiers, journal, people


class Changed(Exception):
    """What the agent's page showed is no longer what the family says."""


class NotTheirs(Exception):
    """The household says nothing of this person, or nothing any more."""


@dataclass(frozen=True)
class Request:
    """Who changes it, how the family asked, and whether a mail `tells` the parent."""

    agent: Agent
    source: Source
    tells: bool


def said_of(found: Household, person: int) -> Declaration:
    """Return what a household says of someone: as it asks them to be, else as they are. Raises NotTheirs.

    An adult's links are there whoever said them.
    """
    own = person == found.parent.person
    said = declaration_of(found.parent, found.parent) if own else found.current(person)
    if said is None:
        raise NotTheirs
    if own or said.role is Role.CHILD:
        return said
    return replace(said, links=next(one.links for one in found.asked if one.person == person))


def correct(
    db: Database, request: Request, number: int, person: int, before: Declaration, correction: Correction
) -> None:
    """Change what is said of someone, at once, wherever it was accepted or is asked.

    `before` is what the agent's page showed. A second time changes nothing. Raises NotTheirs, Changed.
    """
    with transaction(db):
        found, at = household.read(db, number), now()
        said = said_of(found, person)
        left = between(said, correction.of(said))
        if left.is_nothing:
            return
        if not between(before, said).is_nothing:
            raise Changed
        if person == found.parent.person:
            people.set_identity(db, person, left.of(said).identity)
            _say_of_parent(db, request, number, at)
        else:
            _say(db, request, found, person, left, at)
        _record(db, request, number, {person: left.told(said)}, at)


def move(
    db: Database, request: Request, number: int, address: Address, day: date, movers: Collection[int], before: str
) -> bool:
    """Give the parent, and those of their housemates who are among `movers`, another address from a day on.

    `before` is the address that the agent's page showed, in words. Return whether something changed. Raises Changed.
    """
    with transaction(db):
        found, at = household.read(db, number), now()
        home = place(found.parent.address) if found.parent.address else ""
        changes = moving.settle(db, number, found.parent.person, address, day, movers)
        if not any(changes.values()):
            return False
        if home != before:
            raise Changed
        _say_of_parent(db, request, number, at)
        _record(db, request, number, changes, at)
    return True


def withdraw(db: Database, agent: Agent, number: int, contact: int, chosen: Collection[Right] | None) -> bool:
    """Take rights from a contact, or all of them (None), as the parent would, and tell the parent, once.

    Return whether there was something to take.
    """
    with transaction(db):
        at = now()
        words = withdrawing.seen(db, agent.id, at, lambda: withdrawing.drop(db, number, contact, chosen, at))
        if words:
            journal.add(db, dossiers.of_household(db, number)[0].id, Action.RIGHT_REMOVED, at, agent.id)
            for account in accounts.of_household(db, number):
                withdrawing.write(db, account, words, by_town=True)
    return bool(words)


def _say(db: Database, request: Request, found: Household, person: int, left: Correction, at: datetime) -> None:
    """Declare someone anew in each dossier that declares them, accepted where they were: whichever is undone, it holds.

    What still waits to be decided on is asked so. What was withdrawn since is not given back.
    """
    for one in _standing(found, person):
        declared = left.of(in_force(one, found.withdrawals).declaration)
        version = _declare(db, request, one.dossier, person, declared, at)
        if one.accepted_at:
            declarations.accept(db, person, version, one.accepted_at)
        else:
            _ask(db, one.dossier, person, declared, at)
    with losing.sealed(db, found.id, at):
        facts.settle(db, found.id, person)
    confirming.tell(db, found.id, at)


def _standing(found: Household, person: int) -> tuple[Deposited, ...]:
    """Return what was accepted last of someone in each dossier, in order; then what is asked of them."""
    own = [one for one in found.declared if one.person == person]
    accepted = {one.dossier: one for one in own if one.accepted_at}
    pending = [one for one in own if person in found.pending and one.version == found.pending[person].version]
    return (*sorted(accepted.values(), key=lambda one: one.version), *pending)


def _say_of_parent(db: Database, request: Request, number: int, at: datetime) -> None:
    """Say the parent anew, as they are by now, to the dossier that asks about them, or waits for them to correct it."""
    found = household.read(db, number)
    own, last = found.parent.person, found.last.get(found.parent.person)
    said = declaration_of(found.parent, found.parent)
    if own in found.pending and last and (found.lines[own].waits_for_family or last.declaration != said):
        _declare(db, request, last.dossier, own, said, at)
        _ask(db, last.dossier, own, said, at)
    else:
        version = declarations.latest_version(db, own)
        journal.add_correction(db, found.dossiers[0].id, at, request.agent.id, own, version)


def _declare(db: Database, request: Request, dossier: int, person: int, declared: Declaration, at: datetime) -> int:
    declarations.add(db, dossier, person, declared, at, by_town=True)
    version = declarations.latest_version(db, person)
    journal.add_correction(db, dossier, at, request.agent.id, person, version)
    return version


def _ask(db: Database, dossier: int, person: int, declared: Declaration, at: datetime) -> None:
    dossiers.ask(db, dossier, person, declared.role)
    if declared.role is not Role.REPRESENTATIVE and not declarations.is_fact(db, person):
        people.set_identity(db, person, declared.identity)
    asking.pass_on(db, dossier, at)


def _record(db: Database, request: Request, number: int, changes: Mapping[int, Changes], at: datetime) -> None:
    """Keep old and new, for the family to see; write to the parent what changed, not what it was or is."""
    told = {person: changed for person, changed in changes.items() if changed}
    for person, changed in told.items():
        amendments.add_by_town(db, number, person, changed, at, request.agent.id, request.source)
    if not request.tells:
        return
    names = household.read(db, number).names
    lines = [
        _("%(name)s – %(what)s", name=names[person], what=what)
        for person, changed in told.items()
        for what, _old, _new in amending.rows(changed, names)
    ]
    link, source = get_settings().public_url + "/espace", SOURCES[request.source]
    for account in accounts.of_household(db, number):
        outbox.enqueue(db, "corrected", account.email, lines=lines, source=source, link=link)
