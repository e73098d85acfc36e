"""How names, dates and addresses are compared: without accents, case, order or one slip of the hand."""

from enum import StrEnum

from rapidfuzz.distance import OSA

from wizard.stores.people_search import folded

_SHORT = 4  # letters: « Léo » and « Léa » are two children, one letter apart


class Match(StrEnum):
    """How much two answers agree."""

    SAME = "same"
    PART = "part"
    NEAR = "near"
    OTHER = "other"
    UNKNOWN = "unknown"


def given(one: str, other: str) -> Match:
    """Compare two given names: « Marie » is a part of « Marie-Claire », « Chloe » is « Chloé »."""
    return _names(folded(one), folded(other), anywhere=False)


def surnames(one: tuple[str, ...], other: tuple[str, ...]) -> Match:
    """Compare all the surnames of two people, at birth and in use, by the best that agrees."""
    found = {_names(folded(mine), folded(theirs), anywhere=True) for mine in one for theirs in other}
    return next((match for match in Match if match in found), Match.UNKNOWN)


def _names(one: str, other: str, *, anywhere: bool) -> Match:
    mine, theirs = one.split(), other.split()
    if not mine or not theirs:
        return Match.UNKNOWN
    if "".join(mine) == "".join(theirs):
        return Match.SAME
    if _is_part(mine, theirs, anywhere=anywhere):
        return Match.PART
    return Match.NEAR if slip("".join(mine), "".join(theirs)) else Match.OTHER


def _is_part(mine: list[str], theirs: list[str], *, anywhere: bool) -> bool:
    """Whether one name is the other without some of its words; of given names, the first is the one in use."""
    few, many = sorted((mine, theirs), key=len)
    if len(few) == len(many):
        return False
    long = [word for word in few if len(word) >= _SHORT or not anywhere]
    return bool(long) and set(few) <= set(many) and (anywhere or few[0] == many[0])


def slip(one: str, other: str) -> bool:
    """Whether one letter, or two that changed places, part two words of some length."""
    return min(len(one), len(other)) >= _SHORT and OSA.distance(one, other, score_cutoff=1) <= 1


def dates(one: str | None, other: str | None) -> Match:
    """Compare two birth dates as they are stored: what the papers leave unknown may agree."""
    if not one or not other:
        return Match.UNKNOWN
    if one == other:
        return Match.SAME
    if one.startswith(other) or other.startswith(one):
        return Match.PART
    return Match.NEAR if swapped(one, other) or one_digit(one, other) or one_day(one, other) else Match.OTHER


def swapped(one: str, other: str) -> bool:
    """Whether the day and the month of one are the month and the day of the other."""
    mine, theirs = one.split("-"), other.split("-")
    return len(mine) == len(theirs) == 3 and mine == [theirs[0], theirs[2], theirs[1]]


def one_day(one: str, other: str) -> bool:
    """Whether two full dates of one month follow each other."""
    return one[:7] == other[:7] and len(one) == len(other) == 10 and abs(int(one[8:]) - int(other[8:])) == 1


def one_digit(one: str, other: str) -> bool:
    """Whether two full dates are one digit apart."""
    return len(one) == len(other) == 10 and sum(a != b for a, b in zip(one, other, strict=True)) == 1


def place(number: str | None, street: str, postcode: str) -> str:
    """Return an address as it is compared: « 12 rue de la loire 44521 »."""
    return " ".join(filter(None, (folded(number or ""), folded(street), postcode)))
