"""What the database holds, read back; the area that is preferred; a street that fits what was typed."""

from dataclasses import dataclass
from typing import NamedTuple

from wizard.addresses.communes import department_of

# Added to a score that goes from 0 to 1. Without TOWN, a seventh more keys bring an address of the town among the
# five; the two others order what is out of it, nearest first.
TOWN, NEIGHBOUR, DEPARTMENT = 0.13, 0.07, 0.02


class Street(NamedTuple):
    """A row of `streets`."""

    id: int
    key: str
    type: str
    name: str
    words: str
    hamlets: str
    place: int
    source: int
    lat: int | None
    lon: int | None
    doors: int


class Place(NamedTuple):
    """A row of `places`."""

    id: int
    citycode: str
    city: str
    district: str
    oldcitycode: str
    oldcity: str
    postcode: str
    city_words: str
    other_words: str
    population: int


@dataclass(frozen=True, slots=True)
class Area:
    """The town, its neighbours: what is preferred when the words leave the choice."""

    town: str = ""
    neighbours: frozenset[str] = frozenset()

    def preference(self, citycode: str) -> float:
        if citycode == self.town:
            return TOWN
        if citycode in self.neighbours:
            return NEIGHBOUR
        return DEPARTMENT if self.town and department_of(citycode) == department_of(self.town) else 0.0


class Ranked(NamedTuple):
    """A street with the door meant, and how well both fit."""

    score: float
    street: Street
    place: Place
    number: str
    suffix: str
    number_known: bool
    whole: bool  # every word typed was found, each as a whole word
    placed: bool  # the town was typed, or its postcode after a name in full, or it is this town
    named: float = 1.0  # how much of the name was typed
