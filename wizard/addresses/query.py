"""What a person typed: a house number, words, and which of them may still be unfinished."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from wizard.addresses.lexicon import ABBREVIATIONS, LIGHT_WORDS, REPETITIONS, STOP_WORDS
from wizard.addresses.words import fold, forms, split

LONGEST = 200  # characters read; the rest of a longer text is ignored
MOST_WORDS = 16

# What people write around an address, and within it for the postman or the visitor.
NOISE = re.compile(
    r"""^\W*(?:mon\ |notre\ )?(?:adresse|domicile)\b(?:\ (?:postale|est|actuelle))*\W*
      | ^\W*(?:j\W?habite|nous\ habitons|je\ (?:suis|vis|reside)|domiciliee?)\W+(?:(?:au|a|aux|en|dans)\b)?
      | \bcedex\b(?:\ *[0-9]{1,2}\b)? | \b(?:bp|cs|tsa|b\.p\.|c\.s\.|boite\ postale)\W*[0-9]{1,6}\b
      | \b(?:appt?|apt|appart|appartement|logt|logement|bat|batiment|bt|etg|etage|esc|escalier|hall|porte|lgt)
        \b[ .:°n]*(?:[0-9]+[a-z]?|[a-z][0-9]*)\b(?!')
      | \b[0-9]+\ *(?:er|e|eme|ieme|nd)\ +(?:etage|etg|droite|gauche)\b | \b(?:rdc|rez\W+de\W+chaussee)\b
      | \b(?:lieu\W?dit|ld)\b | \bfrance\W*$ | (?:\bc/o\b|\bchez\b)[^,;\n]*[,;\n]""",
    re.VERBOSE,
)
UPON = re.compile(r"\bs/\s*")
HOUSE_NUMBER = re.compile(
    r"""\W*(?:(?:n|no|num|numero)\W*)?(?P<number>[0-9]{1,4})(?:\ ?[-/&]\ ?[0-9]{1,4}(?![0-9]))?
        (?:(?P<gap>[ ]*)(?P<suffix>bis|ter|quater|quinquies|[a-z]{1,2}[0-9]{0,2})(?![a-z0-9'’]))?
        (?![0-9a-z])(?P<end>\W*)""",
    re.VERBOSE,
)

ARTICLES = STOP_WORDS - {"a", "d", "l"}


@dataclass(frozen=True, slots=True)
class Slot:
    """One word to find, under any of its forms; the last one may be only a beginning."""

    word: str
    forms: tuple[str, ...]
    finished: bool = True

    @property
    def weight(self) -> float:
        if self.word in STOP_WORDS or len(self.word) == 1:
            return 0.3
        if self.word.isdigit():
            return 0.6 if len(self.word) != 4 else 1.0
        return 0.5 if self.is_light else 1.0

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

    @property
    def typed_suffix(self) -> str:
        """The suffix to keep when the street has no such door."""
        return self.suffixes[0] if self.suffixes[-1] else ""

    @property
    def names_a_street(self) -> bool:
        """Whether a kind of street comes first, so that a number before it can only be a door's."""
        return bool(self.slots) and _is_light(self.slots[0].word)


def readings(text: str) -> tuple[Reading, ...]:
    """The ways to understand a text, likeliest first; none when there is nothing to look for."""
    folded = fold(text[:LONGEST]).replace("’", "'")
    folded = folded[: 2 * LONGEST]
    finished = not folded[-1:].isalnum()
    folded = UPON.sub("sur ", folded)
    folded = " ".join(NOISE.sub(" ", folded).split())
    found = [reading for reading in _readings(folded, finished) if reading.slots]
    return tuple(dict.fromkeys(found))


def _readings(folded: str, finished: bool) -> Iterator[Reading]:
    house = HOUSE_NUMBER.match(folded)
    if house and (leading := _leading(folded, house, finished)):
        yield leading
        if len(house["suffix"] or "") == 1 and house["gap"]:
            # « 9 N Route Nationale » may also be a name that begins with a letter.
            yield replace(_plain(folded[house.start("suffix") :], finished), number=leading.number)
        if not leading.names_a_street:
            yield _plain(folded, finished)
        return
    plain = _plain(folded, finished)
    inner = list(_inner(folded, plain))
    yield from (reading for reading, before_street in inner if before_street)
    yield plain
    yield from (reading for reading, before_street in inner if not before_street)


def _leading(folded: str, house: re.Match[str], finished: bool) -> Reading | None:
    """The number first, as nearly everyone writes it."""
    number, suffix, rest = house["number"], house["suffix"] or "", folded[house.end() :]
    following = split(rest)[:1]
    street = bool(following) and _is_light(following[0])
    attached = house["gap"] == ""
    certain = bool(suffix) and (attached or street or suffix in REPETITIONS or "," in house["end"])
    unlikely = _is_light(suffix) or (len(suffix) > 1 and suffix.isalpha() and not certain) or suffix in ARTICLES
    if suffix and not attached and ((not rest and not finished) or unlikely):
        rest, suffix = folded[house.start("suffix") :], ""
    if not rest:
        return None
    return Reading(number.lstrip("0") or "0", suffixes_of(suffix, certain=certain), *_slots(rest, finished))


def _inner(folded: str, plain: Reading) -> Iterator[tuple[Reading, bool]]:
    """The number further on: after the name (« rue d'Anjou 12, Oudon »), or before it, after a company or a town.

    With each reading, whether a kind of street follows the number.
    """
    for position, slot in enumerate(plain.slots):
        if not (slot.word.isdigit() and len(slot.word) <= 4 and position):
            continue
        before, after = plain.slots[:position], plain.slots[position + 1 :]
        suffix = _inner_suffix(folded, slot.word, after)
        after = after[1:] if suffix else after
        number = slot.word.lstrip("0") or "0"
        found = replace(plain, number=number, suffixes=suffixes_of(suffix, certain=True))
        before_street = bool(after) and _is_light(after[0].word)
        yield replace(found, slots=before + after), before_street
        if before_street:
            yield replace(found, slots=after), True


def _inner_suffix(folded: str, number: str, after: Sequence[Slot]) -> str:
    """The suffix of a number further on: « 12 bis », « 12v », « 12 b rue »."""
    word = after[0].word if after else ""
    if word in REPETITIONS or re.search(rf"\b{number}{word}\b", folded):
        return word
    return word if len(word) == 1 and len(after) > 1 and _is_light(after[1].word) else ""


def suffixes_of(suffix: str, *, certain: bool) -> tuple[str, ...]:
    """How the data may write a suffix: « bis » is also « b »."""
    if not suffix:
        return ("",)
    full = {short: long for long, short in REPETITIONS.items()}
    other = REPETITIONS.get(suffix) or full.get(suffix)
    return (suffix, *([other] if other else []), *([] if certain else [""]))


def _plain(folded: str, finished: bool) -> Reading:
    return Reading("", ("",), *_slots(folded, finished))


def _slots(folded: str, finished: bool) -> tuple[tuple[Slot, ...], frozenset[str], str]:
    words = split(folded)[:MOST_WORDS]
    complete = words if finished else words[:-1]
    all_slots = [Slot(word[0], word) for word in forms(complete)]
    last = [Slot(word, (word,), finished=False) for word in words[len(complete) :]]
    slots = [slot for slot in all_slots if slot.word not in STOP_WORDS]
    fillers = frozenset(slot.word for slot in all_slots) & STOP_WORDS
    return (*slots, *last), fillers, " ".join(in_full(slot.forms) for slot in [*all_slots, *last])


def in_full(word_forms: Sequence[str]) -> str:
    """« avenue » for « av »."""
    return word_forms[1] if len(word_forms) > 1 and word_forms[0] in ABBREVIATIONS else word_forms[0]


def _is_light(word: str) -> bool:
    return word in LIGHT_WORDS or bool(LIGHT_WORDS & {*ABBREVIATIONS.get(word, ())})
