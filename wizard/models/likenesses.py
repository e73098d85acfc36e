"""Who may be declared twice, in frozen records."""

from dataclasses import dataclass, field
from datetime import datetime

from wizard.models.codes import Role


@dataclass(frozen=True)
class Profile:
    """Someone as they are compared: their names and what their household is reached by.

    `surnames` are at birth and in use. A child has no phone of their own: `phones`, `emails` and `places` (number,
    street, postcode) are those of the parents, whose names are `parents`; `children` are the given names and birth
    dates of a parent's. `keys` are the Clés Enfance that the town gave.
    """

    person: int
    role: Role
    given_name: str
    surnames: tuple[str, ...]
    birthdate: str | None = None
    sex: str | None = None
    households: frozenset[int] = frozenset()
    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    places: frozenset[tuple[str | None, str, str]] = frozenset()
    keys: frozenset[str] = frozenset()
    parents: frozenset[tuple[str, str]] = frozenset()
    children: frozenset[tuple[str, str]] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Likeness:
    """Two records that may be of one person, why, and who said that they are not.

    `reasons` are codes with what was compared; `score` is how likely it is, out of a hundred.
    """

    id: int
    one: int
    other: int
    score: int
    reasons: tuple[tuple[str, ...], ...]
    found_at: datetime
    set_aside_at: datetime | None
    set_aside_by: str | None

    def other_than(self, person: int) -> int:
        """Return the other person of the two."""
        return self.other if person == self.one else self.one
