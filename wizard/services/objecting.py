"""One home of a child objects to a right given in the other: both see it contested, and the town hall decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from wizard.choices import OUTCOMES, PERMISSIONS
from wizard.clock import now as present
from wizard.db import transaction
from wizard.french import gettext as _
from wizard.french import moment
from wizard.models import Account, Action, Agent, Objection, Outcome, Permission
from wizard.services import homes, household, outbox, pace, withdrawing
from wizard.settings import get_settings
from wizard.stores import accounts, agent_journal, dossiers, journal, losses, objections
from wizard.stores.losses import Held

Right = tuple[int, Permission]
"""For which child, to do what."""


class NothingToDecide(Exception):
    """The objection has ended, or the right is no more."""


@dataclass(frozen=True)
class Notice:
    """An objection as agents read it: `held`, the right is still there, to be decided about."""

    id: int
    words: str
    outcome: str
    reference: str | None
    objection: Objection
    held: bool


def object_to(db: Database, account: Account, contact: int, right: Right) -> None:
    """Contest a right that the other home of a child gave: both homes are told, and the town hall.

    A second time changes nothing; nor does contesting a right that is not there to be seen. Raises TooSoon.
    """
    child, what = right
    with transaction(db):
        seen = homes.collectors(db, household.read(db, account.household), contact).get(child)
        if seen is None or right not in seen.rights:
            return
        at = present()
        pace.of_an_objection(db, account.id)
        if objections.add(db, account.household, seen.household, contact, child, what, at):
            losses.contest(db, Held(seen.household, contact, child, what), at)
            found = _open(db, account.household, contact, right)
            _tell(db, found, Action.OBJECTED, told(found))


def drop(db: Database, account: Account, contact: int, right: Right) -> None:
    """Stop contesting a right; a second time changes nothing."""
    with transaction(db):
        for one in objections.by_household(db, account.household):
            if one.ended_at is None and (one.contact, one.child, one.what) == (contact, *right):
                _end(db, one, Outcome.DROPPED)
                _tell(db, one, Action.OBJECTION_DROPPED, ended(one, Outcome.DROPPED))


def decide(db: Database, agent: Agent, objection: int, outcome: Outcome) -> None:
    """Lift an objection, or take the right away: both homes are told. Raises NothingToDecide."""
    with transaction(db):
        one, at = objections.by_id(db, objection), present()
        if one is None or one.ended_at or not _is_held(db, one):
            raise NothingToDecide
        objections.mark_seen(db, [one.id], agent.id, at)
        _end(db, one, outcome, agent)
        if outcome is Outcome.UPHELD:
            _take_away(db, agent, one)
        action = Action.OBJECTION_UPHELD if outcome is Outcome.UPHELD else Action.OBJECTION_LIFTED
        _tell(db, one, action, ended(one, outcome), agent)


def see(db: Database, agent: Agent, seen: Iterable[int]) -> None:
    """Write that an agent saw these objections, once, and say so in their journal."""
    with transaction(db):
        for one in objections.mark_seen(db, seen, agent.id, present()):
            agent_journal.add(db, agent.id, Action.OBJECTION_SEEN, present(), one.reference)


def unseen(db: Database) -> tuple[Notice, ...]:
    """Return what agents are told above their queue."""
    return tuple(_notice(db, one) for one in objections.unseen(db))


def concerning(db: Database, number: int) -> tuple[Notice, ...]:
    """Return what agents are told in a dossier of a household: what it objects to, and what is objected of it."""
    return tuple(
        _notice(db, one) for one in (*objections.against_household(db, number), *objections.by_household(db, number))
    )


def told(one: Objection) -> str:
    """Return « Jeanne Le Goff – Venir chercher Inès : contesté depuis le 24 novembre 2026 à 10 h 05. »."""
    return _said(one, _("contesté depuis le %(moment)s.", moment=moment(one.at)))


def ended(one: Objection, outcome: Outcome) -> str:
    """Return what became of an objection, as everyone reads it."""
    return _said(one, OUTCOMES[outcome])


def _said(one: Objection, what: Any) -> str:
    return _("%(name)s – %(right)s : %(what)s", name=one.contact_name, right=_right(one), what=what)


def _right(one: Objection) -> str:
    return str(PERMISSIONS[one.what]) % {"name": one.child_name}


def _notice(db: Database, one: Objection) -> Notice:
    outcome = str(OUTCOMES[one.outcome]) if one.outcome else ""
    return Notice(one.id, told(one), outcome, one.reference, one, one.ended_at is None and _is_held(db, one))


def _is_held(db: Database, one: Objection) -> bool:
    found = household.read(db, one.against)
    return one.contact in found.facts and (one.child, one.what) in household.each_of(found.facts[one.contact].rights)


def _open(db: Database, number: int, contact: int, right: Right) -> Objection:
    own = objections.by_household(db, number)
    return next(one for one in own if one.ended_at is None and (one.contact, one.child, one.what) == (contact, *right))


def _end(db: Database, one: Objection, outcome: Outcome, agent: Agent | None = None) -> None:
    objections.end(db, one.id, outcome, present(), agent.id if agent else None)
    same = (one.contact, one.child, one.what)
    others = (each for each in objections.against_household(db, one.against) if each.ended_at is None)
    if all((each.contact, each.child, each.what) != same for each in others):
        losses.settle(db, Held(one.against, *same), present())


def _take_away(db: Database, agent: Agent, one: Objection) -> None:
    at, right = present(), (one.child, one.what)
    withdrawing.seen(db, agent.id, at, lambda: withdrawing.impose(db, one.against, one.contact, right, at))


def _tell(db: Database, one: Objection, action: Action, line: str, agent: Agent | None = None) -> None:
    """Write to both homes and in the journals of both, the town's agent first."""
    for number in (one.against, one.household):
        for account in accounts.of_household(db, number):
            link = get_settings().public_url + "/espace"
            outbox.enqueue(db, "objection", account.email, line=line, link=link)
        for dossier in dossiers.of_household(db, number)[:1]:
            journal.add(db, dossier.id, action, present(), agent.id if agent else None)
