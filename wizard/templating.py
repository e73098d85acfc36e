"""What every template may use: the town, and how dates, phones and addresses read in French."""

import re
from base64 import b64encode
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask import Flask
from flask_babel import format_date, format_datetime, format_time
from flask_babel.speaklater import LazyString
from jinja2 import StrictUndefined
from markupsafe import Markup, escape

from wizard.clock import PARIS
from wizard.french import typeset
from wizard.settings import Settings
from wizard.values import phones
from wizard.values.dates import PartialDate, earliest

# A line may end after their hyphens.
_BREAKABLE = re.compile(r"([^\s<>]+@[^\s<>]+|\bco-représentant\w*)", re.IGNORECASE)


def phone(number: str | None) -> str:
    """Return an E.164 number as it is read in France: « 06 12 34 56 78 », « +32 470 12 34 56 »."""
    return phones.shown(number)


def call(number: str) -> Markup:
    """Return a number as it is read in France, that calls it when touched."""
    return Markup('<a href="tel:{}">{}</a>').format(number, phone(number))


def calling(number: str) -> Callable[[Any], Markup]:
    """Return the filter that makes a number, wherever a text gives it, one that calls when touched."""
    shown, link = phone(number), call(number)
    return lambda text: escape(untrusted(text)).replace(shown, link)


def whole(text: Any) -> Markup:
    """Return a text whose addresses and compound words stay on one line, characters as they are: they may be copied."""
    kept = Markup('<span class="whole">{}</span>')
    # One piece in two is an address or a word; `format` and `join` escape them all.
    pieces = enumerate(_BREAKABLE.split(str(text)))
    return Markup("").join(kept.format(piece) if at % 2 else piece for at, piece in pieces)


def initial(name: str) -> Markup:
    """Return the letter that stands for a person beside their name; nobody needs to hear it too."""
    letter = next((character for character in name if character.isalpha()), "")
    return Markup('<span class="initial" aria-hidden="true">{}</span>').format(letter.upper()) if letter else Markup()


def day(value: date | datetime) -> str:
    """Return « mardi 3 mars 2026 », in the town's time."""
    moment = value.astimezone(PARIS) if isinstance(value, datetime) else value
    return str(format_date(moment, "EEEE d\u00a0MMMM y", rebase=False))


def short_day(value: date | datetime | PartialDate) -> str:
    """Return « 3 mars 2026 », « mars 2026 » or « 2026 »: what is known of the date."""
    if isinstance(value, PartialDate):
        return str(format_date(earliest(value), "MMMM y" if value.month else "y", rebase=False))
    moment = value.astimezone(PARIS) if isinstance(value, datetime) else value
    return str(format_date(moment, "d\u00a0MMMM y", rebase=False))


def hour(value: datetime) -> str:
    """Return « 14 h 05 », in the town's time."""
    return str(format_time(value.astimezone(PARIS), "H\u00a0'h'\u00a0mm", rebase=False))


def moment(value: datetime) -> str:
    """Return « 3 mars 2026 à 14 h 05 »."""
    return str(format_datetime(value.astimezone(PARIS), "d\u00a0MMMM y 'à' H\u00a0'h'\u00a0mm", rebase=False))


def reference(text: str) -> str:
    """Return a dossier's reference in two groups: « 7KQM 4RXT »."""
    return f"{text[:4]} {text[4:]}"


def base64(data: bytes) -> str:
    """Return bytes as text for a data: URL."""
    return b64encode(data).decode("ascii")


def untrusted(value: Any) -> Any:
    """Return what a template prints, escaped if it is a lazy sentence: it passes for HTML, whatever name is put in it.

    Its apostrophes stay: French has many, and attributes that hold what is printed are in double quotes.
    """
    if not isinstance(value, LazyString):
        return value
    return Markup("'").join(str(value).split("'"))


def init_app(app: Flask, settings: Settings) -> None:
    """Prepare Jinja: an undefined name is an error, not a blank."""
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.finalize = untrusted
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters.update(
        phone=phone, call=call, whole=whole, initial=initial, day=day, short_day=short_day, hour=hour, moment=moment
    )
    environment.filters.update(
        reference=reference, base64=base64, typeset=typeset, calling=calling(settings.town.phone)
    )
    environment.globals.update(town=settings.town, portal=settings, layout="layouts/page.html")
