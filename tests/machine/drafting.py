"""What the draft of a family asks, as its pages do: everyone there, those changed, added and taken out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from wizard.models import Identity, Link, Member, Residence, Role
from wizard.services.deposit import Asked, Declared
from wizard.services.household import Household
from wizard.stores.answers import known_id

RESIDENCES = tuple(Residence)
LINKS = {
    Role.CHILD: (Link.MOTHER, Link.GUARDIAN),
    Role.CO_REPRESENTATIVE: (Link.FATHER, Link.STEP_PARENT, Link.GUARDIAN),
    Role.CONTACT: (Link.GRANDPARENT, Link.NEIGHBOUR),
}
BOXES = ((True, False), (False, True), (True, True))


@dataclass
class Drafting:
    """A draft opened now; `mark` and `number` tell the names and phones that this family types from any other's."""

    found: Household
    mark: str
    number: str
    people: dict[str, Declared] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    removed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        shown = [one for one in self.found.asked if self._is_shown(one)]
        here = {one.person for one in shown}
        self.people = {known_id(one.person): self._as_known(one, here) for one in shown}
        self.persons = {known_id(one): one for one in here}

    def _is_shown(self, one: Member) -> bool:
        gone = one.role is Role.CONTACT and not self.found.rights_of(one.person)
        return one.person != self.found.parent.person and not gone and not self.found.leaves(one.person)

    def _as_known(self, one: Member, here: Iterable[int]) -> Declared:
        mine = next(each for each in self.found.asked if each.person == self.found.parent.person)
        return Declared(
            known_id(one.person),
            one.role,
            one.identity,
            one.residence,
            same_address=one.address is not None,
            links={known_id(child): link for child, link in one.links.items() if child in here},
            my_link=mine.links.get(one.person) if one.role is Role.CHILD else None,
            rights={known_id(one.child): (one.may_collect, one.emergency) for one in one.rights if one.child in here},
        )

    @property
    def children(self) -> list[str]:
        """The children of the draft."""
        return [one.id for one in self.people.values() if one.role is Role.CHILD]

    def pick(self, which: int) -> str | None:
        """Return someone of the draft, whom the family knows already."""
        known = [one for one in self.people if one in self.persons]
        return known[which % len(known)] if known else None

    def add(self, role: Role, which: int, name: str) -> None:
        """Type someone new."""
        self.people[name] = self._typed(Declared(name, role, self._identity(role, name)), which)
        self.touched.add(name)
        for one in self.people.values() if role is Role.CHILD and which % 2 else ():
            if one.role is not Role.CHILD and one.id in self.persons:  # « aussi pour cet enfant »
                links = {**one.links, name: LINKS[one.role][which % 2]}
                rights = {**one.rights, name: BOXES[which % 3]} if one.role is Role.CONTACT else {}
                self.people[one.id] = replace(one, links=links, rights=rights)

    def change(self, one: str, which: int) -> None:
        """Say otherwise who someone is, where they live, what they may do."""
        was = self.people[one]
        named = replace(was, identity=replace(was.identity, birth_name=f"{self.mark} {which}"))
        self.people[one] = self._typed(named if which % 2 else was, which)
        self.touched.add(one)

    def remove(self, one: str) -> None:
        """Take someone out."""
        del self.people[one]
        self.removed.append(one)
        for other in self.people.values():
            links, rights = ({key: ties[key] for key in ties if key != one} for ties in (other.links, other.rights))
            self.people[other.id] = replace(other, links=links, rights=rights)

    def asked(self) -> Asked:
        """Return what is deposited."""
        unchanged = tuple(one for one in self.people if one not in self.touched)
        return Asked(tuple(self.people.values()), self.persons, unchanged, tuple(self.removed))

    def _identity(self, role: Role, name: str) -> Identity:
        number = f"+33{self.number}{int(name, 16) % 10000:04}"
        if role is Role.CHILD:
            return Identity(self.mark, name, birthdate=date(2019, 9, 3))
        return Identity(self.mark, name, phone=number, email=f"{name}@{self.mark.lower()}.example")

    def _typed(self, one: Declared, which: int) -> Declared:
        link = LINKS[one.role][which % len(LINKS[one.role])]
        if one.role is Role.CHILD:
            return replace(one, residence=RESIDENCES[which % 4], my_link=link)
        links: Mapping[str, Link] = dict.fromkeys(self.children, link)
        if one.role is Role.CO_REPRESENTATIVE:
            return replace(one, links=links, same_address=bool(which % 2))
        concerned = self.children[which % 2 :] or self.children
        return replace(one, links=dict.fromkeys(concerned, link), rights=dict.fromkeys(concerned, BOXES[which % 3]))
