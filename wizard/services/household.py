"""A household as it is, and as its family asks it to be: read once, for every page that shows it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from sqlite_utils import Database

from wizard.models import (
    Address,
    Confirmation,
    DecisionLine,
    Declaration,
    Deposited,
    Dossier,
    Link,
    Member,
    Objection,
    Permission,
    Right,
    Role,
    Withdrawal,
)
from wizard.stores import confirmations, declarations, dossiers, objections, people, withdrawals


@dataclass(frozen=True)
class Household:
    """What is true of a household, its `members`; what the family asked, was answered, took back; what contacts say.

    `objections` are those of their children's other homes to the rights that it gave.
    """

    id: int
    members: tuple[Member, ...]
    dossiers: tuple[Dossier, ...]
    declared: tuple[Deposited, ...]
    withdrawals: tuple[Withdrawal, ...]
    confirmations: tuple[Confirmation, ...] = ()
    objections: tuple[Objection, ...] = ()

    @cached_property
    def facts(self) -> Mapping[int, Member]:
        """The members by their number."""
        return {member.person: member for member in self.members}

    @cached_property
    def names(self) -> Mapping[int, str]:
        """The name of everyone of whom the family ever said something."""
        declared = {person: one.declaration.identity.name for person, one in self.last.items()}
        return declared | {member.person: member.identity.name for member in self.members}

    @cached_property
    def parent(self) -> Member:
        """The representative, whose account it is."""
        return next(member for member in self.members if member.role is Role.REPRESENTATIVE)

    @cached_property
    def last(self) -> Mapping[int, Deposited]:
        """What was declared last of each person, without the rights withdrawn since."""
        return {one.person: in_force(one, self.withdrawals) for one in self.declared}

    @cached_property
    def lines(self) -> Mapping[int, DecisionLine]:
        """What became of what was declared last of each person."""
        found = {(dossier.id, line.person): line for dossier in self.dossiers for line in dossier.lines}
        return {person: found[one.dossier, person] for person, one in self.last.items()}

    @cached_property
    def pending(self) -> Mapping[int, Deposited]:
        """What is asked of each person and was neither accepted nor refused."""
        return {
            person: one
            for person, one in self.last.items()
            if one.accepted_at is None and (self.lines[person].waits_for_town or self.lines[person].waits_for_family)
        }

    @cached_property
    def accepted(self) -> Mapping[int, Deposited]:
        """What was accepted last of each person: what is true of them, even if nothing is yet of whom it names."""
        return {one.person: in_force(one, self.withdrawals) for one in self.declared if one.accepted_at}

    @cached_property
    def open_dossier(self) -> Dossier | None:
        """The dossier in which what is asked next goes: there is one at a time."""
        return next((one for one in self.dossiers if not one.is_closed), None)

    def current(self, person: int) -> Declaration | None:
        """Return what the family says of someone: as it asks them to be, else as they are."""
        if person in self.pending:
            return self.pending[person].declaration
        if person not in self.facts:
            return None
        said = declaration_of(self.facts[person], self.parent)
        accepted = self.accepted.get(person)
        return replace(said, links=accepted.declaration.links, rights=accepted.declaration.rights) if accepted else said

    def leaves(self, person: int) -> bool:
        """Whether someone is asked to leave the household."""
        return person in self.pending and self.pending[person].declaration.leaves

    def rights_of(self, contact: int) -> tuple[tuple[int, Permission], ...]:
        """Return the rights that a contact has or waits for, and may lose."""
        said = (each[contact].declaration.rights for each in (self.accepted, self.pending) if contact in each)
        return tuple(dict.fromkeys(right for rights in said for right in each_of(rights)))

    @property
    def asked(self) -> tuple[Member, ...]:
        """Everyone as the family asks them to be; of whom it asks nothing, as they are."""
        pending = {person: one for person, one in self.pending.items() if person != self.parent.person}
        known = {person: self._as_accepted(member) for person, member in self.facts.items()}
        asked = known | {person: self._member(one) for person, one in pending.items()}
        return _linked(asked, pending, self.parent.person)

    @property
    def everyone(self) -> tuple[Member, ...]:
        """The members as they are, then those who are none: asked, refused, or withdrawn."""
        taken_back = {one.contact for one in self.withdrawals}
        known = {one for one, line in self.lines.items() if line.is_asked or one in taken_back}
        others = {person: self.last[person] for person in known - self.facts.keys()}
        others = {person: one for person, one in others.items() if not one.declaration.leaves}
        told = {person: self._member(one) for person, one in others.items()} | dict(self.facts)
        return _linked(told, others, self.parent.person)

    def _as_accepted(self, member: Member) -> Member:
        """Return a member with the ties that were accepted, even to children who are none yet."""
        if member.person not in self.accepted or member is self.parent:
            return member
        said = self.accepted[member.person].declaration
        return replace(member, links=member.links | _links(said), rights=said.rights)

    def _member(self, one: Deposited) -> Member:
        said = one.declaration
        return Member(
            person=one.person,
            role=said.role,
            identity=said.identity,
            address=self._address(said),
            links=_links(said),
            rights=said.rights,
            residence=said.residence,
            invite=said.invite,
        )

    def _address(self, said: Declaration) -> Address | None:
        if said.role is Role.REPRESENTATIVE:
            return said.address
        return self.parent.address if said.same_address else None


def read(db: Database, household: int) -> Household:
    """Return a household."""
    return Household(
        household,
        people.members(db, household),
        dossiers.of_household(db, household),
        declarations.of_household(db, household),
        withdrawals.of_household(db, household),
        confirmations.of_household(db, household),
        objections.against_household(db, household),
    )


def _linked(known: dict[int, Member], declared: Mapping[int, Deposited], parent: int) -> tuple[Member, ...]:
    """Return these people, adults with who the children `declared` say that they are, unless they say it themselves."""
    for person, one in declared.items():
        for adult, link in one.declaration.links.items() if one.declaration.role is Role.CHILD else ():
            if adult in known:
                said, own = {person: link}, known[adult].links
                known[adult] = replace(known[adult], links=own | said if adult == parent else said | own)
    return tuple(known[person] for person in sorted(known))


def declaration_of(member: Member, parent: Member) -> Declaration:
    """Return what declares someone as they are; who the parent is to a child is said of the child."""
    own = member.role is Role.REPRESENTATIVE
    mine = parent.links.get(member.person)
    links = ({parent.person: mine} if mine else {}) if member.role is Role.CHILD else {} if own else member.links
    return Declaration(
        role=member.role,
        identity=member.identity,
        residence=member.residence,
        same_address=not own and member.address is not None,
        address=member.address if own else None,
        links=links,
        rights=member.rights,
    )


def _links(said: Declaration) -> dict[int, Link]:
    return {} if said.role is Role.CHILD else dict(said.links)


def in_force(one: Deposited, taken: Iterable[Withdrawal]) -> Deposited:
    """Return a declaration without the rights that were withdrawn after it."""
    gone = {(each.child, each.what) for each in taken if each.contact == one.person and each.version >= one.version}
    if not gone:
        return one
    return replace(one, declaration=replace(one.declaration, rights=without(one.declaration.rights, gone)))


def without(rights: Iterable[Right], gone: Iterable[tuple[int, Permission]]) -> tuple[Right, ...]:
    """Return the rights that are left."""
    taken = frozenset(gone)
    left = (
        Right(
            right.child,
            right.may_collect and (right.child, Permission.COLLECT) not in taken,
            right.emergency and (right.child, Permission.EMERGENCY) not in taken,
        )
        for right in rights
    )
    return tuple(right for right in left if right.may_collect or right.emergency)


def each_of(rights: Iterable[Right]) -> tuple[tuple[int, Permission], ...]:
    """Return each right by itself: for which child, to do what; collecting first."""
    given = tuple(rights)
    collects = [(right.child, Permission.COLLECT) for right in given if right.may_collect]
    return (*collects, *((right.child, Permission.EMERGENCY) for right in given if right.emergency))
