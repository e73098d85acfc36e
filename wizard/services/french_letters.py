"""How unlikely letters with accents are, where they stand in a French text: what tells one encoding from another."""

import unicodedata

# How unlikely a letter is in a French name; from NEVER on, the file is not what we take it for.
_LETTERS = {**dict.fromkeys("é", 0), **dict.fromkeys("èçëï", 1), **dict.fromkeys("àâêîôùûüöäñœæÿ", 2)}
_OTHER, USUAL, MARGIN, NEVER = 5, 2.3, 4, 10
_VOWELS = frozenset("aeiouyéèêëàâîïôùûü")
# The letters that each of these never follows, or nearly.
_AFTER = {
    "ê": "aeioué",
    "ô": "aeioué",
    "û": "aeiuéû",
    "â": "aoâ",
    "ö": _VOWELS,
    "ä": _VOWELS,
    "æ": _VOWELS,
    "ü": "eiou",
}


def is_french(letter: str) -> bool:
    """Whether a letter or a sign beyond ASCII is one that French is written with."""
    return letter == "’" or letter.casefold() in _LETTERS


def costs_of(text: str) -> list[int]:
    """Tell how unlikely each letter beyond ASCII is, where it stands."""
    return [_cost(text, place) for place, letter in enumerate(text) if not letter.isascii()]


def _cost(text: str, place: int) -> int:
    letter, before, after = text[place], text[place - 1 : place], text[place + 1 : place + 2]
    if not letter.isalpha():
        return _cost_of_sign(letter, before, after)
    cost = _LETTERS.get(letter.lower(), _OTHER) + (4 if letter in "œŒ" and after.lower() not in "uide" else 0)
    if not letter.isupper():
        return cost + _strangeness(letter, before, after)
    if before.islower() or (before.isalpha() and after.islower()):
        return NEVER  # « LefÈvre »
    return cost + (letter != "É")


def _strangeness(letter: str, before: str, after: str) -> int:
    """Tell how unlikely a small letter is between its neighbours: « LEFéVRE », « Zoâ », « Lëa », « àlise »."""
    if before.isupper() and (after.isupper() or not after.isalpha()):
        return 1  # a French keyboard in capitals writes so
    if not before.isalpha():
        return 0 if letter == "à" and not after.isalpha() else 2
    if letter in "ëï" and (before.lower() not in _VOWELS or after == "o"):
        return 4
    if letter in "àù" and (before.lower() in _VOWELS or after.isalpha()):
        return 4
    return 4 if before.lower() in _AFTER.get(letter, "") else 0


def _cost_of_sign(letter: str, before: str, after: str) -> int:
    if letter in "’\u202f":
        return 0
    if letter == "\u00a0":
        return 2  # as « ÿ »: the one is the other for DOS
    inside = [bool(side) and (side.isalpha() or not side.isascii()) for side in (before, after)]
    if all(inside) and letter not in "‘–—":
        return NEVER
    if unicodedata.category(letter) not in {"Pd", "Pi", "Pf", "Po", "So", "No", "Sc", "Lo"} or letter in "‚„†‡‰":
        return NEVER
    if "\u2500" <= letter <= "\u25ff" or (after.isalpha() and letter in "»”…") or (before.isalpha() and letter in "«“"):
        return NEVER
    return 6 if any(inside) else 3
