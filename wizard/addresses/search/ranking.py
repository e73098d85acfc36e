"""How well each street found fits what was typed: every word of the one and of the other counts."""

from collections.abc import Iterable, Sequence
from operator import mul
from sqlite3 import Connection
from typing import Any, NamedTuple

from wizard.addresses.lexicon import LIGHT_WORDS, STOP_WORDS
from wizard.addresses.search.query import Reading, in_full
from wizard.addresses.search.records import Area, Place, Ranked, Street
from wizard.addresses.search.terms import Term
from wizard.addresses.words import written

# What a perfect fit gets from each part; the preferences come on top. Chosen by hand, then each was taken out over
# 1,349 queries written in all the ways of tests/bench/habits.py and the keys struck for 180 addresses. Without NAMED,
# 2 fewer of the right addresses are first (but 7 % fewer keys); without KNOWN_DOOR, 27, and a fifth more keys;
# without PLACE_NAMED, 4; without IN_ORDER, 1, and 3 % more keys. FIRST_WORD moves none of them and costs 3 % of the
# keys: it keeps « rue st » before what lacks the word when « Rue du Stade » is a neighbour's.
TYPED, NAMED = 0.74, 0.12
KNOWN_DOOR, PLACE_NAMED, FIRST_WORD, IN_ORDER = 0.08, 0.03, 0.02, 0.04

WHOLE = 0.94  # a word as typed, abbreviated or joined; less is a correction or a beginning
NAMED_IN_FULL = 0.9  # of a name, more than this typed is all of it but an ending
LEAST_TYPED = 0.45  # of what was typed, less than this found fits nothing


class Word(NamedTuple):
    """A written word: what it counts in its name, which terms it meets, how well it was typed at best."""

    weight: float
    typed: float
    met: tuple[tuple[int, float], ...]
    is_telling: bool
    in_full: str


class Fit(NamedTuple):
    """How a name fits what was typed."""

    terms: list[float]  # how well it holds each
    share: float  # how much of it was typed
    first: float  # how well its first telling word was
    in_order: bool  # whether it was typed from its first word on


class Scorer:
    """Measures streets against the terms of one reading."""

    def __init__(self, reading: Reading, terms: Sequence[Term], area: Area) -> None:
        self.reading, self.area = reading, area
        self.weights = [term.weight for term in terms]
        self.total = sum(self.weights) or 1.0
        self.has_postcode = any(term.slot.is_postcode for term in terms)
        self.begun = [(i, term) for i, term in enumerate(terms) if term.prefix]
        self.likeness: dict[str, list[tuple[int, float]]] = {}
        self.groups: list[tuple[int, frozenset[str], float]] = []
        for i, term in enumerate(terms):
            for option, likeness in term.options.items():
                telling = frozenset(option.split()) - STOP_WORDS or frozenset(option.split())
                if len(telling) > 1:
                    self.groups.append((i, telling, likeness))
                for word in telling if len(telling) == 1 else ():
                    self.likeness.setdefault(word, []).append((i, likeness))
        self.words: dict[str, Word] = {}
        self.places: dict[int, tuple[list[float], float, float]] = {}

    def _word(self, word: str) -> Word:
        """Judge a word as the database writes it, its forms parted by bars."""
        forms, met = word.split("|"), dict[int, float]()
        for form in forms:
            for i, likeness in self.likeness.get(form, ()):
                met[i] = max(met.get(i, 0.0), likeness)
            for i, term in self.begun:
                if form.startswith(term.prefix):
                    met[i] = max(met.get(i, 0.0), term.begun(form))
        weight = 0.05 if forms[0] in STOP_WORDS else 0.4 if forms[0] in LIGHT_WORDS else 1.0
        typed = max(met.values(), default=1.0 if word in self.reading.fillers else 0.0)
        is_telling = forms[0] not in STOP_WORDS and forms[-1] not in LIGHT_WORDS
        self.words[word] = Word(weight, typed, tuple(met.items()), is_telling, in_full(forms))
        return self.words[word]

    def _name(self, text: str) -> Fit:
        """Return how a name, or a list of words, fits."""
        words = [self.words.get(word) or self._word(word) for word in text.split()]
        terms = [0.0] * len(self.weights)
        for word in words:
            for i, likeness in word.met:
                if likeness > terms[i]:
                    terms[i] = likeness
        if self.groups:
            words = self._rejoined(text, words, terms)
        weight = sum([word.weight for word in words]) or 1.0
        share = sum([word.weight * word.typed for word in words]) / weight
        first = next((word.typed for word in words if word.is_telling), 0.0)
        return Fit(terms, share, first, self._in_order(" ".join([word.in_full for word in words])))

    def _rejoined(self, text: str, words: list[Word], terms: list[float]) -> list[Word]:
        """Return the words, those typed run together as one counted too; `terms` learn how well."""
        for i, group, likeness in self.groups:
            if group <= {*text.replace("|", " ").split()}:
                terms[i] = max(terms[i], likeness)
                words = [
                    word._replace(typed=max(word.typed, likeness)) if group & {*forms.split("|")} else word
                    for forms, word in zip(text.split(), words, strict=True)
                ]
        return words

    def _in_order(self, name: str) -> bool:
        typed = self.reading.literal
        return name.startswith(typed) or typed.startswith(f"{name} ")

    def _place(self, place: Place) -> tuple[list[float], float, float]:
        """Return how well a place holds each term, how much of its name or former name was typed, its preference."""
        if place.id not in self.places:
            city, others = self._name(place.city_words), self._name(place.other_words)
            share = max(city.share, self._name(written(place.oldcity)).share if place.oldcity else 0.0)
            terms = [*map(max, city.terms, others.terms)]
            self.places[place.id] = terms, share, self.area.preference(place.citycode)
        return self.places[place.id]

    def score(self, street: Street, place: Place, door: tuple[str, bool] | None) -> Ranked | None:
        """Return the street with the door meant, or None when too little of what was typed is in it."""
        name = self._name(street.words)
        in_place, share, preference = self._place(place)
        if street.hamlets:
            in_place = [*map(max, in_place, self._name(street.hamlets).terms)]
        best = [*map(max, name.terms, in_place)]
        typed = sum(map(mul, self.weights, best)) / self.total
        if typed < LEAST_TYPED:
            return None
        score = TYPED * typed * self.reading.share + NAMED * name.share + PLACE_NAMED * share
        score += IN_ORDER * name.in_order
        suffix, known = door or (self.reading.typed_suffix, False)
        score += preference + FIRST_WORD * name.first + KNOWN_DOOR * known
        whole = min(best) > WHOLE and self.reading.share == 1
        at_postcode = self.has_postcode and whole and name.share > NAMED_IN_FULL
        placed = share > 0.7 or place.citycode == self.area.town or at_postcode
        return Ranked(score, street, place, self.reading.number, suffix, known, whole, placed, name.share)


def rank(db: Connection, rows: Iterable[tuple[Any, ...]], scorer: Scorer, places: dict[int, Place]) -> list[Ranked]:
    """Return the streets of these rows that fit."""
    streets = [Street._make(row) for row in rows]
    _load(db, {street.place for street in streets}, places)
    doors = _doors(db, [street.id for street in streets if street.doors], scorer.reading)
    scored = (scorer.score(street, places[street.place], doors.get(street.id)) for street in streets)
    return [ranked for ranked in scored if ranked]


def _load(db: Connection, wanted: set[int], places: dict[int, Place]) -> None:
    missing = tuple(wanted - places.keys())
    marks = ",".join("?" * len(missing))
    for row in db.execute(f"SELECT * FROM places WHERE id IN ({marks})", missing):
        places[row[0]] = Place(*row)


def _doors(db: Connection, streets: list[int], reading: Reading) -> dict[int, tuple[str, bool]]:
    """Return which of these streets have the number, under the first of its suffixes that they know."""
    found: dict[int, tuple[str, bool]] = {}
    if not reading.number:
        return found
    marks = ",".join("?" * len(streets))
    for suffix in reversed(reading.suffixes):
        having = f"SELECT street FROM doors WHERE street IN ({marks}) AND instr(numbers, ?)"
        for (street,) in db.execute(having, (*streets, f" {reading.number}{suffix} ")):
            found[street] = suffix, True
    return found
