"""Who may be declared twice, as the page of a dossier and the page of the two records show it."""

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from wizard.models import Likeness
from wizard.services.duplicates import finding, words
from wizard.stores import dossiers, likenesses, profiles


@dataclass(frozen=True)
class Alike:
    """Another record that may be of the same person: whose name, in which dossier, and what agrees.

    `within` is one of the same household.
    """

    id: int
    person: int
    name: str
    reference: str | None
    within: bool
    score: int
    agreeing: tuple[str, ...]
    set_aside_at: datetime | None
    set_aside_by: str | None


def of_household(db: Database, household: int) -> dict[int, tuple[Alike, ...]]:
    """Return, for each person of a household, the other records that may be of them, the likeliest first."""
    finding.of_household(db, household)
    own = profiles.housemates(db, [household])
    found: dict[int, tuple[Alike, ...]] = {}
    for likeness in likenesses.of_people(db, own):
        for person in own & {likeness.one, likeness.other}:
            found[person] = (*found.get(person, ()), _alike(db, household, likeness, likeness.other_than(person)))
    return found


def _alike(db: Database, household: int, likeness: Likeness, other: int) -> Alike:
    homes = likenesses.homes(db, other)
    elsewhere = sorted(homes - {household}) or sorted(homes)
    last = next((one for home in elsewhere for one in dossiers.of_household(db, home)), None)
    return Alike(
        likeness.id,
        other,
        likenesses.name(db, other),
        last.reference if last else None,
        household in homes,
        likeness.score,
        words.agreeing(likeness),
        likeness.set_aside_at,
        likeness.set_aside_by,
    )
