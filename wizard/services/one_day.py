"""A parent lets someone collect their children on one day: at once, until midnight; told to all whom it concerns."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, timedelta
from typing import Any

from sqlite_utils import Database

from wizard.clock import now, today
from wizard.db import transaction
from wizard.french import gettext as _
from wizard.models import Account, Member, OneDay, Role
from wizard.services import household, outbox, pace
from wizard.services.barring import is_barred, is_contested, may_collect_already
from wizard.services.household import Household
from wizard.services.one_day_told import told
from wizard.settings import get_settings
from wizard.stores import accounts, losses, people, seals
from wizard.stores import one_day as store

DAYS = 15
"""How many days may be chosen from: today is the first."""
# A name that a stranger reads is no message.
_LONGEST_NAME = 60


class Barred(Exception):
    """The town hall refused this very person, or has to decide about them: it is called instead."""


class Needless(Exception):
    """Someone of this name may collect these `children` on any day: taking the day back would take nothing back."""

    def __init__(self, children: Sequence[Member]) -> None:
        super().__init__(*(one.person for one in children))
        self.children = tuple(one.identity.called for one in children)


def days() -> tuple[date, ...]:
    """Return the days that may be chosen, today first."""
    return tuple(today() + timedelta(days=later) for later in range(DAYS))


def children_of(found: Household) -> tuple[Member, ...]:
    """Return those whom a parent may let someone collect: the children that the town hall accepted."""
    return tuple(member for member in found.members if member.role is Role.CHILD)


def give(db: Database, account: Account, children: Collection[int], day: date, name: str, phone: str) -> None:
    """Let someone collect children of the account's household on one day; a second time changes nothing.

    All whom it concerns are told: its parents, the other homes of the children, and the town hall. Raises Barred or
    Needless, then nothing is given; TooSoon.
    """
    pace.of_a_one_day(db, account.id)
    with transaction(db):
        found = household.read(db, account.household)
        asked = [one for one in children_of(found) if one.person in children]
        own = [one.person for one in asked]
        if day not in days() or any(is_barred(db, account.household, child, name, phone) for child in own):
            raise Barred
        if known := [one for one in asked if may_collect_already(found, one.person, name)]:
            raise Needless(known)
        new = [store.add(db, account.household, child, day, name, phone, now()) for child in own]
        _tell(db, [one for one in new if one])


def withdraw(db: Database, account: Account, ids: Collection[int]) -> None:
    """Take back what the account's household gave, at once; nothing changes if it was, or if it is another's."""
    with transaction(db):
        own = [one for one in store.of_household(db, account.household) if one.id in ids and not one.withdrawn_at]
        for one in own:
            seals.break_one_day(db, one, now())
            store.withdraw(db, one.id, now())
        _tell(db, [one.id for one in own])


def contest(db: Database, account: Account, ids: Collection[int]) -> None:
    """Object to what another home of a child gave: nobody hands the child over without asking the town hall.

    Both homes are told, and the town hall. A second time changes nothing. Raises TooSoon.
    """

    def contest(one: OneDay) -> bool:
        contested = store.contest(db, one.id, account.household, now())
        if contested:
            losses.contest_day(db, one, now())
        return contested

    _answer(db, account, ids, contest)


def drop(db: Database, account: Account, ids: Collection[int]) -> None:
    """Stop objecting; nothing changes if one had, or if another home objects."""

    def drop(one: OneDay) -> bool:
        dropped = store.drop(db, one.id, account.household)
        if dropped:
            losses.settle_day(db, one, now())
        return dropped

    _answer(db, account, ids, drop)


def contested(db: Database, found: Household) -> tuple[str, ...]:
    """Return what those of the children are called for whom a right is contested."""
    return tuple(one.identity.called for one in children_of(found) if is_contested(db, one.person))


def _answer(db: Database, account: Account, ids: Collection[int], change: Callable[[OneDay], bool]) -> None:
    with transaction(db):
        seen = [one for one in store.given_elsewhere(db, account.household, today()) if one.id in ids]
        if not seen:
            return
        pace.of_an_objection(db, account.id)
        _tell(db, [one.id for one in seen if change(one)])


def _tell(db: Database, ids: Collection[int]) -> None:
    """Write to the home that gives, then to the other homes of the children, each about its own; the phone to none."""
    ones = store.by_ids(db, ids)
    for giver in {one.household for one in ones}:
        _write(db, giver, ones)
        for home in sorted({home for one in ones for home in people.homes(db, one.child)} - {giver}):
            _write(db, home, [one for one in ones if home in people.homes(db, one.child)])


def _write(db: Database, home: int, ones: Sequence[OneDay]) -> None:
    one, link = ones[0], get_settings().public_url + "/espace/un-jour"
    name = one.name if len(one.name) <= _LONGEST_NAME and "." not in one.name else _("Quelqu'un")
    own, live = home == one.household, not (one.withdrawn_at or one.contested_at)
    said: dict[str, Any] = {"line": told(ones, name), "given_at": one.given_at, "own": own, "live": live, "link": link}
    for account in accounts.of_household(db, home):
        outbox.enqueue(db, "one_day", account.email, **said)
