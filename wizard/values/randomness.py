"""Whether a key may have been drawn at random: most of its characters must not follow from those before them."""

import re
from itertools import pairwise

_SEPARATORS = re.compile(r"[\s\-_.:]+")
_KEYBOARDS = "azertyuiopqsdfghjklmwxcvbn qwertyuiopasdfghjklzxcvbnm"
# Sixteen random hexadecimal digits have 15 of them, 11 at least in 9,999 draws out of 10,000.
_SURPRISES = 11


def seems_random(key: str) -> bool:
    """Refuse what repeats, counts or follows a keyboard: « aaaa… », « abcdabcd… », « 0123… », « azerty… »."""
    text = _SEPARATORS.sub("", key).casefold()
    repeats = any(text[period:] == text[:-period] for period in range(1, len(text) // 2 + 1))
    filled = any(2 * text.count(character) >= len(text) for character in set(text))  # « a1a2a3… », « 010203… »
    return not repeats and not filled and _surprises(text) >= _SURPRISES


def _surprises(text: str) -> int:
    """Count the characters that neither go on as the last two, nor as others did before, nor as a keyboard does."""
    known: set[tuple[int | None, int]] = set()
    before, count = None, len(text[:1])
    for left, right in pairwise(text):
        step = ord(right) - ord(left)
        follows = step == before or (before, step) in known or left + right in _KEYBOARDS
        count += not follows
        known.add((before, step))
        before = step
    return count
