"""The two homes of a child: all that one of them may see of the other, and what agents see of both.

Nothing else crosses: no address, no phone, no e-mail, no dossier and no reference of the other home.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from wizard.french import elided, short_day
from wizard.french import gettext as _
from wizard.models import Deposited, Objection, Permission, Role, Stage
from wizard.services import household, standing
from wizard.services.household import Household, each_of
from wizard.services.standing import Rights, sentences
from wizard.stores import dossiers, objections, people

_HELD = {Stage.ACCEPTED, Stage.CONTESTED}


@dataclass(frozen=True)
class Collector:
    """Someone who may collect a child, by a right given in the child's other home; when it was asked and accepted.

    `objected` are the rights that the home which reads this contests.
    """

    person: int
    household: int
    name: str
    child_called: str
    rights: Rights
    words: tuple[str, ...]
    objected: tuple[tuple[int, Permission], ...]
    asked_by: str
    asked_at: datetime
    accepted_at: datetime

    @property
    def told(self) -> str:
        """Return « Demandé par Paul Morel le 3 mars 2026, validé le 5 mars 2026. »."""
        said = _(
            "Demandé par %(name)s le %(day)s, validé le %(other_day)s.",
            name=self.asked_by,
            day=short_day(self.asked_at),
            other_day=short_day(self.accepted_at),
        )
        return str(said)

    def in_short(self, child: int) -> str:
        """Return « Jeanne Petit (à la demande de Camille Martin) »; of a right that is contested, that it is."""
        if self.rights[child, Permission.COLLECT].stage is Stage.CONTESTED:
            return standing.named(self.name, self.rights[child, Permission.COLLECT])
        return _("%(name)s (à la demande %(of_parent)s)", name=self.name, of_parent=elided(self.asked_by))


@dataclass(frozen=True)
class OtherHome:
    """A child, who answers for them in their other home, who may collect them by that home.

    `decided` are the objections of the home which reads this that the town hall decided about.
    """

    child: int
    called: str
    parent: str
    collectors: tuple[Collector, ...]
    decided: tuple[Objection, ...]


def others(db: Database, own: Household) -> tuple[OtherHome, ...]:
    """Return what a household sees of the other homes of its children."""
    objected = objections.by_household(db, own.id)
    open_ones = frozenset((one.contact, one.child, one.what) for one in objected if one.ended_at is None)
    return tuple(
        OtherHome(
            child,
            own.facts[child].identity.called,
            found.parent.identity.name,
            tuple(_collectors(found, child, open_ones)),
            tuple(one for one in objected if (one.child, one.against) == (child, found.id) and one.ended_by),
        )
        for child, number in _shared(db, own)
        for found in [household.read(db, number)]
    )


def collectors(db: Database, own: Household, person: int) -> dict[int, Collector]:
    """Return what a household sees of someone who may collect, in the other homes, each of its children."""
    return {home.child: one for home in others(db, own) for one in home.collectors if one.person == person}


def also_collect(homes: Iterable[OtherHome]) -> dict[int, tuple[str, ...]]:
    """Return, for each child, who may collect them by their other homes, their parent there first."""
    told: dict[int, tuple[str, ...]] = {}
    for home in homes:
        others = (one.in_short(home.child) for one in home.collectors)
        told[home.child] = (*told.get(home.child, ()), home.parent, *others)
    return told


def references(db: Database, own: Household) -> Mapping[int, tuple[str, ...]]:
    """Return, for agents alone, the last dossier of each other home of the children of a household."""
    found: dict[int, tuple[str, ...]] = {}
    for child, number in _shared(db, own):
        found[child] = (*found.get(child, ()), *(one.reference for one in dossiers.of_household(db, number)[:1]))
    return found


def _shared(db: Database, own: Household) -> Iterator[tuple[int, int]]:
    """Give each child of a household with each other household that has them."""
    for person, member in own.facts.items():
        for number in sorted(people.homes(db, person) - {own.id}) if member.role is Role.CHILD else ():
            yield person, number


def _collectors(found: Household, child: int, objected: frozenset[tuple[int, int, Permission]]) -> Iterator[Collector]:
    """Give those who may collect a child, by the rights that a household gave: facts, none that is only asked."""
    situations, called = standing.situations(found), found.facts[child].identity.called
    for person, member in found.facts.items():
        rights = {
            right: stands
            for right, stands in situations[person].rights.items()
            if right[0] == child and stands.stage in _HELD
        }
        if (child, Permission.COLLECT) in rights:
            given = _given(found, person, child)
            yield Collector(
                person,
                found.id,
                member.identity.name,
                called,
                rights,
                sentences(rights, {child: called}),
                tuple(right for right in rights if (person, *right) in objected),
                found.parent.identity.name,
                given.declared_at,
                given.accepted_at or given.declared_at,
            )


def _given(found: Household, person: int, child: int) -> Deposited:
    """Return the declaration that gave someone the right to collect a child: the first accepted since it was lost."""
    right = (child, Permission.COLLECT)
    lost = max((one.version for one in found.withdrawals if (one.contact, one.child, one.what) == (person, *right)),
        default=0)  # fmt: skip
    return next(
        one
        for one in found.declared
        if one.person == person and one.accepted_at and one.version > lost and right in each_of(one.declaration.rights)
    )
