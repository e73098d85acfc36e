"""How far two words are from each other, and keys under which misspelt words meet."""

import re
from zlib import crc32

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


def distance(typed: str, word: str, *, unfinished: bool = False) -> int:
    """Letters added, lost, changed or swapped between two words (optimal string alignment).

    Unfinished: to the nearest beginning of `word`. One integer holds a whole column of the usual table
    (Hyyrö's bit-vectors), which is ten times faster than the table in Python.
    """
    if not typed:
        return 0 if unfinished else len(word)
    masks: dict[str, int] = {}
    for position, letter in enumerate(typed):
        masks[letter] = masks.get(letter, 0) | 1 << position
    last = 1 << (len(typed) - 1)
    all_up = (last << 1) - 1
    up, down, diagonal, before = all_up, 0, 0, 0
    score = best = len(typed)
    for letter in word:
        mask = masks.get(letter, 0)
        swap = ((~diagonal & mask) << 1) & before
        diagonal = ((((mask & up) + up) ^ up) | mask | down) | swap
        right = down | ~(diagonal | up)
        left = up & diagonal
        score += 1 if right & last else -1 if left & last else 0
        right, left = right << 1 | 1, left << 1
        up = (left | ~(diagonal | right)) & all_up
        down = right & diagonal & all_up
        before = mask
        best = min(best, score)
    return best if unfinished else score


def sound(word: str) -> str:
    """Much the same for words that are said alike: « filipe » and « Philippe »."""
    for letters, heard in SOUNDS:
        word = letters.sub(heard, word)
    return word


def keys(word: str, reach: int) -> set[int]:
    """Numbers that this word shares with those `reach` mistakes away."""
    beginning = word[:KEYED]
    found = {beginning}
    for _ in range(reach):
        found |= {w[:i] + w[i + 1 :] for w in found for i in range(len(w))}
    return {crc32(text.encode()) for text in found if text}


def sound_key(word: str) -> int:
    """The number that this word shares with those that sound alike."""
    return crc32(b"~" + sound(word).encode())
