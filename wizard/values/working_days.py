"""Working days: Monday to Friday, but for the public holidays of France, those of Alsace, Moselle and overseas too."""

from datetime import date, timedelta
from functools import lru_cache

# A month and a day, or so many days from Easter.
_Day = tuple[int, int] | int
_EVERYWHERE: tuple[_Day, ...] = ((1, 1), 1, (5, 1), (5, 8), 39, 50, (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
_ALSACE_MOSELLE: tuple[_Day, ...] = (-2, (12, 26))
_OWN_DAYS: dict[str, tuple[_Day, ...]] = {
    "57": _ALSACE_MOSELLE,
    "67": _ALSACE_MOSELLE,
    "68": _ALSACE_MOSELLE,
    "971": (-24, -2, (5, 27), (7, 21)),
    "972": ((5, 22), (7, 21)),
    "973": ((6, 10),),
    "974": ((12, 20),),
    "976": ((4, 27),),
}


def between(start: date, end: date, citycode: str = "") -> int:
    """Return how many working days went by after `start`, `end` included, in the commune of an INSEE code."""
    off = [day for year in range(start.year, end.year + 1) for day in _holidays(year, _department(citycode))]
    return max(_weekdays(end) - _weekdays(start) - sum(start < day <= end for day in off), 0)


def _weekdays(day: date) -> int:
    """Return how many days from Monday to Friday there were until a day: the first of all was a Monday."""
    weeks, place = divmod(day.toordinal() - 1, 7)
    return 5 * weeks + min(place + 1, 5)


def _department(citycode: str) -> str:
    return citycode[: 3 if citycode.startswith("97") else 2]


@lru_cache(maxsize=64)
def _holidays(year: int, department: str) -> frozenset[date]:
    """Return the public holidays of a year that fall on no weekend."""
    easter = _easter(year)
    days = (
        easter + timedelta(day) if isinstance(day, int) else date(year, *day)
        for day in (*_EVERYWHERE, *_OWN_DAYS.get(department, ()))
    )
    return frozenset(day for day in days if day.weekday() < 5)


def _easter(year: int) -> date:
    """Return the day of Easter, as Gauss counted it for the Gregorian calendar, corrected by Lichtenberg."""
    century = year // 100
    moon = 15 + (3 * century + 3) // 4 - (8 * century + 13) // 25
    age = (19 * (year % 19) + moon) % 30
    full = 21 + age - (age + year % 19 // 11) // 29
    sunday = 7 - (year + year // 4 + 2 - (3 * century + 3) // 4) % 7
    return date(year, 3, 1) + timedelta(full + 7 - (full - sunday) % 7 - 1)
