"""How things read in French: the sentences of the code, typeset by gettext; dates; the « de » of a town."""

import re
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any

from markupsafe import escape

from wizard.clock import in_town
from wizard.values.dates import MONTHS, PartialDate

NO_BREAK, NARROW, HYPHEN = "\u00a0", "\u202f", "\u2011"

_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_UNITS = "|".join((
    "jours?|heures?|h|min|minutes?|s|secondes?|ans?|mois|chiffres?|lettres?|caractères?|Ko|Mo|px|pixels", *MONTHS,
))  # fmt: skip
# How many seconds each is; of what is nearly one, one is told: « 1 jour » for twenty-one hours.
_SPANS = (
    (365 * 86400, "an", "ans"),
    (30 * 86400, "mois", "mois"),
    (7 * 86400, "semaine", "semaines"),
    (86400, "jour", "jours"),
    (3600, "heure", "heures"),
    (60, "minute", "minutes"),
    (1, "seconde", "secondes"),
)
_NEARLY = 0.85
_RULES = [
    (re.compile(pattern), mark)
    for pattern, mark in (
        (r" (?=[;?!](?![\w/&=]))", NARROW),
        (r" (?=(?::(?![\w/])|»))", NO_BREAK),
        (r"(?<=«) ", NO_BREAK),
        (r"(?<=\d) (?=\d{2,3}\b)", NO_BREAK),
        (rf"(?:(?<=\d)|(?<=\)[sd])) (?=(?:{_UNITS})\b)", NO_BREAK),
        (r"(?<=\d[\u00a0 ]h) (?=\d)", NO_BREAK),
        (r"(?<=\b[nN]°) (?=\S)", NO_BREAK),
        (r"(?<=\d) (?=à[\u00a0 ]\d)", NO_BREAK),
        (r"(?<=\d[\u00a0 ]à) (?=\d)", NO_BREAK),
        (r"(?<=\bci)-(?=\w)|-(?=t.(?:il|elle|on)\b)|(?<=[-\u2011]t)-(?=(?:il|elle|on)\b)", HYPHEN),
    )
]


def typeset(sentence: str) -> str:
    """Return a sentence whose punctuation, numbers and small hyphened words stay together."""
    for pattern, mark in _RULES:
        sentence = pattern.sub(mark, sentence)
    return sentence


class Sentence(str):
    """A sentence of the code, typeset, with the names that it tells.

    HTML shows it escaped, but for its apostrophes: French has many, and attributes that hold what is printed are in
    double quotes.
    """

    @cached_property
    def _html(self) -> str:
        return str(escape(str(self))).replace("&#39;", "'")

    def __html__(self) -> str:
        return self._html


@lru_cache(maxsize=4096)  # the code's own sentences only: what people typed is kept nowhere
def _sentence(written: str) -> Sentence:
    return Sentence(typeset(written))


def gettext(sentence: str, /, **names: Any) -> Sentence:
    """Return a sentence of the code as it is told, with what fills its `%(…)s`; without names, `%` stays."""
    told = _sentence(sentence)
    return Sentence(told % names) if names else told


def ngettext(one: str, several: str, num: int, /, **names: Any) -> Sentence:
    """Return the sentence that goes with a number, « 0 dossier » being singular; `%(num)d` is the number."""
    return gettext(one if num < 2 else several, num=num, **names)


def plain(sentence: str) -> str:
    """Return a sentence as one types it, for a file that a program will read."""
    return sentence.replace(NO_BREAK, " ").replace(NARROW, " ").replace(HYPHEN, "-")


# Before these, « de » loses its e. Of an h or a y this is a guess, which `town.of` corrects.
_ELIDED = re.compile(r"[aeiouàâäéèêëîïôöùûüœæ]|y[^aeiouàâäéèêëîïôöùûü\s]|h[éèêiîy]")
_ARTICLES = {"le ": "du ", "les ": "des ", "la ": "de la "}


def of(name: str) -> str:
    """Return a town's name after « mairie »: « d'Oudon », « du Havre », « des Sables-d'Olonne »."""
    start = name.lower()
    for article, contracted in _ARTICLES.items():
        if start.startswith(article):
            return contracted + name[len(article) :]
    if start.startswith(("l'", "l’")):
        return f"de l{name[1:]}"
    return elided(name)


def elided(name: str) -> str:
    """Return a person's name after « mère »: « d'Anna », « de Loïc »."""
    return f"d'{name}" if _ELIDED.match(name.lower()) else f"de {name}"


_NUMBERS = {2: "deux", 3: "trois", 4: "quatre", 5: "cinq", 6: "six", 7: "sept", 8: "huit", 9: "neuf"}


def in_words(number: int) -> str:
    """Return « quatre », or the figures of a number that is better read so."""
    return _NUMBERS.get(number, str(number))


def day(value: date | datetime) -> str:
    """Return « mardi 3 mars 2026 », in the town's time."""
    return f"{_DAYS[_in_town(value).weekday()]} {short_day(value)}"


def short_day(value: date | datetime | PartialDate) -> str:
    """Return « 3 mars 2026 », « 1er mars 2026 », « mars 2026 » or « 2026 »: what is known of the date."""
    if isinstance(value, PartialDate):
        return f"{MONTHS[value.month - 1]}{NO_BREAK}{value.year}" if value.month else str(value.year)
    there = _in_town(value)
    return f"{there.day}{'er' if there.day == 1 else ''}{NO_BREAK}{MONTHS[there.month - 1]}{NO_BREAK}{there.year}"


def _in_town(value: date | datetime) -> date:
    return in_town(value) if isinstance(value, datetime) else value


def hour(value: datetime) -> str:
    """Return « 14 h 05 », in the town's time."""
    there = in_town(value)
    return f"{there.hour}{NO_BREAK}h{NO_BREAK}{there.minute:02}"


def moment(value: datetime) -> str:
    """Return « 3 mars 2026 à 14 h 05 »."""
    return f"{short_day(value)} à{NO_BREAK}{hour(value)}"


def figures(value: datetime) -> str:
    """Return « 03/03/2026 à 14:05 », in the town's time: as a command tells it."""
    return f"{in_town(value):%d/%m/%Y à %H:%M}"


def figures_utc(value: datetime) -> str:
    """Return « 03/03/2026 à 13:05 UTC »: as who keeps the machine compares it with its journals."""
    return f"{value:%d/%m/%Y à %H:%M} UTC"


def duration(value: timedelta) -> str:
    """Return « 1 jour », « 2 heures »: about how long it lasts."""
    seconds = int(value.total_seconds())
    size, one, several = next((span for span in _SPANS if seconds >= _NEARLY * span[0]), _SPANS[-1])
    count = round(seconds / size)
    return f"{count}{NO_BREAK}{one if count < 2 else several}"


def reference(text: str) -> str:
    """Return a dossier's reference in two groups: « 7KQM 4RXT ». It is copied from mails: its space is a plain one."""
    return f"{text[:4]} {text[4:]}"
