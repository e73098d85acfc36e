"""Whether someone may be someone already there: by their names however they are spelled, and their birth date."""

from collections.abc import Iterable
from typing import NamedTuple

from wizard.stores.people_search import folded
from wizard.values.dates import BirthDate


class Likeness(NamedTuple):
    """What someone is recognised by."""

    given_name: str
    birth_name: str
    usage_name: str | None = None
    birthdate: BirthDate | None = None

    @property
    def name(self) -> str:
        """Given name and the name in use."""
        return f"{self.given_name} {self.usage_name or self.birth_name}".strip()


def resembling(one: Likeness, others: Iterable[Likeness]) -> Likeness | None:
    """Return the first of `others` who may be the same person, to be asked about: namesakes there are."""
    return next((other for other in others if _is_like(one, other)), None)


def _is_like(one: Likeness, other: Likeness) -> bool:
    """Whether the given names are the same and one surname is, unless birth dates tell them apart."""
    same_given_name = folded(one.given_name) == folded(other.given_name)
    return same_given_name and bool(_surnames(one) & _surnames(other)) and _may_agree(one.birthdate, other.birthdate)


def _surnames(one: Likeness) -> set[str]:
    return {folded(one.birth_name), folded(one.usage_name or "")} - {""}


def _may_agree(one: BirthDate | None, other: BirthDate | None) -> bool:
    """Whether two birth dates may be the same, as far as both are known."""
    if one is None or other is None:
        return True
    mine, theirs = one.isoformat(), other.isoformat()
    return mine.startswith(theirs) or theirs.startswith(mine)
