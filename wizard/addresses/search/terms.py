"""The words of a query as the vocabulary knows them: joined, parted, corrected."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import log10

from rapidfuzz.distance import OSA

from wizard.addresses.lexicon import STOP_WORDS
from wizard.addresses.schema import PLACE_MARK
from wizard.addresses.search.parting import apart, is_like_article, is_stop_words, parts
from wizard.addresses.search.query import Slot
from wizard.addresses.search.vocabulary import Vocabulary
from wizard.addresses.spelling import distance_to_beginning, is_correctable, keys, sound_key
from wizard.addresses.words import forms, telling

ABBREVIATED = 0.97
REJOINED = 0.95
SOUNDS_ALIKE = 0.75
CORRECTIONS = {1: 30, 2: 12}  # at most, for one word, by how far they may be
OPTIONAL = 0.2  # what an article misspelt weighs
COMMON_USES = 500  # so common a word is hardly a mistake
RARE_USES = 20  # of a word that may rather be an article misspelt
COMMON = 0.05  # « re » is rather « rue » than « Retz »: what ten times more uses weigh in the choice


@dataclass
class Term:
    """What may stand for one word, and how well (1 is the word itself); several words must all be there."""

    slot: Slot
    vocabulary: Vocabulary
    prefix: str = ""
    optional: bool = False  # it may be missing: an article misspelt
    options: dict[str, float] = field(default_factory=dict)

    def add(self, options: Mapping[str, float]) -> None:
        """Let it also stand for these, of which the database has all the words."""
        for option, likeness in options.items():
            if all(map(self.vocabulary.uses, telling(option.split()))):
                self.options.setdefault(option, likeness)

    @property
    def uses(self) -> int:
        """How often the word itself is used."""
        return self.vocabulary.uses(self.slot.word)

    @property
    def weight(self) -> float:
        return OPTIONAL if self.optional else self.slot.weight

    @property
    def is_short(self) -> bool:
        """Whether so little of it is typed that very many words begin so."""
        return not self.slot.finished and len(self.slot.word) < 3

    @property
    def is_stray(self) -> bool:
        """Whether it may be what is left of an article, or a key struck by mistake: « rue u Couédic »."""
        word = self.slot.word
        if not self.slot.finished or not word.isalpha() or self.slot.is_light or len(word) > 2:
            return False
        return len(word) == 1 or any(OSA.distance(word, stop) < 2 for stop in STOP_WORDS if len(stop) > 1)

    @property
    def is_code(self) -> bool:
        """Whether it may be a postcode, cut short or wrong."""
        return self.slot.is_postcode or (self.slot.word.isdigit() and len(self.slot.word) > 2 and not self.uses)

    @property
    def begins_article(self) -> bool:
        """Whether it may also become « de » or « les »."""
        return not self.slot.finished and any(stop.startswith(self.slot.word) for stop in STOP_WORDS)

    def begun(self, word: str) -> float:
        """Return how well a word is meant by its beginning: less when the typed word was finished."""
        if self.slot.shortened:
            return ABBREVIATED
        return (0.7 if self.slot.finished else 0.9) + 0.1 * len(self.prefix) / len(word)

    @property
    def match(self) -> str:
        """As the full-text index is asked; empty when nothing has it."""
        asked = [" AND ".join(f"({self.vocabulary.asked(word)})" for word in words) for words in self._options()]
        if self.prefix:
            asked += [f'"{self.prefix}"*', f'"{PLACE_MARK}{self.prefix}"*']
        return _any_of(asked)

    @property
    def match_name(self) -> str:
        """The same, in the name of the street only."""
        asked = [" AND ".join(f'"{word}"' for word in words) for words in self._options()]
        if self.prefix:
            asked.append(f'"{self.prefix}"*')
        return _any_of(asked)

    def _options(self) -> Iterator[list[str]]:
        return (telling(option.split()) for option in self.options)


def _any_of(asked: list[str]) -> str:
    return f"({' OR '.join(f'({one})' for one in asked)})" if asked else ""


def terms_of(vocabulary: Vocabulary, slots: Sequence[Slot], fillers: Iterable[str]) -> list[Term]:
    """Return each word under its forms; « bellevue » also as « belle vue », and the other way round."""
    parted = {slot.word: list(parts(slot.word)) for slot in slots if slot.finished or len(slot.word) > 4}
    joined = _joined(slots, fillers)
    written = [word for slot in slots for form in slot.forms for word in form.split()]
    vocabulary.learn([*written, *joined, *(half for pairs in parted.values() for pair in pairs for half in pair)])
    terms = [_term(slot, vocabulary) for slot in slots]
    for word, positions in joined.items():
        for position in positions:
            terms[position].add({word: REJOINED})
    for term in terms:
        term.add(dict.fromkeys(_commonest(vocabulary, parted.get(term.slot.word, [])), REJOINED))
    return terms


def _joined(slots: Sequence[Slot], fillers: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Return two words written as one, a small one with what it goes with too, and where they are."""
    joined = {a.word + b.word: (i, i + 1) for i, (a, b) in enumerate(pairwise(slots))}
    return joined | {
        word: (i, i) for i, slot in enumerate(slots) for f in fillers for word in (f + slot.word, slot.word + f)
    }


def _commonest(vocabulary: Vocabulary, pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Return the two pairs whose halves are the most used."""
    known = [pair for pair in pairs if all(map(vocabulary.uses, pair))]
    return [" ".join(pair) for pair in sorted(known, key=lambda pair: -min(map(vocabulary.uses, pair)))[:2]]


def _term(slot: Slot, vocabulary: Vocabulary) -> Term:
    if not slot.finished:
        return Term(slot, vocabulary, slot.word if vocabulary.begins(slot.word) else "")
    term = Term(slot, vocabulary, slot.word if slot.shortened else "", is_stop_words(slot.word))
    term.add(dict.fromkeys(slot.forms, ABBREVIATED) | {slot.word: 1.0})
    return term


def loosen(term: Term, *, farthest: int, even_common: bool = False) -> None:
    """Let a word stand for those it may have been meant for: misspelt, cut short, an initial, run together."""
    vocabulary, word = term.vocabulary, term.slot.word
    common = farthest == 1 and term.uses > COMMON_USES and not even_common
    found = {} if common else corrections(vocabulary, term.slot, farthest=farthest)
    if not term.uses:
        found |= dict.fromkeys(apart(vocabulary, word), REJOINED)
    if term.is_stray or term.uses < (RARE_USES if farthest == 1 and term.slot.finished else 1):
        term.optional |= is_like_article(word, farthest)
    if not term.slot.finished:
        found |= dict.fromkeys(_in_full(vocabulary, word), ABBREVIATED)
        term.optional |= word in STOP_WORDS
    elif (not term.uses and len(word) > 2) or (term.slot.forms == (word,) and len(word) == 1):
        term.prefix = word if vocabulary.begins(word) else ""
    term.add(found)


def _in_full(vocabulary: Vocabulary, word: str) -> list[str]:
    """Return what a word may abbreviate."""
    full = [form for forms_of_word in forms([word]) for form in forms_of_word[1:]]
    vocabulary.learn(part for form in full for part in form.split())
    return full


def corrections(vocabulary: Vocabulary, slot: Slot, *, farthest: int) -> dict[str, float]:
    """Return the words of the vocabulary that may be this one misspelt, best first."""
    word = slot.word
    if not is_correctable(word):
        return {}
    farthest = farthest if len(word) > 3 and word.isalpha() else 1
    letters = set(word)
    found = dict.fromkeys(_heard_as(vocabulary, word), SOUNDS_ALIKE)
    for candidate in vocabulary.spelt_as([*keys(word, farthest)]):
        longer = len(candidate) - len(word)
        unfinished = longer > farthest and not slot.finished and len(word) > 3
        if (abs(longer) > farthest and not unfinished) or len(letters.difference(candidate)) > farthest:
            continue
        far = distance_to_beginning(word, candidate, farthest) if unfinished else OSA.distance(word, candidate)
        if far <= farthest:
            found[candidate] = max(found.get(candidate, 0.0), likeness_of(far, len(word)))
    best = sorted(found, key=lambda c: found[c] + COMMON * log10(vocabulary.uses(c)) + (c[0] == word[0]) / 100)
    return {candidate: found[candidate] for candidate in best[-CORRECTIONS[farthest] :] if candidate != word}


def likeness_of(far: int, length: int) -> float:
    """Return how much a word that many mistakes away is worth: a mistake weighs more in a short word."""
    return max(0.3, 1.0 - far * (0.12 + 0.5 / length))


def _heard_as(vocabulary: Vocabulary, word: str) -> list[str]:
    """Return the words said like this one, unless they are written quite otherwise."""
    if not word.isalpha() or len(word) < 4:
        return []
    return [one for one in vocabulary.spelt_as([sound_key(word)]) if OSA.distance(word, one) <= len(word) // 2]
