"""A family as an agent reads it whole: who to call, who may collect each child, what was asked and answered."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from wizard.choices import LINKS, PREFERRED, ROLES, STAGES
from wizard.french import gettext as _
from wizard.models import Action, Member, Permission, Role, Stage
from wizard.services import homes, household, one_day_told
from wizard.services.differences import Difference, between
from wizard.services.household import Household, declaration_of
from wizard.services.standing import Situation, named
from wizard.services.wording import together
from wizard.stores import dossiers, journal
from wizard.stores.journal import JournalEntry

_READINGS = {Action.OPENED, Action.READ, Action.FOUND, Action.NOTED}
_HELD = {Stage.ACCEPTED, Stage.CONTESTED}
# In which order people are told, and called.
_ORDER = (Role.REPRESENTATIVE, Role.CO_REPRESENTATIVE, Role.CHILD, Role.CONTACT)

Situations = Mapping[int, Situation]


@dataclass(frozen=True)
class Call:
    """Someone to call: who they are to the family, their numbers, and how they would rather be reached."""

    name: str
    who: str
    numbers: tuple[str, ...]
    email: str | None
    preferred: str


@dataclass(frozen=True)
class Person:
    """Someone of a family: where they stand, `born` or tied how, and what is asked otherwise of them."""

    member: Member
    situation: Situation
    ties: tuple[str, ...]
    changes: tuple[Difference, ...]
    may_correct: bool
    may_withdraw: bool


@dataclass(frozen=True)
class Child:
    """A child on the family's sheet: who answers for them, who may collect them, who is called."""

    member: Member
    adults: tuple[str, ...]
    collect: tuple[str, ...]
    emergency: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """One line of the journals, and the dossier that it is about."""

    reference: str
    entry: JournalEntry


def find(db: Database, number: int) -> Household | None:
    """Return a family; None of a household that deposited nothing: it told the town hall nothing yet."""
    return household.read(db, number) if dossiers.of_household(db, number) else None


def to_call(found: Household) -> tuple[Call, ...]:
    """Return who to call, in order: the parent, who answers for the children too, then who is called in an emergency.

    They are of the family as it is: whoever is only asked for is called by nobody.
    """
    called = {member.person: member.identity.called for member in found.members}
    members = sorted(found.members, key=lambda one: _ORDER.index(one.role))
    adults = (one for one in members if one.role is not Role.CHILD)
    return tuple(_call(one, who) for one in adults if (who := _why(one, called)))


def _why(member: Member, called: Mapping[int, str]) -> str:
    if member.role is not Role.CONTACT:
        return str(ROLES[member.role])
    children = [called[right.child] for right in member.rights if right.emergency and right.child in called]
    return _("En cas d'urgence pour %(names)s", names=together(children)) if children else ""


def _call(member: Member, who: str) -> Call:
    one = member.identity
    preferred = str(PREFERRED[one.preferred_contact]) if one.preferred_contact else ""
    return Call(one.name, who, tuple(filter(None, (one.mobile, one.phone))), one.email, preferred)


def people(found: Household, situations: Situations) -> tuple[Person, ...]:
    """Return everyone of a family, asked, refused and withdrawn included, each as they are if they are of it."""
    asked = {one.person for one in found.asked}
    return tuple(
        Person(
            member,
            situations[member.person],
            _ties(found, member),
            _changes(found, member.person),
            member.person in asked,
            member.role is Role.CONTACT and bool(found.rights_of(member.person)),
        )
        for member in sorted(found.everyone, key=lambda one: _ORDER.index(one.role))
    )


def _ties(found: Household, member: Member) -> tuple[str, ...]:
    """Return « Mère de Loïc et Anna »; of a child, nothing: adults tell it."""
    links = {child: link for child, link in member.links.items() if child in found.names}
    names = {one.person: one.identity.called for one in found.everyone}
    return tuple(
        _("%(link)s : %(names)s", link=LINKS[link], names=together([names[child] for child in children]))
        for link in dict.fromkeys(links.values())
        if (children := [child for child, one in links.items() if one is link and child in names])
    )


def _changes(found: Household, person: int) -> tuple[Difference, ...]:
    pending, fact = found.pending.get(person), found.facts.get(person)
    if not pending or not fact or person == found.parent.person:
        return ()
    return between(declaration_of(fact, found.parent), pending.declaration, found.names)


def children(db: Database, found: Household, situations: Situations) -> tuple[Child, ...]:
    """Return the children of a family as it is; by another home of theirs, or on one day, they may be collected too."""
    by_home, one_days = _by_other_homes(db, found), one_day_told.in_short(db, found.id)
    return tuple(
        Child(
            member,
            _adults(found, member.person),
            (
                *_having(found, situations, member.person, Permission.COLLECT),
                *by_home.get(member.person, ()),
                *one_days.get(member.person, ()),
            ),
            _having(found, situations, member.person, Permission.EMERGENCY),
        )
        for member in found.members
        if member.role is Role.CHILD
    )


def _adults(found: Household, child: int) -> tuple[str, ...]:
    """Return « Mère : Camille Martin », of those who answer for a child."""
    return tuple(
        _("%(link)s : %(names)s", link=LINKS[one.links[child]], names=one.identity.name)
        for one in found.members
        if one.role is not Role.CONTACT and child in one.links
    )


def _by_other_homes(db: Database, found: Household) -> Mapping[int, tuple[str, ...]]:
    """Return, for each child, who may collect them by their other homes; contested, it is told."""
    told: dict[int, tuple[str, ...]] = {}
    for home in homes.others(db, found):
        names = (named(one.name, one.rights[home.child, Permission.COLLECT]) for one in home.collectors)
        said = tuple(_("%(name)s (par l'autre foyer)", name=name) for name in names)
        told[home.child] = (*told.get(home.child, ()), *said)
    return told


def _having(found: Household, situations: Situations, child: int, what: Permission) -> tuple[str, ...]:
    """Return who has a right now; contested, it is told."""
    return tuple(
        one.identity.name + ("" if stands.stage is Stage.ACCEPTED else f" ({str(STAGES[stands.stage]).lower()})")
        for one in found.members
        if (stands := situations[one.person].rights.get((child, what))) and stands.stage in _HELD
    )


def thread(db: Database, number: int) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Return what was asked, decided and answered, the oldest first; then who read it, the last first."""
    lines = tuple(Line(reference, entry) for reference, entry in journal.of_household(db, number))
    told = tuple(one for one in reversed(lines) if one.entry.action not in _READINGS)
    return told, tuple(one for one in lines if one.entry.action in _READINGS)
