"""Places: a commune under one postcode and one former name, with the words by which it is called."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from sqlite3 import Connection

from wizard.addresses.communes import Commune, department_of, every_commune
from wizard.addresses.schema import PLACE_MARK, town_word
from wizard.addresses.words import fold, searched, split, written


@dataclass
class Places:
    """The places met so far; each is stored once."""

    db: Connection
    communes: dict[str, Commune] = field(default_factory=dict)
    former: dict[str, list[Commune]] = field(default_factory=dict)
    ids: dict[tuple[str, ...], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for commune in every_commune():
            if commune.former_of:
                self.former.setdefault(commune.former_of, []).append(commune)
            else:
                self.communes[commune.citycode] = commune

    def id_of(self, postcode: str, citycode: str, city: str, oldcitycode: str, oldcity: str) -> int:
        """Return the number of the place with these names and codes, which is added when it is new."""
        key = (postcode, citycode, city, oldcitycode, oldcity)
        if key not in self.ids:
            self.ids[key] = len(self.ids) + 1
            self._add(*key)
        return self.ids[key]

    def _add(self, postcode: str, citycode: str, city: str, oldcitycode: str, oldcity: str) -> None:
        commune = self.communes.get(citycode) or Commune(citycode, city, "", (), 0, None, None)
        called = replace(commune, name=city).city
        postcodes = [postcode] if postcode else list(commune.postcodes)
        formerly = [oldcity] if oldcity else [old.name for old in self.former.get(citycode, ())]
        codes = [*postcodes, department_of(citycode).lower()]
        district = city if called != city else ""
        other_words = " ".join([*map(written, [*formerly, district]), *codes])
        names = (citycode, called, district, oldcitycode, oldcity, postcodes[0] if postcodes else "")
        self.db.execute(
            "INSERT INTO places VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (len(self.ids), *names, written(called), other_words, commune.population),
        )

    def municipalities(self, departments: set[str] | None) -> Iterator[tuple[str, Commune, int]]:
        """Yield the communes and former communes of these départements, or all, each with its key and place."""
        for holder in self.communes.values():
            if not holder.postcodes or (departments is not None and holder.department not in departments):
                continue
            yield holder.citycode, holder, self.id_of("", holder.citycode, holder.name, "", "")
            for old in self.former.get(holder.citycode, ()):
                place = self.id_of("", holder.citycode, holder.name, old.citycode, old.name)
                # The commune that a new one is named after often leaves it its code.
                yield f"{old.citycode}_{'-'.join(split(fold(old.name)))}", old, place


def place_words(citycode: str, city_words: str, other_words: str) -> set[str]:
    """Return the words by which a street of this place is found, besides its name."""
    marked = {PLACE_MARK + word for word in searched(f"{city_words} {other_words}")}
    return marked | {town_word(citycode)}
