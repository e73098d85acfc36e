"""The families as they leave for other software: facts alone, one family after the other, in one snapshot."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlite_utils import Database

from wizard.models import Member, Permission, Residence, Role
from wizard.services.household import each_of
from wizard.stores import exports, people
from wizard.stores.exports import Held

Homes = tuple[tuple[int, Residence | None], ...]
"""The households of a child, each with where it says that the child lives."""

# Where a child is at home first, of what two households say; of two that say the same, the older.
_NEAREST = (Residence.HERE, Residence.ALTERNATING, None, Residence.OTHER, Residence.OTHER_PARENT)


@dataclass(frozen=True)
class Surroundings:
    """What is known of all families at once: the children of two homes, the rights that are contested."""

    homes: Mapping[int, Homes]
    contested: frozenset[tuple[int, int, Permission]]

    @classmethod
    def read(cls, db: Database) -> "Surroundings":
        """Return those of a database."""
        return cls(exports.shared_children(db), exports.contested(db))


@dataclass(frozen=True)
class Family:
    """A household with a child: who is of it, each with their ties. `key` is None when it was only announced."""

    number: int
    key: str | None
    reference: str
    members: tuple[Member, ...]
    around: Surroundings

    @cached_property
    def parent(self) -> Member:
        """The representative."""
        return next(one for one in self.members if one.role is Role.REPRESENTATIVE)

    @cached_property
    def others(self) -> tuple[Member, ...]:
        """The co-representatives."""
        return self._of(Role.CO_REPRESENTATIVE)

    @cached_property
    def children(self) -> tuple[Member, ...]:
        """The children."""
        return self._of(Role.CHILD)

    @cached_property
    def contacts(self) -> tuple[Member, ...]:
        """Who may collect a child, or is called for one."""
        return self._of(Role.CONTACT)

    def _of(self, role: Role) -> tuple[Member, ...]:
        return tuple(one for one in self.members if one.role is role)

    @property
    def name(self) -> str:
        """Its name, as a list of families gives it."""
        identity = self.parent.identity
        return f"{identity.usage_name or identity.birth_name} {identity.given_name}".strip()

    @cached_property
    def names(self) -> Mapping[int, str]:
        """What everyone is called."""
        return {one.person: one.identity.name for one in self.members}

    @cached_property
    def facts(self) -> Held:
        """Who is of it and which rights were given, by number."""
        rights = ((one.person, *right) for one in self.members for right in each_of(one.rights))
        return Held(frozenset(one.person for one in self.members), frozenset(rights))

    def home(self, child: int) -> int:
        """Return the household in which a child is exported: the one that they live in, by what both say."""
        homes = self.around.homes.get(child, ((self.number, None),))
        return min(homes, key=lambda home: (_NEAREST.index(home[1]), home[0]))[0]

    def is_contested(self, contact: int, child: int, what: Permission) -> bool:
        """Whether another home of the child objects to a right, undecided."""
        return (contact, child, what) in self.around.contested


def every(db: Database) -> Iterator[Family]:
    """Give each family, of a database that does not change meanwhile (`db.snapshot`)."""
    around = Surroundings.read(db)
    for number, key, reference in exports.households(db):
        yield Family(number, key, reference, _members(db, number), around)


def one(db: Database, number: int, around: Surroundings) -> Family | None:
    """Return a family, if a child of it was accepted."""
    found = exports.household(db, number)
    return Family(number, *found, _members(db, number), around) if found else None


def _members(db: Database, number: int) -> tuple[Member, ...]:
    """Return who is of a household; a contact of whom every right was withdrawn is nobody outside the portal."""
    return tuple(one for one in people.members(db, number) if one.role is not Role.CONTACT or one.rights)
