"""School years, as « 2026-2027 »: from 1 September to 31 August."""

import re
from datetime import date

_MONTH = 9


def of(day: date) -> str:
    """Return the school year that a day is of."""
    return _named(day.year if day.month >= _MONTH else day.year - 1)


def is_year(text: str) -> bool:
    """Whether a text names a school year: two years, the one after the other."""
    return bool(re.fullmatch(r"[12]\d{3}-[12]\d{3}", text)) and int(text[5:]) == int(text[:4]) + 1


def begins(year: str) -> date:
    """Return its first day."""
    return date(int(year[:4]), _MONTH, 1)


def ends(year: str) -> date:
    """Return its last day."""
    return date(int(year[5:]), _MONTH - 1, 31)


def following(year: str) -> str:
    """Return the year after."""
    return _named(int(year[5:]))


def before(year: str) -> str:
    """Return the year before."""
    return _named(int(year[:4]) - 1)


def _named(first: int) -> str:
    return f"{first:04}-{first + 1:04}"
