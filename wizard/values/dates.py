"""Dates: typed as people write them in France, with what the papers leave unknown."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

from wizard.clock import today
from wizard.values.text import clean, unaccented

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip
_TYPED_MONTHS = tuple(map(unaccented, MONTHS))
_BEFORE = re.compile(r"(?:nee? )?(?:le )?(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche),? )?")
_FIRST = re.compile(r"\b(?:1 ?er|premier)\b")
_OLDEST = 1900  # eight digits whose last four are a year before this one begin with the year


class NotADate(ValueError):
    """The text is not written as a date."""


class NoSuchDate(ValueError):
    """It is written as a date, but there is no such day."""


@dataclass(frozen=True)
class PartialDate:
    """A birth date whose day, or day and month, the papers do not tell."""

    year: int
    month: int | None = None

    def isoformat(self) -> str:
        """Return « 2015 » or « 2015-09 » (ISO 8601, reduced precision)."""
        return f"{self.year:04}-{self.month:02}" if self.month else f"{self.year:04}"


BirthDate = date | PartialDate


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the last of a month that has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def birthdate(text: str | None) -> BirthDate:
    """Return the date typed; 00 stands for a day or a month unknown. Raises NotADate, NoSuchDate."""
    return _read(text, today().year)


def typed_day(text: str | None, latest: date) -> date:
    """Return the day typed, `latest` being the last that is meant. Raises NotADate, NoSuchDate."""
    found = _read(text, latest.year)
    if not isinstance(found, date):
        raise NotADate(text)
    return found


def typed_end(text: str | None) -> date:
    """Return the day typed until which something is good; of two digits, a year is one of the ten to come, or past.

    Raises NotADate, NoSuchDate.
    """
    return typed_day(text, months_after(today(), 120))


def _read(text: str | None, latest_year: int) -> BirthDate:
    plain = _FIRST.sub("1", unaccented(clean(text)).casefold())
    plain = plain[_BEFORE.match(plain).end() :]  # type: ignore[union-attr]  # it matches nothing at all too
    if not re.fullmatch(r"[\da-z /.,:_\\|-]+", plain):
        raise NotADate(text)
    day, month, year = _parts(re.findall(r"\d+|[a-z]+", plain))
    if not (day.isdigit() and year.isdigit()):
        raise NotADate(text)
    return _made(int(day), _month(month), _year(year, latest_year))


def read_date(text: str | None) -> BirthDate | None:
    """Return the date typed, None when it is not one."""
    try:
        return birthdate(text)
    except (NotADate, NoSuchDate):
        return None


def stored_date(text: str) -> BirthDate:
    """Return the date stored as `isoformat` writes it."""
    if len(text) == len("2015-09-03"):
        return date.fromisoformat(text)
    year, _hyphen, month = text.partition("-")
    return PartialDate(int(year), int(month) if month else None)


def typed_date(value: BirthDate) -> str:
    """Return a date as one types it: « 03/09/2019 », « 00/09/2015 », « 00/00/2015 »."""
    day = value.day if isinstance(value, date) else 0
    return f"{day:02}/{value.month or 0:02}/{value.year:04}"


def in_figures(value: BirthDate) -> str:
    """Return what is known of a date, to be read: « 03/09/2019 », « 09/2015 », « 2015 »."""
    return typed_date(value).replace("00/", "")


def earliest(value: BirthDate) -> date:
    """Return the first day that a date may be."""
    return value if isinstance(value, date) else date(value.year, value.month or 1, 1)


def latest(value: BirthDate) -> date:
    """Return the last day that a date may be."""
    if isinstance(value, date):
        return value
    month = value.month or 12
    return date(value.year, month, calendar.monthrange(value.year, month)[1])


def age(value: BirthDate) -> int:
    """Return the age in whole years, today; the youngest that it may be: who may be a minor is treated as one."""
    day, born = today(), latest(value)
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _parts(words: list[str]) -> tuple[str, str, str]:
    """Return day, month and year, whichever comes first."""
    match words, [len(word) for word in words]:
        case [digits], [8] if digits.isdigit():
            year_first = int(digits[4:]) < _OLDEST <= int(digits[:4])
            parts = (digits[:4], digits[4:6], digits[6:]) if year_first else (digits[:2], digits[2:4], digits[4:])
            return parts[::-1] if year_first else parts
        case [digits], [6] if digits.isdigit():
            return digits[:2], digits[2:4], digits[4:]
        case [year], [4]:
            return "0", "0", year
        case ([month, year], [_, 4]) | ([year, month], [4, _]) if year.isdigit():
            return "0", month, year
        case ([day, month, year], [1 | 2, _, 2 | 4]) | ([year, month, day], [4, _, 1 | 2]):
            return day, month, year
    raise NotADate(words)


def _month(word: str) -> int:
    if word.isdigit() and len(word) <= 2:
        return int(word)
    named = [number for number, name in enumerate(_TYPED_MONTHS, 1) if len(word) >= 3 and name.startswith(word)]
    if len(named) != 1:
        raise NotADate(word)
    return named[0]


def _year(word: str, latest: int) -> int:
    """Return a year of two digits as the last that is not after the `latest`."""
    year = int(word)
    if len(word) == 4:
        return year
    return 2000 + year if 2000 + year <= latest else 1900 + year


def _made(day: int, month: int, year: int) -> BirthDate:
    try:
        if day:
            return date(year, month, day)
        return PartialDate(date(year, month or 1, 1).year, month or None)
    except ValueError:
        raise NoSuchDate(day, month, year) from None
