"""What a clerk types to find someone, read as words that each may be written in several ways."""

import re

from wizard.values import phones
from wizard.values.dates import read_date
from wizard.values.folding import folded
from wizard.values.text import clean

Way = tuple[str, str]
"""The words from the first one on, before the second: those that begin as it was typed."""

EMAIL = "@"  # before an e-mail address: it is found by what is typed with its « @ »
_LAST = "\U0010ffff"
_MOST_WORDS = 8  # of what is typed; the rest would not tell anyone apart
_EMAILS = r"[^\s,;<>]+@[^\s,;<>]*"
_MONTH = (
    r"(?:janv(?:ier)?|f[ée]vr?(?:ier)?|mars|avr(?:il)?|mai|juin|juil(?:let)?|ao[uû]t|sept?(?:embre)?|oct(?:obre)?"
    r"|nov(?:embre)?|d[ée]c(?:embre)?)\.?"
)
_YEAR = r"(?:19|20)\d\d"
_DATE = rf"""(?<!\w)(?: {_YEAR}-\d\d?-\d\d? | \d\d?\s?[/.-]\s?\d\d?\s?[/.-]\s?(?:{_YEAR}|\d\d)
    | (?:\d\d?(?:\s?er)?\s+|premier\s+)?{_MONTH}\s+{_YEAR} )(?![\w./-]?\d)(?!\w)"""
_DIGITS = r"(?<!\w)\+?\d(?:[\s.\-/()]*\d)*(?!\w)"
_PARTS = re.compile(rf"(?P<email>{_EMAILS})|(?P<date>{_DATE})|(?P<digits>{_DIGITS})", re.VERBOSE)


def terms(text: str) -> tuple[tuple[Way, ...], ...]:
    """Return what all has to be said of someone, each in one of its ways; empty when nothing is asked."""
    plain = clean(text).casefold()
    found: list[set[str]] = []
    end = 0
    for part in _PARTS.finditer(plain):
        found += [*_words(plain[end : part.start()]), _known(part)]
        end = part.end()
    found = [ways for ways in (*found, *_words(plain[end:])) if ways]
    alone = len(found) == 1
    return tuple(tuple((way, _after(way, alone)) for way in sorted(ways)) for ways in found[:_MOST_WORDS])


def _after(way: str, alone: bool) -> str:
    """Return the end of the range of names begun so; a letter typed alone is a whole name."""
    return way + ("\x01" if alone and len(way) == 1 else _LAST)


def _known(part: re.Match[str]) -> set[str]:
    text = part[0]
    if part["email"]:
        return {EMAIL + text}
    day = read_date(text)
    dates = {day.isoformat()} if day else set()
    if part["date"]:
        return dates or {text}  # no such day: nobody is born then
    digits = "".join(sign for sign in text if sign.isdigit())
    number = (phones.e164(text) or "").removeprefix("+")
    without_zeros = digits.lstrip("0")
    return {digits, number, without_zeros if len(without_zeros) > 3 else ""} - {""} | dates


def _words(text: str) -> list[set[str]]:
    """Return each word with what it makes with its neighbours: « le goff » may be written « Legoff »."""
    words = folded(text).split()[:_MOST_WORDS]
    ends = range(1, len(words) + 1)
    runs = [(start, end) for end in ends for start in range(end)]
    return [{"".join(words[start:end]) for start, end in runs if start <= place < end} for place in range(len(words))]
