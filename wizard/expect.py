"""What the value of a setting must look like; each check returns it, or raises Unexpected with what is expected."""

import ipaddress
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from wizard.models.childfile import KINDS_OF_DOCUMENTS, SERVICES
from wizard.values import forbidden
from wizard.values.colours import contrast_with_white
from wizard.values.randomness import seems_random

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
MAX_LOGO = 8 * 1024
SHORTEST_KEY = 16


class Unexpected(ValueError):
    """The sentence says what is expected, and never the value, which may hold a password."""


def matching(pattern: str, expected: str) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise Unexpected(f"attendu {expected}")
        return value

    return check


text = matching(r"[^\s\x00-\x1f][^\x00-\x1f]{0,199}", "un texte d'une ligne")
sentence = matching(r"[^\x00-\x1f]{0,300}", "une phrase, ou rien")
of_town = matching(
    r"(?:d['’]|de |du |des )[^\s\x00-\x1f][^\x00-\x1f]{0,199}",
    "le nom de la commune après « mairie », comme d'Oudon, du Havre ou de Honfleur",
)
citycode = matching(r"\d{5}|2[AB]\d{3}", "un code INSEE de commune, 5 caractères")
postcode = matching(r"\d{5}", "un code postal, 5 chiffres")
email = matching(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+", "une adresse électronique")
# Many servers take no other letters from who sends: each mail would be refused.
sender = matching(
    r"[!-;=?A-~]+@[!-;=?A-~]+\.[!-;=?A-~]+",
    "une adresse électronique sans accent (le nom de domaine accentué s'écrit xn--…)",
)
phone = matching(r"\+\d{8,15}", "un numéro international, +33…")
web = matching(r"https?://[^\s\"'<>;]+", "une adresse web")
origin = matching(r"https?://[a-z0-9.-]+(:\d+)?", "un schéma et un nom d'hôte, comme https://www.commune.fr")


def site(value: Any) -> str:
    """Return the origin of a site that may embed the portal; raises Unexpected on anything else."""
    found = origin(value)
    if found.startswith("http://") and urlsplit(found).hostname not in LOOPBACK:
        raise Unexpected("attendu un site en https")
    return found


def each(check: Callable[[Any], str]) -> Callable[[Any], tuple[str, ...]]:
    def check_all(values: Any) -> tuple[str, ...]:
        if not isinstance(values, list):
            raise Unexpected("attendu une liste")
        return tuple(check_one(place, value) for place, value in enumerate(values, start=1))

    def check_one(place: int, value: Any) -> str:
        try:
            return check(value)
        except Unexpected as error:
            raise Unexpected(f"{error} (n° {place} de la liste)") from None

    return check_all


def among(*known: str) -> Callable[[Any], tuple[str, ...]]:
    return each(matching("|".join(known), "l'un de : " + ", ".join(known)))


def up_to(most: int, least: int = 1) -> Callable[[Any], int]:
    def check(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise Unexpected(f"attendu un nombre entier, de {least} à {most}")
        return value

    return check


# Ten years: what is kept, or waited for, longer is a slip of the hand, and no date reaches before the first.
hours, days, months, years, port = (up_to(most) for most in (24 * 366, 3653, 120, 10, 65535))


def day_of_the_year(value: Any) -> tuple[int, int]:
    """Return the month and the day of « 06-01 »: one that each year has."""
    expected = 'un mois et un jour de chaque année, entre guillemets, comme "06-01" pour le 1er juin'
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
        raise Unexpected('attendu "oui" ou "non"')
    return bool(value == "oui")


def documents(value: Any) -> dict[str, Any]:
    """Return which known documents are asked (« oui », « non »), and those that a town adds: {label, why, law, …}."""
    if not isinstance(value, dict):
        raise Unexpected("attendu une section [dossier.documents]")
    return {slug: _document(slug, said) for slug, said in value.items()}


_OF_A_DOCUMENT: dict[str, Callable[[Any], Any]] = {
    "label": text,
    "why": text,
    "law": text,
    "scope": matching("child|family", '"child" ou "family"'),
    "validity": matching("year|none|date|duration", '"year", "none", "date" ou "duration"'),
    "months": months,
    "services": lambda value: value if value == "declared" else among(*SERVICES)(value),
    "required": yes_or_no,
}


def _document(slug: str, said: Any) -> Any:
    try:
        if slug in KINDS_OF_DOCUMENTS:
            return yes_or_no(said)
        return _own_document(slug, said)
    except Unexpected as error:
        raise Unexpected(f"{error} (document « {slug} »)") from None


def _own_document(slug: str, said: Any) -> dict[str, Any]:
    if not isinstance(said, dict) or not {"label", "why", "law"} <= said.keys() or said.keys() - _OF_A_DOCUMENT.keys():
        raise Unexpected(f"attendu {{label, why, law}}, et au besoin {', '.join(_OF_A_DOCUMENT)}")
    read = {name: _OF_A_DOCUMENT[name](each) for name, each in said.items()}
    if not re.fullmatch(r"[a-z_]{1,40}", slug):
        raise Unexpected("attendu un nom en lettres minuscules")
    if (read.get("validity") == "duration") != ("months" in read):
        raise Unexpected('attendu « months » avec validity = "duration", et seulement avec elle')
    if any(forbidden.is_named(each) for each in (slug, read["label"], read["why"])):
        raise Unexpected("ceci ne peut pas être demandé aux familles")
    return read


def colour(value: Any) -> str:
    colour = matching(r"#[0-9a-fA-F]{6}", "une couleur, comme #1f5f8b")(value)
    if contrast_with_white(colour) < 4.5:
        raise Unexpected("couleur trop claire : un texte blanc y serait illisible (contraste 4,5 au moins)")
    return colour


def logo(value: Any, instance: Path) -> Path:
    path = instance / str(value)
    if path.suffix not in {".svg", ".png", ".webp"} or not path.is_file() or path.stat().st_size > MAX_LOGO:
        raise Unexpected("attendu un fichier .svg, .png ou .webp de 8 Ko au plus, à côté de town.toml")
    return path


def _url(value: str, expected: str) -> SplitResult:
    """Split a URL; the library's own errors hold pieces of it, hence of a password with an unexpected mark."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise Unexpected(expected) from None
    if not parts.hostname or parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise Unexpected(expected)
    return parts


def public(value: str) -> str:
    expected = "attendu un schéma et un nom d'hôte, sans chemin, comme https://famille.commune.fr"
    parts = _url(value, expected)
    if "@" in parts.netloc:
        raise Unexpected(expected)
    if not parts.netloc.isascii():  # it is in the head of each mail
        raise Unexpected("le nom d'hôte accentué s'écrit xn--… : demandez cette forme à qui gère votre nom de domaine")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise Unexpected("attendu une adresse en https (http n'est accepté que sur localhost)")
    return f"{parts.scheme}://{parts.netloc}"


def smtp(value: str) -> str:
    expected = (
        "attendu smtp://, smtp+starttls:// ou smtps:// puis [nom:mot de passe@]serveur[:port] ; "
        "dans le nom et le mot de passe, écrivez %23 pour #, %2F pour /, %3F pour ?, %5B pour [, %5D pour ], "
        "%40 pour @, %3A pour :, %25 pour %"
    )
    parts = _url(value, expected)
    if parts.scheme not in {"smtp", "smtps", "smtp+starttls"}:
        raise Unexpected(expected)
    credentials = unquote(parts.netloc.rpartition("@")[0])
    if not credentials.isascii():
        raise Unexpected("un nom ou un mot de passe accentué n'est pas transmissible : demandez-en un autre")
    if credentials and parts.scheme == "smtp" and parts.hostname not in LOOPBACK:
        raise Unexpected(
            "un mot de passe passerait en clair sur le réseau : écrivez smtp+starttls:// ou smtps:// "
            "(smtp:// avec un nom n'est accepté que vers cette machine)"
        )
    return value


def secret_key(value: str) -> str:
    if len(value) < SHORTEST_KEY or not seems_random(value):
        raise Unexpected(
            f"clé trop courte ou trop régulière, attendu au moins {SHORTEST_KEY} caractères tirés au hasard : "
            "« openssl rand -hex 32 » en donne"
        )
    return value


def networks(value: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(part) for part in value.replace(",", " ").split())
    except ValueError:
        raise Unexpected("attendu des réseaux, comme 192.0.2.0/24 ou 2001:db8::/32") from None


log_form = matching("text|journal|json", "text, journal ou json")


def address(value: str) -> str:
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        raise Unexpected("attendu une adresse IP, comme 127.0.0.1") from None


def switch(value: str) -> bool:
    if value not in {"0", "1"}:
        raise Unexpected("attendu 0 ou 1")
    return value == "1"
