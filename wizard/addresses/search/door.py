"""The number of a door and its suffix, where words could be either."""

import re

from rapidfuzz.distance import OSA

from wizard.addresses.lexicon import REPETITIONS, STOP_WORDS, STREET_TYPES, is_kind
from wizard.addresses.words import split

HOUSE_NUMBER = re.compile(
    r"""\W*(?:(?:au|a|n|no|num|numero)(?![a-z])\W*)*(?P<number>[0-9]{1,4})
        (?:(?:\ ?[-/&]\ ?|\ (?:a|et)\ )[0-9]{1,4}(?![0-9]))?
        (?:(?P<gap>[ ]*|[-/])(?P<suffix>bis|ter|quater|quinquies|[a-z]{1,2}[0-9]{0,2})(?![a-z0-9'’]))?
        (?![0-9a-z])(?P<end>\W*)""",
    re.VERBOSE,
)
ARTICLES = STOP_WORDS - {"a", "d", "l"}


def door_of(folded: str, house: re.Match[str], finished: bool) -> tuple[str, tuple[str, ...], str]:
    """Return the number of a door, the suffixes that it may have, and what follows them."""
    number, suffix, rest = house["number"].lstrip("0") or "0", house["suffix"] or "", folded[house.end() :]
    certain = bool(suffix) and _is_certain(house, rest)
    if suffix and _is_rather_a_word(house, rest, certain=certain, begun=not rest and not finished):
        return number, ("",), folded[house.start("suffix") :]
    return number, suffixes_of(suffix, certain=certain), rest


def suffixes_of(suffix: str, *, certain: bool) -> tuple[str, ...]:
    """Return how the data may write a suffix: « bis » is also « b »."""
    if not suffix:
        return ("",)
    full = {short: long for long, short in REPETITIONS.items()}
    other = REPETITIONS.get(suffix) or full.get(suffix)
    return (suffix, *([other] if other else []), *([] if certain else [""]))


def _is_certain(house: re.Match[str], rest: str) -> bool:
    told = house["suffix"] in REPETITIONS or "," in house["end"]
    return told or _is_attached(house) or _begins_street(house["suffix"], rest)


def _is_rather_a_word(house: re.Match[str], rest: str, *, certain: bool, begun: bool) -> bool:
    """Whether what could be a suffix begins the name; `begun` says that it may go on."""
    suffix = house["suffix"]
    if suffix in ARTICLES or (is_kind(suffix) and not _begins_street(suffix, rest)):
        return True
    unlikely = is_kind(suffix) or (len(suffix) > 1 and suffix.isalpha() and not certain)
    return not _is_attached(house) and (begun or unlikely)


def _is_attached(house: re.Match[str]) -> bool:
    return " " not in (house["gap"] or "")


def _begins_street(suffix: str, rest: str) -> bool:
    """Whether a kind of street or a postcode comes next; after two letters, a kind misspelt too."""
    following = "".join(split(rest)[:1])
    if is_kind(following) or (len(following) == 5 and following.isdigit()):
        return True
    return len(suffix) > 1 and _is_like_kind(following)


def _is_like_kind(word: str) -> bool:
    """Whether a word is a kind of street misspelt, or run together with what follows: « bouevard », « ruede »."""
    kinds = [kind for kind in STREET_TYPES if len(kind) > 2]
    return any(word.startswith(kind) or (len(kind) > 4 and OSA.distance(word, kind) < 2) for kind in kinds)
