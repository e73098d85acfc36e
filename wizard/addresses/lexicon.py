"""The French of addresses, read once from its list: empty words, abbreviations, numbers in letters."""

import tomllib
from importlib.resources import files
from typing import Any


def _read() -> dict[str, Any]:
    return tomllib.loads(files("wizard.addresses").joinpath("data/lexicon.toml").read_text("utf-8"))


def _abbreviations(full: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """Return each abbreviation with all that it may stand for, from each word with its abbreviations."""
    meanings: dict[str, tuple[str, ...]] = {}
    for meaning, abbreviations in full.items():
        for abbreviation in abbreviations.split():
            meanings[abbreviation] = (*meanings.get(abbreviation, ()), meaning)
    return meanings


_LISTS = _read()

STOP_WORDS = frozenset(_LISTS["stop_words"].split())
STREET_TYPES = frozenset(_LISTS["street_types"].split())
PLACE_TYPES = frozenset(_LISTS["place_types"].split())
LIGHT_WORDS = STREET_TYPES | PLACE_TYPES
ABBREVIATIONS = _abbreviations(_LISTS["abbreviations"])
REPETITIONS: dict[str, str] = _LISTS["repetitions"]
NUMBERS: dict[str, int] = _LISTS["numbers"]
NUMBER_NAMES = {number: name for name, number in NUMBERS.items()}
ORDINALS: dict[str, int] = _LISTS["ordinals"]
ROMAN: dict[str, int] = _LISTS["roman"]


def is_kind(word: str) -> bool:
    """Whether it is a kind of street or place, in full or shortened."""
    return word in LIGHT_WORDS or bool(LIGHT_WORDS & {*ABBREVIATIONS.get(word, ())})
