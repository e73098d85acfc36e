"""The words of a query as the vocabulary knows them: joined, parted, corrected."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import log10
from sqlite3 import Connection

from rapidfuzz.distance import OSA

from wizard.addresses.lexicon import STOP_WORDS
from wizard.addresses.parting import apart, is_stop_words, known, parts
from wizard.addresses.query import Slot
from wizard.addresses.schema import PLACE_MARK
from wizard.addresses.spelling import distance_to_beginning, is_correctable, keys, sound_key
from wizard.addresses.words import forms

ABBREVIATED = 0.97
REJOINED = 0.95
SOUNDS_ALIKE = 0.75
CORRECTIONS = 12  # at most, for one word
OPTIONAL = 0.2  # what an article misspelt weighs
COMMON_USES = 500  # so common a word is hardly a mistake
COMMON = 0.05  # « re » is rather « rue » than « Retz »: what ten times more uses weigh in the choice


@dataclass
class Term:
    """What may stand for one word, and how well (1 is the word itself); several words must all be there."""

    slot: Slot
    options: dict[str, float] = field(default_factory=dict)
    prefix: str = ""
    uses: int = 0  # of the word in the vocabulary
    optional: bool = False  # it may be missing: an article misspelt

    @property
    def weight(self) -> float:
        return OPTIONAL if self.optional else self.slot.weight

    @property
    def is_short(self) -> bool:
        """Whether so little of it is typed that very many words begin so."""
        return not self.slot.finished and len(self.slot.word) < 3

    @property
    def begins_article(self) -> bool:
        """Whether it may also become « de » or « les »."""
        return not self.slot.finished and any(stop.startswith(self.slot.word) for stop in STOP_WORDS)

    def begun(self, word: str) -> float:
        """How well a word is meant by its beginning: less when the typed word was finished."""
        if self.slot.shortened:
            return ABBREVIATED
        return (0.7 if self.slot.finished else 0.9) + 0.1 * len(self.prefix) / len(word)

    @property
    def match(self) -> str:
        """As the full-text index is asked."""
        asked = [_all_of(option) for option in self.options]
        if self.prefix:
            asked += [f'"{self.prefix}"*', f'"{PLACE_MARK}{self.prefix}"*']
        return f"({' OR '.join(asked)})"

    @property
    def match_name(self) -> str:
        """The same, in the name of the street only."""
        asked = [" AND ".join(f'"{word}"' for word in _telling(option)) for option in self.options]
        asked = [f"({words})" if " AND " in words else words for words in asked]
        if self.prefix:
            asked.append(f'"{self.prefix}"*')
        return f"({' OR '.join(asked)})"


def _all_of(option: str) -> str:
    words = [f'"{word}" OR "{PLACE_MARK}{word}"' for word in _telling(option)]
    return words[0] if len(words) == 1 else f"(({') AND ('.join(words)}))"


def _telling(option: str) -> list[str]:
    words = option.split()
    return [word for word in words if word not in STOP_WORDS] or words


def terms_of(db: Connection, slots: Sequence[Slot], fillers: Iterable[str]) -> list[Term]:
    """Each word under its forms; « bellevue » also as « belle vue », and the other way round."""
    terms = [_term(slot) for slot in slots]
    parted = {slot.word: list(parts(slot.word)) for slot in slots if slot.finished or len(slot.word) > 4}
    joined = {a.word + b.word: (i, i + 1) for i, (a, b) in enumerate(pairwise(slots))}
    joined |= {word: (i, i) for i, slot in enumerate(slots) for f in fillers for word in (f + slot.word, slot.word + f)}
    typed = [slot.word for slot in slots]
    uses = known(db, [*typed, *joined, *(half for pairs in parted.values() for pair in pairs for half in pair)])
    for word, positions in joined.items():
        if word in uses:
            for position in positions:
                terms[position].options.setdefault(word, REJOINED)
    for term in terms:
        term.uses = uses.get(term.slot.word, 0)
        term.optional = term.slot.finished and is_stop_words(term.slot.word)
        pairs = [pair for pair in parted.get(term.slot.word, ()) if pair[0] in uses and pair[1] in uses]
        for pair in sorted(pairs, key=lambda pair: -min(uses[pair[0]], uses[pair[1]]))[:2]:
            term.options.setdefault(" ".join(pair), REJOINED)
    return terms


def _term(slot: Slot) -> Term:
    if not slot.finished:
        return Term(slot, {}, slot.word)
    forms_of_it = dict.fromkeys(slot.forms, ABBREVIATED) | {slot.word: 1.0}
    return Term(slot, forms_of_it, slot.word if slot.shortened else "")


def loosen(db: Connection, term: Term, *, farthest: int) -> None:
    """Let a word stand for those it may have been meant for: misspelt, cut short, an initial, run together."""
    word = term.slot.word
    common = farthest == 1 and term.uses > COMMON_USES
    found = {} if common else corrections(db, term.slot, farthest=farthest)
    if not term.uses:
        found |= dict.fromkeys(apart(db, word), REJOINED)
        term.optional |= len(word) < 5 and any(OSA.distance(word, stop) < 2 for stop in STOP_WORDS)
    if not term.slot.finished:
        found |= {form: ABBREVIATED for forms_of_word in forms([word]) for form in forms_of_word[1:]}
        term.optional = term.optional or word in STOP_WORDS
    elif (not term.uses and len(word) > 2) or (term.slot.forms == (word,) and len(word) == 1):
        term.prefix = word
    for option, likeness in found.items():
        term.options.setdefault(option, likeness)


def corrections(db: Connection, slot: Slot, *, farthest: int) -> dict[str, float]:
    """The words of the vocabulary that may be this one misspelt, best first."""
    word = slot.word
    if not is_correctable(word):
        return {}
    farthest = farthest if len(word) > 3 and word.isalpha() else 1
    letters = set(word)
    found = dict.fromkeys(_heard_as(db, word), SOUNDS_ALIKE)
    for candidate, uses in _spelt_as(db, list(keys(word, farthest))):
        longer = len(candidate) - len(word)
        unfinished = longer > farthest and not slot.finished and len(word) > 3
        if (abs(longer) > farthest and not unfinished) or len(letters.difference(candidate)) > farthest:
            continue
        far = distance_to_beginning(word, candidate, farthest) if unfinished else OSA.distance(word, candidate)
        if far <= farthest:
            found[candidate, uses] = max(found.get((candidate, uses), 0.0), likeness_of(far, len(word)))
    best = sorted(found, key=lambda c: found[c] + COMMON * log10(c[1]) + (c[0][0] == word[0]) / 100)
    return {candidate: found[candidate, uses] for candidate, uses in best[-CORRECTIONS:] if candidate != word}


def likeness_of(far: int, length: int) -> float:
    """How much a word that many mistakes away is worth: a mistake weighs more in a short word."""
    return max(0.3, 1.0 - far * (0.12 + 0.5 / length))


def _heard_as(db: Connection, word: str) -> list[tuple[str, int]]:
    """The words said like this one, unless they are written quite otherwise."""
    if not word.isalpha() or len(word) < 4:
        return []
    return [(w, uses) for w, uses in _spelt_as(db, [sound_key(word)]) if OSA.distance(word, w) <= len(word) // 2]


def _spelt_as(db: Connection, asked: Sequence[int]) -> list[tuple[str, int]]:
    """The words with one of these keys, and their uses."""
    marks = ",".join("?" * len(asked))
    found = db.execute(f"SELECT words FROM spellings WHERE key IN ({marks})", asked)
    identifiers = {identifier for (packed,) in found for identifier in array("I", packed)}
    marks = ",".join("?" * len(identifiers))
    words = f"SELECT word, uses FROM vocabulary WHERE id IN ({marks})"
    return db.execute(words, tuple(identifiers)).fetchall() if identifiers else []
