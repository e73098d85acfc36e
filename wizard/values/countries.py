"""Countries: named in French as Unicode's CLDR names them, stored under their ISO 3166 code."""

import re
from functools import cache
from pathlib import Path

from wizard.values.text import clean, unaccented

FRANCE = "FR"

_FILE = Path(__file__).with_suffix(".txt")
_ALSO_CALLED = {"angleterre": "GB", "ecosse": "GB", "hollande": "NL", "usa": "US", "etats unis d amerique": "US",
    "republique tcheque": "CZ", "birmanie": "MM", "comores": "KM", "rdc": "CD",
    "republique democratique du congo": "CD"}  # fmt: skip
_ARTICLE = re.compile(r"^(?:la|le|les|l) ")
# Proposed while one types: the neighbours, then where families most often come from; any other may be typed.
_PROPOSED = ("BE", "CH", "LU", "DE", "ES", "IT", "GB", "PT", "MC", "AD", "DZ", "MA", "TN", "SN", "CI", "CM", "ML", "CD")


def country_name(code: str) -> str:
    """Return the French name of a code; what was typed, for a country that has none."""
    return _names().get(code, code)


def read_country(text: str | None) -> str:
    """Return the code of a country named in French, or given by its code; what was typed, when it is not known.

    An address with no country is in France.
    """
    typed = clean(text)
    if typed.upper() in _names():
        return typed.upper()
    return _codes().get(_folded(typed), typed) or FRANCE


def proposed() -> list[str]:
    """Return the names to propose."""
    return [country_name(code) for code in (FRANCE, *_PROPOSED)]


@cache
def _names() -> dict[str, str]:
    """Read the file: a code and a name a line."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return {code: name for code, _space, name in (line.partition(" ") for line in lines)}


@cache
def _codes() -> dict[str, str]:
    return {_folded(name): code for code, name in _names().items()} | _ALSO_CALLED


def _folded(name: str) -> str:
    plain = unaccented(re.sub(r"\(.*\)", "", name).casefold())
    return _ARTICLE.sub("", " ".join(re.findall(r"\w+", plain)))
