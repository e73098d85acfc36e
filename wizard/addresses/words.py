"""Text to words: folded, split, with every form under which a word may be written."""

import re
from collections.abc import Sequence
from functools import lru_cache

from wizard.addresses.lexicon import (
    ABBREVIATIONS,
    NUMBER_NAMES,
    NUMBERS,
    ORDINALS,
    ROMAN,
    STOP_WORDS,
)
from wizard.values.text import unaccented

LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ø": "o", "Ø": "o", "ł": "l"})
ORDINAL = re.compile(r"\b([0-9]+)(?:er|ere|re|e|nde?| ?i?eme)\b")
WORD = re.compile(r"[0-9]+|[a-z]+")
HUNDREDS = {"cent": 100, "cents": 100, "mille": 1000}
VALUES = NUMBERS | {"une": 1, "vingts": 20}
NUMERALS = VALUES.keys() | HUNDREDS.keys()


def fold(text: str) -> str:
    """Return a text in lower case without accents; what is neither letter nor digit is left as it is."""
    return unaccented(text.translate(LIGATURES)).lower()


def split(folded: str) -> list[str]:
    """Return the words of a folded text; letters and digits part (« 12bis », « 44521oudon »), « 2e » is 2."""
    return WORD.findall(ORDINAL.sub(r"\1", folded))


def forms(words: Sequence[str]) -> list[tuple[str, ...]]:
    """Return each word as written, then in full and in digits; a number of several words becomes one.

    A form of several words (« nd » is « notre dame ») holds spaces.
    """
    found: list[tuple[str, ...]] = []
    position = 0
    while position < len(words):
        length, value = _numeral(words, position)
        if length > 1:
            found.append((str(value), " ".join(words[position : position + length])))
            position += length
        else:
            found.append(_forms_of_one(words[position]))
            position += 1
    return found


@lru_cache(maxsize=8192)
def _forms_of_one(word: str) -> tuple[str, ...]:
    if word.isdigit():
        plain = word.lstrip("0") if len(word) < 5 else ""
        number = int(word) if len(word) < 3 else -1
        names = [NUMBER_NAMES[number]] if number in NUMBER_NAMES else []
        return tuple(dict.fromkeys([word, *([plain] if plain else []), *names]))
    value = VALUES.get(word) or ORDINALS.get(word) or ROMAN.get(word)
    return (word, str(value)) if value else (word, *ABBREVIATIONS.get(word, ()))


def _numeral(words: Sequence[str], start: int) -> tuple[int, int]:
    """Return how many words from `start` on make one number in letters, and its value."""
    if words[start] not in NUMERALS:
        return 0, 0
    total = part = 0
    position = start
    while position < len(words):
        word = words[position]
        following = words[position + 1] if position + 1 < len(words) else ""
        if word == "et" and position > start and following in ("un", "une", "onze"):
            position += 1
            continue
        if word not in NUMERALS:
            break
        if word in HUNDREDS:
            part = max(part, 1) * HUNDREDS[word]
            if word == "mille":
                total, part = total + part, 0
        elif part % 100 == 4 and word in ("vingt", "vingts"):
            part += 76
        elif _continues(part, word):
            part += VALUES[word]
        else:
            break
        position += 1
    return position - start, total + part


def _continues(part: int, word: str) -> bool:
    """Whether a numeral may follow: « vingt deux », « soixante quinze », not « deux quatre »."""
    value = VALUES[word]
    room = part % 100
    if room == 0:
        return True
    if room == 10:
        return 7 <= value <= 9
    return room % 10 == 0 and room >= 20 and value < (20 if room in (60, 80) else 10)


def written(text: str) -> str:
    """Return words parted by spaces, the forms of a word by bars: « gal|general|galerie leclerc »."""
    words = (dict.fromkeys(" ".join(word).split()) for word in forms(split(fold(text))))
    return " ".join(map("|".join, words))


def searched(words: str) -> set[str]:
    """Return the forms to index among written words."""
    found = set(words.replace("|", " ").split())
    return found - STOP_WORDS or found


def telling(words: Sequence[str]) -> list[str]:
    """Return the words without those that say nothing, unless nothing would be left."""
    return [word for word in words if word not in STOP_WORDS] or list(words)
