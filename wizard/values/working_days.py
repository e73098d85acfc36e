"""Working days: Monday to Friday, but for the public holidays of France, those of Alsace, Moselle and overseas too."""

from datetime import date
from functools import lru_cache

# What the calendar calls the départements that have days of their own.
_OWN_DAYS = {"57": "57", "67": "6AE", "68": "6AE"} | {code: code for code in ("971", "972", "973", "974", "976")}


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
    from holidays import country_holidays  # and the calendars of 280 countries: a process that counts no day has none

    days = country_holidays("FR", years=year, subdiv=_OWN_DAYS.get(department))
    return frozenset(day for day in days if day.weekday() < 5)
