"""Texts, numbers, dates, and the other plain values of town.toml and of the environment."""

import os
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from wizard.values import phones, zones
from wizard.values.colours import contrast_with_white
from wizard.values.emails import is_email
from wizard.values.randomness import seems_random

MAX_LOGO = 8 * 1024
SHORTEST_KEY = 16

# Ends a line, or is nothing that one sees: the head of a mail takes none.
_CONTROLS = r"\x00-\x1f\x7f-\x9f\u2028\u2029"


class Unexpected(ValueError):
    """The sentence says what is expected, never the value, which may hold a password; `part` is what is wrong in it."""

    def __init__(self, sentence: str, *part: Any) -> None:
        super().__init__(sentence)
        self.part = part


def matching(pattern: str, expected: str) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if not isinstance(value, str):
            raise Unexpected(f"attendu {expected}, entre guillemets")
        if not re.fullmatch(pattern, value):
            raise Unexpected(f"attendu {expected}")
        return value

    return check


text = matching(rf"[^\s{_CONTROLS}][^{_CONTROLS}]{{0,199}}", "un texte d'une ligne, de 200 caractères au plus")
sentence = matching(rf"[^{_CONTROLS}]{{0,300}}", "une phrase de 300 caractères au plus, ou rien")
of_town = matching(
    rf"(?:d['’]|de |du |des )[^\s{_CONTROLS}][^{_CONTROLS}]{{0,199}}",
    "le nom de la commune après « mairie », comme d'Oudon, du Havre ou de Honfleur",
)
citycode = matching(r"[0-9]{5}|2[AB][0-9]{3}", "un code INSEE de commune, 5 caractères, comme 44115")
postcode = matching(r"[0-9]{5}", "un code postal, 5 chiffres, comme 44521")
_zone = matching("|".join(zones.NAMES), "un fuseau de France, comme Europe/Paris, Indian/Reunion ou America/Guadeloupe")
_email = matching(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+", "une adresse électronique, comme enfance@commune.fr")
# Many servers take no other letters from who sends: each mail would be refused.
_ascii_email = matching(
    r"[!-;=?A-~]+@[!-;=?A-~]+\.[!-;=?A-~]+",
    "une adresse électronique sans accent (le nom de domaine accentué s'écrit xn--…)",
)


def zone(value: Any) -> ZoneInfo:
    return ZoneInfo(_zone(value))


def email(value: Any) -> str:
    return _mailable(_email(value))


def sender(value: Any) -> str:
    return _mailable(_ascii_email(value))


def _mailable(address: str) -> str:
    # Under a public domain: those of private networks (« mairie.local ») are good here, and not for the library.
    if not is_email(f"{address}.example"):
        raise Unexpected("attendu une adresse électronique, comme enfance@commune.fr")
    return address


def phone(value: Any) -> str:
    number = phones.e164(value) if isinstance(value, str) else None
    if number is None:
        raise Unexpected("attendu un numéro de téléphone qui existe, entre guillemets, comme +33240836017")
    return number


def each(check: Callable[[Any], str]) -> Callable[[Any], tuple[str, ...]]:
    def check_all(values: Any) -> tuple[str, ...]:
        if not isinstance(values, list):
            raise Unexpected('attendu une liste entre crochets, comme ["…", "…"]')
        return tuple(dict.fromkeys(check_one(place, value) for place, value in enumerate(values, start=1)))

    def check_one(place: int, value: Any) -> str:
        try:
            return check(value)
        except Unexpected as error:
            raise Unexpected(f"{error} (n° {place} de la liste)", value) from None

    return check_all


def some(check: Callable[[Any], tuple[str, ...]]) -> Callable[[Any], tuple[str, ...]]:
    def check_some(values: Any) -> tuple[str, ...]:
        if not (found := check(values)):
            raise Unexpected("attendu une valeur au moins")
        return found

    return check_some


def among(*known: str) -> Callable[[Any], tuple[str, ...]]:
    return each(matching("|".join(known), "l'un de : " + ", ".join(known)))


def up_to(most: int, least: int = 1) -> Callable[[Any], int]:
    def check(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            bare = ", sans guillemets" if isinstance(value, str) else ""
            raise Unexpected(f"attendu un nombre entier, de {least} à {most}{bare}")
        return value

    return check


# Ten years: what is kept, or waited for, longer is a slip of the hand, and no date reaches before the first.
hours, days, months, years, port = (up_to(most) for most in (24 * 366, 3653, 120, 10, 65535))


def day_of_the_year(value: Any) -> tuple[int, int]:
    """Return the month and the day of « 06-01 »: one that each year has."""
    expected = 'un mois et un jour de chaque année, comme "06-01" pour le 1er juin'
    month, day = matching(r"[0-9]{2}-[0-9]{2}", expected)(value).split("-")
    try:
        date(2001, int(month), int(day))
    except ValueError:
        raise Unexpected(f"attendu {expected}") from None
    return int(month), int(day)


def day(value: Any) -> date:
    """Return a day, written as TOML has them or between quotes: 2026-03-01."""
    try:
        return value if type(value) is date else date.fromisoformat(value)
    except (TypeError, ValueError):
        raise Unexpected("attendu une date, comme 2026-03-01") from None


def yes_or_no(value: Any) -> bool:
    if value not in ("oui", "non"):
        raise Unexpected('attendu "oui" ou "non", entre guillemets')
    return bool(value == "oui")


log_form = matching("text|journal|json", "text, journal ou json")


def switch(value: str) -> bool:
    if value not in {"0", "1"}:
        raise Unexpected("attendu 0 ou 1")
    return value == "1"


def colour(value: Any) -> str:
    colour = matching(r"#[0-9a-fA-F]{6}", "une couleur, comme #1f5f8b")(value)
    if contrast_with_white(colour) < 4.5:
        raise Unexpected("couleur trop claire : un texte blanc y serait illisible (contraste 4,5 au moins)")
    return colour


def logo(value: Any, instance: Path) -> Path:
    path = instance / text(value)
    if path.suffix not in {".svg", ".png", ".webp"} or not path.is_file() or path.stat().st_size > MAX_LOGO:
        raise Unexpected("attendu un fichier .svg, .png ou .webp de 8 Ko au plus, à côté de town.toml")
    return path


def file(value: str, instance: Path) -> Path:
    """Return the path of a file that may be there or be made: from `instance`, wherever a command is given."""
    path = Path(os.path.abspath(instance / value))
    try:
        path.lstat()
    except (FileNotFoundError, PermissionError):
        return path
    except (OSError, ValueError):
        raise Unexpected("attendu le chemin d'un fichier") from None
    if path.is_dir():
        raise Unexpected("attendu le chemin d'un fichier, et non d'un dossier")
    return path


def secret_key(value: str) -> str:
    if len(value) < SHORTEST_KEY or not seems_random(value):
        raise Unexpected(
            f"clé trop courte ou trop régulière, attendu au moins {SHORTEST_KEY} caractères tirés au hasard : "
            "« openssl rand -hex 32 » en donne"
        )
    return value


def password(value: str) -> str:
    if not value.isascii():
        raise Unexpected("accentué, il n'est pas transmissible : demandez-en un autre")
    return value
