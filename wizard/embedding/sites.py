"""Which sites may show the portal, as a webmaster asks it."""

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from wizard import expect


@dataclass(frozen=True)
class Verdict:
    """Whether `origin`, the value that town.toml takes, may embed; an empty origin could not be read."""

    origin: str
    allowed: bool = False


def judge(text: str, allowed: Collection[str]) -> Verdict:
    """Return the verdict on a site typed as one likes: « www.commune.fr », « https://commune.fr/enfance »."""
    try:
        origin = expect.site(_origin(text))
    except (ValueError, UnicodeError):
        return Verdict("")
    return Verdict(origin, origin in allowed)


def _origin(text: str) -> str:
    """Return the scheme, host and port of `text`; accents of a host name in the form that browsers send."""
    parts = urlsplit(text if "://" in text else f"https://{text}")
    host = (parts.hostname or "").encode("idna").decode("ascii")
    standard = {"https": 443, "http": 80}.get(parts.scheme)
    port = f":{parts.port}" if parts.port and parts.port != standard else ""
    return f"{parts.scheme}://{host}{port}"
