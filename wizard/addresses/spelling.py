"""How far an unfinished word is from another, and keys under which misspelt words meet."""

import re
from zlib import crc32

from rapidfuzz.distance import OSA

# Only the beginning of a word makes its keys: it keeps them few, and mistakes further on are still measured.
KEYED = 7

# Letters that sound alike in French, longest first.
SOUNDS = (
    (re.compile(r"(.)\1+"), r"\1"),
    (re.compile(r"eau|au"), "o"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"qu|ck|ch(?=[rl])|c(?![eiyh])|q"), "k"),
    (re.compile(r"ge(?=[ao])|g(?=[eiy])"), "j"),
    (re.compile(r"gu(?=[eiy])"), "g"),
    (re.compile(r"c|z|x"), "s"),
    (re.compile(r"y"), "i"),
    (re.compile(r"ai|ei|er$|ez$|et$"), "e"),
    (re.compile(r"(?<![sc])h"), ""),
    (re.compile(r"[ae]([nm])(?![aeiouy])"), r"e\1"),
    (re.compile(r"m(?=[^aeiouy])|m$"), "n"),
    (re.compile(r"(?<=..)[estdxp]+$"), ""),
    (re.compile(r"(.)\1+"), r"\1"),
)


def is_correctable(word: str) -> bool:
    """Whether a word may be misspelt rather than another; a short number is never mistaken for another."""
    return 4 <= len(word) <= 6 if word.isdigit() else len(word) > 1


def distance_to_beginning(typed: str, word: str, farthest: int) -> int:
    """Count the mistakes from a word begun to the nearest beginning of another; more than `farthest` is too many."""
    lengths = range(max(len(typed) - farthest, 0), len(typed) + farthest + 1)
    return min(OSA.distance(typed, word[:length]) for length in lengths)


def sound(word: str) -> str:
    """Return a word as it is heard: much the same for those said alike, « filipe » and « Philippe »."""
    for letters, heard in SOUNDS:
        word = letters.sub(heard, word)
    return word


def keys(word: str, reach: int) -> set[int]:
    """Return the numbers that this word shares with those `reach` mistakes away."""
    beginning = word[:KEYED]
    found = {beginning}
    for _ in range(reach):
        found |= {w[:i] + w[i + 1 :] for w in found for i in range(len(w))}
    return {crc32(text.encode()) for text in found if text}


def sound_key(word: str) -> int:
    """Return the number that this word shares with those that sound alike."""
    return crc32(b"~" + sound(word).encode())
