"""What names a place on the network: hosts, addresses of sites and of servers, networks."""

import ipaddress
import re
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from wizard.expect.plain import Unexpected, text

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

LOOPBACK = {"localhost", "127.0.0.1", "::1"}

# A larger one holds more than any town hall has: « 0.0.0.0/0 » would lift the limits for the whole world.
_SHORTEST_PREFIX = {4: 8, 6: 16}

_STANDARD_PORTS = {"http": 80, "https": 443}
_LABEL = r"\w([\w-]{0,61}\w)?"
_NAME = re.compile(rf"(?=.{{1,254}}$){_LABEL}(\.{_LABEL})*\.?")
_LOOKS_LIKE_A_NETWORK = re.compile(r"(?=.*[.:])[0-9a-fA-F.:]{2,39}(/[0-9]{1,3})?")


def _is_host(name: str) -> bool:
    """Whether this may be a host: a name, accented or not, or an IP address without brackets."""
    if ":" in name or re.fullmatch(r"[0-9.]+", name):
        return _is_address(name)
    return _NAME.fullmatch(name) is not None


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def written_host(host: str) -> str:
    """Return a host as a URL has it: an IPv6 address is in brackets."""
    return f"[{host}]" if ":" in host else host


def _url(value: str, expected: str) -> SplitResult:
    """Split a URL; the library's own errors hold pieces of it, hence of a password with an unexpected mark."""
    if re.search(r"[\x00-\x1f]", value):  # the library would drop a line break without a word
        raise Unexpected(expected)
    try:
        parts = urlsplit(value)
    except ValueError:
        raise Unexpected(expected) from None
    try:
        valid_port = parts.port is None or parts.port > 0
    except ValueError:
        valid_port = False
    if not valid_port:
        raise Unexpected(f"{expected} ; le port va de 1 à 65535")
    if not _is_host(parts.hostname or ""):
        raise Unexpected(expected)
    return parts


def _bare_url(value: str, expected: str) -> SplitResult:
    """Split a URL that names a server, and no page of it."""
    parts = _url(value, expected)
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise Unexpected(expected)
    return parts


def _origin(parts: SplitResult) -> str:
    """Return what browsers call the origin: in small letters, without the port that goes without saying."""
    port = "" if parts.port in {None, _STANDARD_PORTS.get(parts.scheme)} else f":{parts.port}"
    host = written_host(parts.hostname or "").removesuffix(".")
    return f"{parts.scheme}://{host}{port}"


def web(value: Any) -> str:
    """Return the address of a page; it may be shown, and holds no name nor password."""
    expected = "attendu une adresse web, entre guillemets, comme https://www.commune.fr"
    if not isinstance(value, str) or re.search(r"[\s\"'<>;]", value):
        raise Unexpected(expected)
    parts = _url(value, expected)
    if parts.scheme not in _STANDARD_PORTS or "@" in parts.netloc:
        raise Unexpected(expected)
    return value


def origin(value: Any) -> str:
    """Return the origin of a site, as browsers tell it."""
    expected = "attendu un schéma et un nom d'hôte, sans chemin, comme https://www.commune.fr"
    if not isinstance(value, str):
        raise Unexpected(f"{expected}, entre guillemets")
    parts = _bare_url(value, expected)
    if parts.scheme not in _STANDARD_PORTS or "@" in parts.netloc:
        raise Unexpected(expected)
    if not parts.netloc.isascii():
        raise Unexpected("le nom d'hôte accentué s'écrit xn--… : demandez cette forme à qui gère votre nom de domaine")
    return _origin(parts)


def site(value: Any) -> str:
    """Return the origin of a site that may embed the portal; raises Unexpected on anything else."""
    found = origin(value)
    if found.startswith("http://") and urlsplit(found).hostname not in LOOPBACK:
        raise Unexpected("attendu un site en https")
    return found


def public(value: str) -> str:
    """Return the origin of the portal: it is in the head of each mail."""
    found = origin(value)
    if found.startswith("http://") and urlsplit(found).hostname not in LOOPBACK:
        raise Unexpected("attendu une adresse en https (http n'est accepté que sur localhost)")
    return found


def smtp(value: str) -> str:
    expected = (
        "attendu smtp://, smtp+starttls:// ou smtps:// puis [nom:mot de passe@]serveur[:port] ; "
        "dans le nom et le mot de passe, écrivez %23 pour #, %2F pour /, %3F pour ?, %5B pour [, %5D pour ], "
        "%40 pour @, %3A pour :, %25 pour %"
    )
    parts = _bare_url(value, expected)
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


def host(value: Any) -> str:
    """Return the name of a server, or its IP address without brackets."""
    bare = text(value).removeprefix("[").removesuffix("]")
    if not _is_host(bare):
        raise Unexpected("attendu le nom d'un serveur, sans imap:// ni port, comme imap.commune.fr")
    return bare


def networks(value: str) -> tuple[Network, ...]:
    return tuple(map(_network, value.replace(",", " ").split()))


def _network(written: str) -> Network:
    # Another value than a network may be a password that was put in the wrong place.
    named = f", et non {written}" if _LOOKS_LIKE_A_NETWORK.fullmatch(written) else ""
    try:
        found = ipaddress.ip_interface(written.replace("[", "").replace("]", ""))
    except ValueError:
        raise Unexpected(f"attendu des réseaux, comme 192.0.2.0/24 ou 2001:db8::/32{named}") from None
    if found.ip != found.network.network_address:
        raise Unexpected(f"attendu des réseaux, comme {found.network}{named}")
    if found.network.prefixlen < _SHORTEST_PREFIX[found.version]:
        raise Unexpected(f"attendu les réseaux de la mairie, comme 192.0.2.0/24{named}, bien plus grand")
    return found.network


def address(value: str) -> str:
    try:
        found = ipaddress.ip_address(value.removeprefix("[").removesuffix("]"))
    except ValueError:
        raise Unexpected("attendu une adresse IP, comme 127.0.0.1 ou ::1, sans port") from None
    if found.is_unspecified or found.is_multicast:
        raise Unexpected("attendu l'adresse IP d'où le mandataire appelle, comme 127.0.0.1")
    return str(found)
