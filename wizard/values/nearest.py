"""The known word that a mistyped one was probably meant to be."""

from collections.abc import Iterable

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

_ALIKE = 0.55
"""The share of its letters that a word has to have in common with the one meant, in their order."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like this one, or the one that goes on from it; None when there is none."""
    words = {_plain(one): one for one in known}
    found = extractOne(_plain(word), words.keys(), scorer=OSA.normalized_similarity, score_cutoff=_ALIKE)
    alike = found[0] if found else next((one for one in words if word and one.startswith(_plain(word))), None)
    return words[alike] if alike else None


def did_you_mean(word: str, known: Iterable[str], form: str = "« {} »") -> str:
    """Return the question to add to a refusal, with the word meant as it is to be written; or nothing."""
    meant = nearest(word, known)
    return f", vouliez-vous dire {form.format(meant)} ?" if meant else ""


def _plain(word: str) -> str:
    return word.casefold().replace("-", "_")
