"""What a person typed: a house number, words, and which of them may still be unfinished."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from wizard.addresses.lexicon import ABBREVIATIONS, LIGHT_WORDS, STOP_WORDS, is_kind
from wizard.addresses.search.door import HOUSE_NUMBER, door_of
from wizard.addresses.search.noise import clean, without_some_parts
from wizard.addresses.words import forms, split

MOST_WORDS = 16

FURTHER_NUMBER = re.compile(r"(?<=[^0-9a-z])[0-9]{1,4}(?![0-9])(?!(?:er|e|eme|ieme)\b)")

NUMBER_SIGN = re.compile(r"\b(?:n|no|num|numero)\W*$")
SHORTENED = re.compile(r"\b([a-z]{2,})\.")


@dataclass(frozen=True, slots=True)
class Slot:
    """One word to find, under any of its forms; the last one may be only a beginning."""

    word: str
    forms: tuple[str, ...]
    finished: bool = True
    shortened: bool = False  # by a full stop: « chât. »

    @property
    def weight(self) -> float:
        if self.word in STOP_WORDS or len(self.word) == 1:
            return 0.3
        if self.word.isdigit():
            return 0.6 if len(self.word) != 4 else 1.0
        return 0.5 if self.is_light else 1.0

    @property
    def is_postcode(self) -> bool:
        return len(self.word) == 5 and self.word.isdigit()

    @property
    def is_light(self) -> bool:
        """Whether it is only a kind of street."""
        return self.finished and not LIGHT_WORDS.isdisjoint(self.forms)


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand the text.

    `suffixes` are tried in turn among the doors of a street; « 12 a la Roche » may be 12a or 12.
    """

    number: str
    suffixes: tuple[str, ...]
    slots: tuple[Slot, ...]
    fillers: frozenset[str] = frozenset()
    literal: str = ""  # all the words in order, kinds of streets in full
    share: float = 1.0  # of the words typed, what it holds; less when parts of the text are left aside

    @property
    def typed_suffix(self) -> str:
        """The suffix to keep when the street has no such door."""
        return self.suffixes[0] if self.suffixes[-1] else ""

    def parted(self, word: str, left: str, right: str) -> "Reading":
        """Return the same reading, with one of the words taken for two."""
        slots = (
            half
            for slot in self.slots
            for half in (
                (
                    replace(slot, word=left, forms=forms([left])[0], finished=True),
                    replace(slot, word=right, forms=(right,)),
                )
                if slot.word == word
                else (slot,)
            )
        )
        return replace(self, slots=tuple(slots), literal=self.literal.replace(word, f"{left} {right}"))

    @property
    def names_a_street(self) -> bool:
        """Whether a kind of street comes first, so that a number before it can only be a door's."""
        return bool(self.slots) and is_kind(self.slots[0].word)


def readings(text: str) -> tuple[Reading, ...]:
    """Return the ways to understand a text, likeliest first; none when there is nothing to look for."""
    folded, finished = clean(text)
    return tuple(dict.fromkeys(reading for reading in _readings(folded, finished) if reading.slots))


def partial_readings(text: str) -> tuple[Reading, ...]:
    """Return the ways to understand a text less some of its parts."""
    folded, finished = clean(text)
    whole = _weight(_plain(folded, finished))
    shorter = dict.fromkeys(without_some_parts(folded))
    found = (next(_readings(part, finished or not folded.endswith(part[-1])), None) for part in shorter)
    return tuple(replace(one, share=_weight(one) / whole) for one in found if one and one.slots)


def _readings(folded: str, finished: bool) -> Iterator[Reading]:
    house = HOUSE_NUMBER.match(folded)
    if house and (leading := _leading(folded, house, finished)):
        if not leading.names_a_street:  # « 7500 Paris 12 rue Boyer »: a postcode cut short
            yield from (reading for reading, before_street in _inner(folded, finished) if before_street)
        yield leading
        if len(house["suffix"] or "") == 1 and house["gap"]:
            # « 9 N Route Nationale » may also be a name that begins with a letter.
            yield replace(_plain(folded[house.start("suffix") :], finished), number=leading.number)
        if not leading.names_a_street:
            yield _plain(folded, finished)
        return
    inner = list(_inner(folded, finished))
    yield from (reading for reading, before_street in inner if before_street)
    yield _plain(folded, finished)
    yield from (reading for reading, before_street in inner if not before_street)


def _leading(folded: str, house: re.Match[str], finished: bool) -> Reading | None:
    """Return the reading with the number first, as nearly everyone writes it."""
    number, suffixes, rest = door_of(folded, house, finished)
    return Reading(number, suffixes, *_slots(rest, finished)) if rest else None


def _inner(folded: str, finished: bool) -> Iterator[tuple[Reading, bool]]:
    """Yield the readings with the number further on: after the name (« rue d'Anjou 12 »), after a company or a town.

    With each reading, whether a kind of street follows the number.
    """
    for start in (match.start() for match in FURTHER_NUMBER.finditer(folded)):
        before, house = NUMBER_SIGN.sub("", folded[:start]), HOUSE_NUMBER.match(folded, start)
        if house and split(before):
            number, suffixes, rest = door_of(folded, house, finished)
            reading = Reading(number, suffixes, *_slots(f"{before} {rest}", finished or not rest))
            yield reading, any(is_kind(word) for word in split(rest)[:1])


def _weight(reading: Reading) -> float:
    return sum(slot.weight for slot in reading.slots)


def _plain(folded: str, finished: bool) -> Reading:
    return Reading("", ("",), *_slots(folded, finished))


def _slots(folded: str, finished: bool) -> tuple[tuple[Slot, ...], frozenset[str], str]:
    words = split(folded)[:MOST_WORDS]
    complete = words if finished else words[:-1]
    shortened = set(SHORTENED.findall(folded))
    all_slots = [Slot(word[0], word, shortened=word[0] in shortened) for word in forms(complete)]
    last = [Slot(word, (word,), finished=False) for word in words[len(complete) :]]
    slots = dict.fromkeys(slot for slot in all_slots if slot.word not in STOP_WORDS)
    fillers = frozenset(slot.word for slot in all_slots) & STOP_WORDS
    return (*slots, *last), fillers, " ".join(in_full(slot.forms) for slot in [*all_slots, *last])


def in_full(word_forms: Sequence[str]) -> str:
    """Return a word in full: « avenue » for « av »."""
    return word_forms[1] if len(word_forms) > 1 and word_forms[0] in ABBREVIATIONS else word_forms[0]
