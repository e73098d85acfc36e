"""What the value of a setting must look like; each check returns it, or raises ValueError with what is expected."""

import ipaddress
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from wizard.colours import contrast_with_white

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
MAX_LOGO = 8 * 1024


def matching(pattern: str, expected: str) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise ValueError(f"attendu {expected}")
        return value

    return check


text = matching(r"[^\s\x00-\x1f][^\x00-\x1f]{0,199}", "un texte d'une ligne")
of_town = matching(
    r"(?:d['’]|de |du |des )[^\s\x00-\x1f][^\x00-\x1f]{0,199}",
    "le nom de la commune après « mairie », comme d'Oudon, du Havre ou de Honfleur",
)
citycode = matching(r"\d{5}|2[AB]\d{3}", "un code INSEE de commune, 5 caractères")
postcode = matching(r"\d{5}", "un code postal, 5 chiffres")
email = matching(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+", "une adresse électronique")
phone = matching(r"\+\d{8,15}", "un numéro international, +33…")
web = matching(r"https?://[^\s\"'<>;]+", "une adresse web")
origin = matching(r"https?://[a-z0-9.-]+(:\d+)?", "un schéma et un nom d'hôte, comme https://www.commune.fr")


def site(value: Any) -> str:
    """Return the origin of a site that may embed the portal; raises ValueError on anything else."""
    found = origin(value)
    if found.startswith("http://") and urlsplit(found).hostname not in LOOPBACK:
        raise ValueError("attendu un site en https")
    return found


def each(check: Callable[[Any], str]) -> Callable[[Any], tuple[str, ...]]:
    def check_all(values: Any) -> tuple[str, ...]:
        if not isinstance(values, list):
            raise ValueError("attendu une liste")
        return tuple(check(value) for value in values)

    return check_all


def positive(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError("attendu un nombre entier, au moins 1")
    return value


def colour(value: Any) -> str:
    colour = matching(r"#[0-9a-fA-F]{6}", "une couleur, comme #1f5f8b")(value)
    if contrast_with_white(colour) < 4.5:
        raise ValueError("couleur trop claire : un texte blanc y serait illisible (contraste 4,5 au moins)")
    return colour


def logo(value: Any, instance: Path) -> Path:
    path = instance / str(value)
    if path.suffix not in {".svg", ".png", ".webp"} or not path.is_file() or path.stat().st_size > MAX_LOGO:
        raise ValueError("attendu un fichier .svg, .png ou .webp de 8 Ko au plus, à côté de town.toml")
    return path


def public(value: str) -> str:
    parts = urlsplit(value.rstrip("/"))
    if parts.path or parts.query or not parts.hostname or parts.username:
        raise ValueError("attendu un schéma et un nom d'hôte, sans chemin")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ValueError("attendu une adresse en https (http n'est accepté que sur localhost)")
    _ = parts.port
    return value.rstrip("/")


def smtp(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"smtp", "smtps", "smtp+starttls"} or not parts.hostname:
        raise ValueError("attendu smtp://, smtp+starttls:// ou smtps:// puis [nom:mot de passe@]serveur[:port]")
    _ = parts.port
    return value


def networks(value: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(part) for part in value.replace(",", " ").split())


def address(value: str) -> str:
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        raise ValueError("attendu une adresse IP, comme 127.0.0.1") from None


def switch(value: str) -> bool:
    if value not in {"0", "1"}:
        raise ValueError("attendu 0 ou 1")
    return value == "1"
