"""How well each street found answers to what was typed: every word of the one and of the other counts."""

from collections.abc import Iterable, Sequence
from sqlite3 import Connection
from typing import Any

from wizard.addresses.lexicon import LIGHT_WORDS, STOP_WORDS
from wizard.addresses.places import written
from wizard.addresses.query import Reading, in_full
from wizard.addresses.records import Area, Place, Ranked, Street
from wizard.addresses.terms import Term

# What a perfect answer gets from each part; the preferences come on top.
TYPED, NAMED = 0.74, 0.12
KNOWN_DOOR, NO_DOORS, PLACE_NAMED, FIRST_WORD, IN_ORDER = 0.08, 0.02, 0.03, 0.02, 0.04

WHOLE = 0.94  # a word as typed, abbreviated or joined; less is a correction or a beginning
LEAST_TYPED = 0.45  # of what was typed, less than this found is no answer


class Scorer:
    """Measures streets against the terms of one reading."""

    def __init__(self, reading: Reading, terms: Sequence[Term], area: Area) -> None:
        self.reading, self.area = reading, area
        self.weights = [term.weight for term in terms]
        self.total = sum(self.weights) or 1.0
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
        self.words: dict[str, tuple[float, list[tuple[int, float]], str]] = {}
        self.places: dict[int, tuple[list[float], float]] = {}

    def _word(self, word: str) -> tuple[float, list[tuple[int, float]], str]:
        """How well a written word was typed at best, by which terms, and the word in full."""
        met: dict[int, float] = {}
        for form in word.split("|"):
            for i, likeness in self.likeness.get(form, ()):
                met[i] = max(met.get(i, 0.0), likeness)
            for i, term in self.begun:
                if form.startswith(term.prefix):
                    met[i] = max(met.get(i, 0.0), term.begun(form))
        filler = 1.0 if word in self.reading.fillers else 0.0
        return max(met.values(), default=filler), list(met.items()), in_full(word.split("|"))

    def _found(self, text: str) -> tuple[list[float], list[float]]:
        """For each term how well these words hold it, and for each word how well it was typed."""
        terms, covered = [0.0] * len(self.weights), []
        words = text.split()
        for word in words:
            if word not in self.words:
                self.words[word] = self._word(word)
            best, met, _ = self.words[word]
            covered.append(best)
            for i, likeness in met:
                terms[i] = max(terms[i], likeness)
        for i, group, likeness in self.groups:
            if group <= {*text.replace("|", " ").split()}:
                terms[i] = max(terms[i], likeness)
                parted = [likeness if group & {*word.split("|")} else 0.0 for word in words]
                covered = [max(pair) for pair in zip(covered, parted, strict=True)]
        return terms, covered

    def _in_order(self, text: str) -> bool:
        """Whether the name was typed from its first word on."""
        name, typed = " ".join([self.words[word][2] for word in text.split()]), self.reading.literal
        return name.startswith(typed) or typed.startswith(f"{name} ")

    def _place(self, place: Place) -> tuple[list[float], float]:
        """How well the place holds each term, and how much of its name was typed, or of its former name."""
        if place.id not in self.places:
            city, covered = self._found(place.city_words)
            others, _ = self._found(place.other_words)
            share = _share(place.city_words, covered)
            if place.oldcity:
                old_words = written(place.oldcity)
                share = max(share, _share(old_words, self._found(old_words)[1]))
            self.places[place.id] = [max(pair) for pair in zip(city, others, strict=True)], share
        return self.places[place.id]

    def score(self, street: Street, place: Place, door: tuple[str, bool] | None) -> Ranked | None:
        """The street as an answer, or None when too little of what was typed is in it."""
        in_name, covered = self._found(street.words)
        in_place, share = self._place(place)
        if street.hamlets:
            in_hamlet, _ = self._found(street.hamlets)
            in_place = [max(pair) for pair in zip(in_place, in_hamlet, strict=True)]
        best = [max(pair) for pair in zip(in_name, in_place, strict=True)]
        typed = sum(w * s for w, s in zip(self.weights, best, strict=True)) / self.total
        if typed < LEAST_TYPED:
            return None
        named = _share(street.words, covered)
        score = TYPED * typed * self.reading.share + NAMED * named + PLACE_NAMED * share
        score += IN_ORDER * self._in_order(street.words)
        score += self.area.preference(place.citycode) + FIRST_WORD * _first(street.words, covered)
        suffix, known = door or (self.reading.typed_suffix, False)
        if self.reading.number:
            score += KNOWN_DOOR if known else 0.0 if street.doors else NO_DOORS
        placed = share > 0.7 or place.citycode == self.area.town
        whole = min(best) > WHOLE and self.reading.share == 1
        return Ranked(score, street, place, self.reading.number, suffix, known, whole, placed, named)


def _share(text: str, covered: list[float]) -> float:
    """How much of the street's name was typed."""
    total = done = 0.0
    for word, likeness in zip(text.split(), covered, strict=True):
        first = word.split("|", 1)[0]
        weight = 0.05 if first in STOP_WORDS else 0.4 if first in LIGHT_WORDS else 1.0
        total += weight
        done += weight * likeness
    return done / (total or 1.0)


def _first(text: str, covered: list[float]) -> float:
    """Whether the first telling word of the name is among those typed."""
    for word, likeness in zip(text.split(), covered, strict=True):
        if word.split("|", 1)[0] not in STOP_WORDS and word.split("|")[-1] not in LIGHT_WORDS:
            return likeness
    return 0.0


def rank(db: Connection, rows: Iterable[tuple[Any, ...]], scorer: Scorer, places: dict[int, Place]) -> list[Ranked]:
    """The streets of these rows, the best first."""
    streets = [Street(*row) for row in rows]
    _load(db, {street.place for street in streets}, places)
    doors = _doors(db, [street.id for street in streets if street.doors], scorer.reading)
    scored = (scorer.score(street, places[street.place], doors.get(street.id)) for street in streets)
    return sorted((ranked for ranked in scored if ranked), key=lambda r: (-r.score, r.street.id))


def _load(db: Connection, wanted: set[int], places: dict[int, Place]) -> None:
    missing = tuple(wanted - places.keys())
    marks = ",".join("?" * len(missing))
    for row in db.execute(f"SELECT * FROM places WHERE id IN ({marks})", missing):
        places[row[0]] = Place(*row)


def _doors(db: Connection, streets: list[int], reading: Reading) -> dict[int, tuple[str, bool]]:
    """Which of these streets have the number, under the first of its suffixes that they know."""
    found: dict[int, tuple[str, bool]] = {}
    if not reading.number:
        return found
    marks = ",".join("?" * len(streets))
    for suffix in reversed(reading.suffixes):
        having = f"SELECT street FROM doors WHERE street IN ({marks}) AND instr(numbers, ?)"
        for (street,) in db.execute(having, (*streets, f" {reading.number}{suffix} ")):
            found[street] = suffix, True
    return found
