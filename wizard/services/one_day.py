"""A parent lets someone collect their children on one day: at once, until midnight; told to all whom it concerns."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from flask_babel import gettext
from sqlite_utils import Database

from wizard.clock import now, today
from wizard.db import transaction
from wizard.french import moment, short_day
from wizard.models import Account, Member, OneDay, Role
from wizard.services import household, outbox, pace
from wizard.services.barring import is_barred, is_contested
from wizard.services.household import Household
from wizard.services.wording import together
from wizard.settings import get_settings
from wizard.stores import accounts, people, seals
from wizard.stores import one_day as store

DAYS = 15
"""How many days may be chosen from: today is the first."""
# A name that a stranger reads is no message.
_LONGEST_NAME = 60


class Barred(Exception):
    """The town hall refused this very person, or has to decide about them: it is called instead."""


@dataclass(frozen=True)
class Given:
    """What is given to someone by one gesture, in words; its children together."""

    ids: tuple[int, ...]
    words: str
    one: OneDay

    @property
    def is_live(self) -> bool:
        """Whether it counts, or will: its day has not ended, and nobody took it back."""
        return self.one.withdrawn_at is None and not self.is_past

    @property
    def is_past(self) -> bool:
        """Whether its day has ended."""
        return self.one.day < today()


def days() -> tuple[date, ...]:
    """Return the days that may be chosen, today first."""
    return tuple(today() + timedelta(days=later) for later in range(DAYS))


def children_of(found: Household) -> tuple[Member, ...]:
    """Return those whom a parent may let someone collect: the children that the town hall accepted."""
    return tuple(member for member in found.members if member.role is Role.CHILD)


def give(db: Database, account: Account, children: Collection[int], day: date, name: str, phone: str) -> None:
    """Let someone collect children of the account's household on one day; done twice, it changes nothing.

    All whom it concerns are told: its parents, the other homes of the children, and the town hall. Raises Barred,
    then nothing is given; TooSoon.
    """
    pace.of_a_one_day(db, account.id)
    with transaction(db):
        own = [one.person for one in children_of(household.read(db, account.household)) if one.person in children]
        if day not in days() or any(is_barred(db, account.household, child, name, phone) for child in own):
            raise Barred
        new = [store.add(db, account.household, child, day, name, phone, now()) for child in own]
        _tell(db, [one for one in new if one])


def withdraw(db: Database, account: Account, ids: Collection[int]) -> None:
    """Take back what the account's household gave, at once; done already, or not its own, change nothing."""
    with transaction(db):
        own = [one for one in store.of_household(db, account.household) if one.id in ids and not one.withdrawn_at]
        for one in own:
            seals.break_one_day(db, one, now())
            store.withdraw(db, one.id, now())
        _tell(db, [one.id for one in own])


def contest(db: Database, account: Account, ids: Collection[int]) -> None:
    """Object to what another home of a child gave: nobody hands the child over without asking the town hall.

    Both homes are told, and the town hall. Done already, it changes nothing. Raises TooSoon.
    """
    _answer(db, account, ids, lambda one: store.contest(db, one.id, account.household, now()))


def drop(db: Database, account: Account, ids: Collection[int]) -> None:
    """Object no more; done already, or objected to by another, change nothing."""
    _answer(db, account, ids, lambda one: store.drop(db, one.id, account.household))


def own(db: Database, number: int) -> tuple[Given, ...]:
    """Return what a household gave, the days to come first."""
    told = tuple(grouped(store.of_household(db, number)))
    return (*(one for one in told if one.is_live), *(one for one in reversed(told) if not one.is_live))


def elsewhere(db: Database, number: int) -> tuple[Given, ...]:
    """Return what a household sees of what the other homes of its children gave: a name, and no phone."""
    return tuple(grouped(store.given_elsewhere(db, number, today())))


def unseen(db: Database) -> tuple[Given, ...]:
    """Return what agents are told above their queue."""
    return tuple(_noticed(db, store.unseen(db, today())))


def of_household(db: Database, number: int) -> tuple[Given, ...]:
    """Return what agents are told in a dossier: what a household gave that has not ended, what its other homes did."""
    own = [one for one in store.of_household(db, number) if one.day >= today()]
    return tuple(_noticed(db, (*own, *store.given_elsewhere(db, number, today()))))


def in_short(db: Database, number: int) -> Mapping[int, tuple[str, ...]]:
    """Return, for each child of a household, who may collect them on one day, by any home."""
    told = defaultdict(list)
    ones = (*store.of_household(db, number), *store.given_elsewhere(db, number, today()))
    for one in sorted(ones, key=lambda one: one.day):
        if one.withdrawn_at is None and one.day >= today():
            words = {"name": one.name, "day": short_day(one.day)}
            contested = gettext("%(name)s (le %(day)s seulement : contesté)", **words)
            told[one.child].append(
                contested if one.contested_at else gettext("%(name)s (le %(day)s seulement)", **words)
            )
    return {child: tuple(names) for child, names in told.items()}


def contested(db: Database, found: Household) -> tuple[str, ...]:
    """Return what those of the children are called for whom a right is contested."""
    return tuple(one.identity.called for one in children_of(found) if is_contested(db, one.person))


def grouped(ones: Iterable[OneDay]) -> Iterator[Given]:
    """Give what was given by one gesture at a time, in words."""

    def gesture(one: OneDay) -> tuple[object, ...]:
        return one.day, one.given_at, one.household, one.name, one.withdrawn_at, one.contested_at, one.seen_at

    for _key, group in groupby(ones, gesture):
        same = list(group)
        yield Given(tuple(one.id for one in same), told(same), same[0])


def told(ones: Sequence[OneDay], name: str = "") -> str:
    """Return « Marc Durand peut venir chercher Loïc le 25 novembre 2026 seulement, à la demande de… »."""
    one = ones[0]
    words = {"name": name or one.name, "names": together([each.child_called for each in ones])}
    words |= {"day": short_day(one.day), "by": one.by}
    if one.withdrawn_at:
        at = moment(one.withdrawn_at)
        return str(
            gettext("%(name)s ne peut plus venir chercher %(names)s le %(day)s : retiré le %(at)s.", **words, at=at)
        )
    if one.contested_at:
        at = moment(one.contested_at)
        return str(gettext("Contesté par l'autre parent depuis le %(at)s : %(name)s, pour venir chercher %(names)s le %(day)s seulement, à la demande de %(by)s.", **words, at=at))  # fmt: skip # noqa: E501
    return str(gettext("%(name)s peut venir chercher %(names)s le %(day)s seulement, à la demande de %(by)s.", **words))


def _noticed(db: Database, ones: Iterable[OneDay]) -> Iterator[Given]:
    """Add, for agents, that a child's situation is contested."""
    for given in grouped(ones):
        warned = not given.one.withdrawn_at and is_contested(db, given.one.child)
        warning = gettext("Attention : un autre droit est contesté pour cet enfant.") if warned else ""
        yield Given(given.ids, f"{given.words} {warning}".strip(), given.one)


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
    name = one.name if len(one.name) <= _LONGEST_NAME and "." not in one.name else gettext("Quelqu'un")
    for account in accounts.of_household(db, home):
        own = home == one.household
        outbox.enqueue(db, "one_day", account.email, line=told(ones, name), given_at=one.given_at, own=own, link=link)
