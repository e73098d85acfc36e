"""Words without what people type them with or without: accents, case, punctuation."""

from wizard.values.text import unaccented

# Letters that are no plain one with an accent: typed plain all the same.
_PLAIN = str.maketrans(
    {"œ": "oe", "æ": "ae", "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ŧ": "t", "ŋ": "n"}
)


def folded(text: str) -> str:
    """Return `text` without accents, case or punctuation: « Le Goff-Noël » is « le goff noel »."""
    letters = unaccented(text.casefold().translate(_PLAIN))
    return " ".join("".join(letter if letter.isalnum() else " " for letter in letters).split())


def words(text: str) -> set[str]:
    """Return the words that a name is found by: each of them, and all in one, « le », « goff » and « legoff »."""
    parts = folded(text).split()
    return {*parts, "".join(parts)} - {""}
