"""Places: a commune under one postcode and one former name, with the words by which it is called."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from sqlite3 import Connection

from wizard.addresses.communes import Commune, department_of, every_commune
from wizard.addresses.lexicon import STOP_WORDS
from wizard.addresses.schema import PLACE_MARK
from wizard.addresses.words import fold, forms, split


def written(text: str) -> str:
    """Words apart by spaces, the forms of a word by bars: « gal|general|galerie leclerc »."""
    words = (dict.fromkeys(" ".join(word).split()) for word in forms(split(fold(text))))
    return " ".join(map("|".join, words))


def searched(words: str) -> set[str]:
    """The forms to index among written words."""
    found = set(words.replace("|", " ").split())
    return found - STOP_WORDS or found


@dataclass
class Places:
    """The places met so far; each is stored once."""

    db: Connection
    communes: dict[str, Commune] = field(default_factory=lambda: {c.citycode: c for c in every_commune()})
    former: dict[str, list[str]] = field(default_factory=dict)
    ids: dict[tuple[str, ...], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for commune in self.communes.values():
            if commune.former_of:
                self.former.setdefault(commune.former_of, []).append(commune.name)

    def id_of(self, postcode: str, citycode: str, city: str, oldcitycode: str, oldcity: str) -> int:
        """The place with these names and codes, made when it is new."""
        key = (postcode, citycode, city, oldcitycode, oldcity)
        if key not in self.ids:
            self.ids[key] = len(self.ids) + 1
            self._add(*key)
        return self.ids[key]

    def _add(self, postcode: str, citycode: str, city: str, oldcitycode: str, oldcity: str) -> None:
        commune = self.communes.get(citycode) or Commune(citycode, city, "", (), 0, None, None)
        called = replace(commune, name=city).city
        postcodes = [postcode] if postcode else list(commune.postcodes)
        formerly = [oldcity] if oldcity else self.former.get(citycode, [])
        codes = [*postcodes, department_of(citycode).lower()]
        district = city if called != city else ""
        other_words = " ".join([*map(written, [*formerly, district]), *codes])
        names = (citycode, called, district, oldcitycode, oldcity, postcodes[0] if postcodes else "")
        self.db.execute(
            "INSERT INTO places VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (len(self.ids), *names, written(called), other_words, commune.population),
        )

    def municipalities(self, departments: set[str] | None) -> Iterator[tuple[Commune, int]]:
        """The communes and former communes of these départements, or all, each with its place."""
        for commune in self.communes.values():
            if departments is not None and commune.department not in departments:
                continue
            holder = self.communes.get(commune.former_of, commune)
            if holder.postcodes:
                old = (commune.citycode, commune.name) if commune.former_of else ("", "")
                yield commune, self.id_of("", holder.citycode, holder.name, *old)


def place_words(citycode: str, city_words: str, other_words: str) -> set[str]:
    """What a street of this place is found by, besides its name."""
    marked = {PLACE_MARK + word for word in searched(f"{city_words} {other_words}")}
    return marked | {town_word(citycode)}


def town_word(citycode: str) -> str:
    """The word that all streets of a commune share, which no one types."""
    return PLACE_MARK * 2 + citycode.lower()
