"""Words written without the spaces between them, taken apart by what the vocabulary knows; and small words."""

from collections.abc import Iterable

from rapidfuzz.distance import OSA

from wizard.addresses.lexicon import STOP_WORDS, STREET_TYPES
from wizard.addresses.search.vocabulary import Vocabulary

FEW = 2  # streets: a commune of which no street was imported has no more
WAYS = 4  # to take one word apart, at most


def parts(word: str) -> Iterable[tuple[str, str]]:
    """Yield « bellevue » in two, wherever both halves may be words."""
    if len(word) < 4 or not word.isalpha():
        return
    for cut in range(1, len(word) - 2):
        left, right = word[:cut], word[cut:]
        if left in STOP_WORDS or left in STREET_TYPES or (cut > 2 and right not in STOP_WORDS):
            yield left, right


def before_place(vocabulary: Vocabulary, word: str) -> tuple[str, str] | None:
    """Return « vernier » and « paris » for « vernierparis »: a known word if it can, before the likeliest place."""
    if not 5 < len(word) < 30 or not word.isalpha():
        return None
    cuts = [(word[:cut], word[cut:]) for cut in range(2, len(word) - 2)]
    vocabulary.learn(half for pair in cuts for half in pair)
    placed = [(left, right) for left, right in cuts if vocabulary.places(right) > FEW]
    return max(placed, key=lambda pair: (vocabulary.uses(pair[0]) > 0, vocabulary.places(pair[1])), default=None)


def is_stop_words(word: str) -> bool:
    """Whether a word is two articles run together, the second in « l »: « dela », « dele », « del' »; not « aude »."""
    halves = ((word[:cut], word[cut:]) for cut in range(2, len(word)))
    return any(right.startswith("l") and {left, right} <= STOP_WORDS for left, right in halves)


def is_like_article(word: str, farthest: int) -> bool:
    """Whether a word may be an article misspelt: « dess », « sed »; « desks » with two mistakes."""
    if len(word) > 3 + farthest:
        return False
    close = (stop for stop in STOP_WORDS if OSA.distance(word, stop) <= min(farthest, len(stop) - 1))
    return any(close) or any(len(stop) > 2 and sorted(word) == sorted(stop) for stop in STOP_WORDS)


def apart(vocabulary: Vocabulary, word: str) -> list[str]:
    """Return « rue de la paix » for « ruedelapaix »: the ways with the fewest and commonest words."""
    if not 6 < len(word) < 30 or not word.isalpha():
        return []
    spans = ((i, j) for i in range(len(word)) for j in range(i + 1, min(len(word), i + 14) + 1))
    pieces = {(i, j): word[i:j] for i, j in spans if j - i > 1 or word[i] in STOP_WORDS}
    vocabulary.learn(pieces.values())
    known = {piece for piece in pieces.values() if vocabulary.uses(piece)}
    ways: list[list[tuple[float, tuple[str, ...]]]] = [[(0.0, ())]]
    for end in range(1, len(word) + 1):
        longer = [
            (cost + (0.4 if piece in STOP_WORDS else 1 + 1 / vocabulary.uses(piece)), (*before, piece))
            for start in range(end)
            if (piece := pieces.get((start, end), "")) in known
            for cost, before in ways[start]
        ]
        ways.append(sorted(longer)[:WAYS])
    return [" ".join(pieces_of_word) for _, pieces_of_word in ways[-1]]
