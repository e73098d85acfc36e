"""What is told of authorisations of one day: to the family, to the other homes of its children, and to agents."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from sqlite_utils import Database

from wizard.clock import today
from wizard.french import elided, moment, short_day
from wizard.french import gettext as _
from wizard.models import OneDay
from wizard.services.barring import is_barred, is_contested, is_withdrawn_since
from wizard.services.wording import together
from wizard.stores import one_day as store


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


def own(db: Database, number: int) -> tuple[Given, ...]:
    """Return what a household gave, the days to come first."""
    given = tuple(_grouped(_judged(db, store.of_household(db, number))))
    return (*(one for one in given if one.is_live), *(one for one in reversed(given) if not one.is_live))


def elsewhere(db: Database, number: int) -> tuple[Given, ...]:
    """Return what a household sees of what the other homes of its children gave: a name, and no phone."""
    return tuple(_grouped(_judged(db, store.given_elsewhere(db, number, today()))))


def unseen(db: Database) -> tuple[Given, ...]:
    """Return what agents are told above their queue."""
    return tuple(_noticed(db, store.unseen(db, today())))


def around(db: Database, number: int) -> tuple[Given, ...]:
    """Return what agents are told in a dossier: what a household gave that has not ended, what its other homes did."""
    own = [one for one in store.of_household(db, number) if one.day >= today()]
    return tuple(_noticed(db, (*own, *store.given_elsewhere(db, number, today()))))


def of_today(db: Database) -> tuple[OneDay, ...]:
    """Return those of today that were not taken back."""
    return tuple(_judged(db, store.of_day(db, today())))


def in_short(db: Database, number: int) -> Mapping[int, tuple[str, ...]]:
    """Return, for each child of a household, who may collect them on one day, by any home."""
    said = defaultdict(list)
    ones = (*store.of_household(db, number), *store.given_elsewhere(db, number, today()))
    for one in _judged(db, sorted(ones, key=lambda one: one.day)):
        if one.withdrawn_at is None and one.day >= today():
            day = short_day(one.day)
            words = _("%(name)s (le %(day)s seulement)", name=one.name, day=day)
            if one.contested_at or one.barred:
                words = _("%(name)s (le %(day)s seulement : contesté)", name=one.name, day=day)
            said[one.child].append(words)
    return {child: tuple(names) for child, names in said.items()}


def told(ones: Sequence[OneDay], name: str = "") -> str:
    """Return « Marc Durand peut venir chercher Loïc le 25 novembre 2026 seulement, à la demande de… »."""
    return str(_told(ones, ones[0], name or ones[0].name))


def _told(ones: Sequence[OneDay], one: OneDay, name: str) -> Any:
    words = {"name": name, "names": together([each.child_called for each in ones])}
    words |= {"day": short_day(one.day), "of_parent": elided(one.by)}
    if one.withdrawn_at:
        words["at"] = moment(one.withdrawn_at)
        return _("%(name)s ne peut plus venir chercher %(names)s le %(day)s : retiré le %(at)s.", **words)
    what = _("%(name)s, pour venir chercher %(names)s le %(day)s seulement, à la demande %(of_parent)s.", **words)
    if one.contested_at:
        at = moment(one.contested_at)
        return _("Contesté par l'autre parent depuis le %(at)s : %(what)s", at=at, what=what)
    if one.barred:
        return _("Suspendu, la mairie doit vérifier : %(what)s", what=what)
    return _("%(name)s peut venir chercher %(names)s le %(day)s seulement, à la demande %(of_parent)s.", **words)


def _judged(db: Database, ones: Iterable[OneDay]) -> Iterator[OneDay]:
    """Say of those to come whether the town hall said no since, or the same right was taken back: no right any more."""
    for one in ones:
        live = one.withdrawn_at is None and one.day >= today()
        who = one.household, one.child, one.name, one.phone
        yield replace(one, barred=live and (is_barred(db, *who) or is_withdrawn_since(db, *who, one.given_at)))


def _grouped(ones: Iterable[OneDay]) -> Iterator[Given]:
    """Give what was given by one gesture at a time, in words."""

    def gesture(one: OneDay) -> tuple[object, ...]:
        what = one.day, one.given_at, one.household, one.name
        return *what, one.withdrawn_at, one.contested_at, one.contested_by, one.seen_at, one.barred

    for _key, group in groupby(ones, gesture):
        same = list(group)
        yield Given(tuple(one.id for one in same), told(same), same[0])


def _noticed(db: Database, ones: Iterable[OneDay]) -> Iterator[Given]:
    """Add, for agents, that a child's situation is contested."""
    for given in _grouped(_judged(db, ones)):
        warned = not given.one.withdrawn_at and is_contested(db, given.one.child)
        warning = _("Attention : un autre droit est contesté pour cet enfant.") if warned else ""
        yield replace(given, words=f"{given.words} {warning}".strip())
