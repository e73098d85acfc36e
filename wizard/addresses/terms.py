"""The words of a query as the vocabulary knows them: joined, parted, corrected."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from sqlite3 import Connection

from wizard.addresses.lexicon import STOP_WORDS
from wizard.addresses.query import Slot
from wizard.addresses.schema import PLACE_MARK
from wizard.addresses.spelling import distance, keys, sound

ABBREVIATED = 0.97
REJOINED = 0.95
SOUNDS_ALIKE = 0.75
CORRECTIONS = 12  # at most, for one word


@dataclass
class Term:
    """What may stand for one word, and how well (1 is the word itself); several words must all be there."""

    slot: Slot
    options: dict[str, float] = field(default_factory=dict)
    prefix: str = ""

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
    parted = {slot.word: list(_parts(slot.word)) for slot in slots if slot.finished or len(slot.word) > 5}
    joined = {a.word + b.word: (i, i + 1) for i, (a, b) in enumerate(pairwise(slots))}
    joined |= {filler + slot.word: (i, i) for i, slot in enumerate(slots) for filler in fillers}
    uses = known(db, [*joined, *(part for parts in parted.values() for pair in parts for part in pair)])
    for word, positions in joined.items():
        if word in uses:
            for position in positions:
                terms[position].options.setdefault(word, REJOINED)
    for term in terms:
        pairs = [pair for pair in parted.get(term.slot.word, ()) if pair[0] in uses and pair[1] in uses]
        for pair in sorted(pairs, key=lambda pair: -min(uses[pair[0]], uses[pair[1]]))[:2]:
            term.options.setdefault(" ".join(pair), REJOINED)
    return terms


def _term(slot: Slot) -> Term:
    if not slot.finished:
        return Term(slot, {}, slot.word)
    return Term(slot, dict.fromkeys(slot.forms, ABBREVIATED) | {slot.word: 1.0})


def _parts(word: str) -> Iterable[tuple[str, str]]:
    """« bellevue » in two, where both halves may be words."""
    if len(word) < 4 or not word.isalpha():
        return
    for cut in range(1, len(word) - 2):
        left, right = word[:cut], word[cut:]
        if left in STOP_WORDS or (cut > 2 and right not in STOP_WORDS):
            yield left, right


def known(db: Connection, words: Iterable[str]) -> dict[str, int]:
    """How often each of these words is used, for those that are; empty words always are."""
    asked = list(dict.fromkeys(words))[:400]
    marks = ",".join("?" * len(asked))
    found = dict(db.execute(f"SELECT word, uses FROM vocabulary WHERE word IN ({marks})", asked))
    return found | {word: 1_000_000 for word in asked if word in STOP_WORDS}


def corrections(db: Connection, slot: Slot, *, farthest: int) -> dict[str, float]:
    """The words of the vocabulary that may be this one misspelt, best first."""
    word = slot.word
    if len(word) < 3 or (word.isdigit() and len(word) != 4):
        return {}
    asked = list(keys(word, min(farthest, 2) if len(word) > 3 else 1))
    heard = sound(word)
    scored = []
    for candidate, uses in _spelt_alike(db, asked):
        far = distance(word, candidate) if abs(len(candidate) - len(word)) <= farthest else farthest + 1
        if far > farthest and not slot.finished and len(word) > 3:
            far = distance(word, candidate, unfinished=True)
        likeness = likeness_of(far, len(word)) if far <= farthest else 0.0
        if sound(candidate) == heard and far <= farthest + 2:
            likeness = max(likeness, SOUNDS_ALIKE)
        if likeness and candidate != word:
            scored.append((-likeness, candidate[0] != word[0], -uses, candidate))
    return {candidate: -likeness for likeness, _, _, candidate in sorted(scored)[:CORRECTIONS]}


def likeness_of(far: int, length: int) -> float:
    """How much a word that many mistakes away is worth: a mistake weighs more in a short word."""
    return max(0.3, 1.0 - far * (0.12 + 0.5 / length))


def _spelt_alike(db: Connection, asked: Sequence[int]) -> list[tuple[str, int]]:
    marks = ",".join("?" * len(asked))
    found = db.execute(f"SELECT words FROM spellings WHERE key IN ({marks})", asked)
    identifiers = {identifier for (packed,) in found for identifier in array("I", packed)}
    if not identifiers:
        return []
    marks = ",".join("?" * len(identifiers))
    return db.execute(f"SELECT word, uses FROM vocabulary WHERE id IN ({marks})", tuple(identifiers)).fetchall()
