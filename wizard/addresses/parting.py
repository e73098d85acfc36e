"""Words written without the spaces between them, taken apart by what the vocabulary knows."""

from collections.abc import Iterable
from sqlite3 import Connection

from wizard.addresses.lexicon import STOP_WORDS

WAYS = 4  # to take one word apart, at most


def known(db: Connection, words: Iterable[str]) -> dict[str, int]:
    """How often each of these words is used, for those that are; empty words always are."""
    asked = list(dict.fromkeys(words))[:400]
    marks = ",".join("?" * len(asked))
    found = dict(db.execute(f"SELECT word, uses FROM vocabulary WHERE word IN ({marks})", asked))
    return found | {word: 1_000_000 for word in asked if word in STOP_WORDS}


def parts(word: str) -> Iterable[tuple[str, str]]:
    """« bellevue » in two, where both halves may be words."""
    if len(word) < 4 or not word.isalpha():
        return
    for cut in range(1, len(word) - 2):
        left, right = word[:cut], word[cut:]
        if left in STOP_WORDS or (cut > 2 and right not in STOP_WORDS):
            yield left, right


def is_stop_words(word: str) -> bool:
    """« dela », « dele »."""
    return any({word[:cut], word[cut:]} <= STOP_WORDS for cut in range(2, len(word) - 1))


def apart(db: Connection, word: str) -> list[str]:
    """« ruedelapaix » as « rue de la paix »: the ways with the fewest and commonest words."""
    if not 6 < len(word) < 30 or not word.isalpha():
        return []
    pieces = {(i, j): word[i:j] for i in range(len(word)) for j in range(i + 1, min(len(word), i + 14) + 1)}
    uses = known(db, [piece for piece in pieces.values() if len(piece) > 1 or piece in STOP_WORDS])
    ways: list[list[tuple[float, tuple[str, ...]]]] = [[(0.0, ())]]
    for end in range(1, len(word) + 1):
        longer = [
            (cost + (0.4 if piece in STOP_WORDS else 1 + 1 / uses[piece]), (*before, piece))
            for start in range(end)
            if (piece := pieces.get((start, end), "")) in uses
            for cost, before in ways[start]
        ]
        ways.append(sorted(longer)[:WAYS])
    return [" ".join(pieces_of_word) for _, pieces_of_word in ways[-1]]
