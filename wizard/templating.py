"""What every template may use: the town, and how dates, phones and keys read in French."""

from base64 import b64encode
from datetime import date, datetime

from flask import Flask
from flask_babel import format_date, format_datetime, format_time
from jinja2 import StrictUndefined

from wizard.clock import PARIS
from wizard.settings import Settings
from wizard.values import phones
from wizard.values.dates import PartialDate, earliest


def phone(number: str | None) -> str:
    """Return an E.164 number as it is read in France: « 06 12 34 56 78 », « +32 470 12 34 56 »."""
    return phones.shown(number)


def day(value: date | datetime) -> str:
    """Return « mardi 3 mars 2026 », in the town's time."""
    moment = value.astimezone(PARIS) if isinstance(value, datetime) else value
    return str(format_date(moment, "EEEE d MMMM y", rebase=False))


def short_day(value: date | datetime | PartialDate) -> str:
    """Return « 3 mars 2026 », « mars 2026 » or « 2026 »: what is known of the date."""
    if isinstance(value, PartialDate):
        return str(format_date(earliest(value), "MMMM y" if value.month else "y", rebase=False))
    moment = value.astimezone(PARIS) if isinstance(value, datetime) else value
    return str(format_date(moment, "d MMMM y", rebase=False))


def hour(value: datetime) -> str:
    """Return « 14 h 05 », in the town's time."""
    return str(format_time(value.astimezone(PARIS), "H 'h' mm", rebase=False))


def moment(value: datetime) -> str:
    """Return « 3 mars 2026 à 14 h 05 »."""
    return str(format_datetime(value.astimezone(PARIS), "d MMMM y 'à' H 'h' mm", rebase=False))


def reference(text: str) -> str:
    """Return a dossier's reference in two groups: « 7KQM 4RXT »."""
    return f"{text[:4]} {text[4:]}"


def base64(data: bytes) -> str:
    """Return bytes as text for a data: URL."""
    return b64encode(data).decode("ascii")


def init_app(app: Flask, settings: Settings) -> None:
    """Prepare Jinja: an undefined name is an error, not a blank."""
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters.update(phone=phone, day=day, short_day=short_day, hour=hour, moment=moment)
    environment.filters.update(reference=reference, base64=base64)
    environment.globals.update(town=settings.town, portal=settings, layout="layouts/page.html")
