"""Fetches the official address files of départements, as the national base publishes them every week."""

import http.client
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

OFFICIAL = "https://adresse.data.gouv.fr/data/ban/adresses/latest/csv"
_DEPARTMENT = re.compile(r"\d{2,3}|2[AB]")
_TIMEOUT = 30
_CHUNK = 256 * 1024


class DownloadFailed(Exception):
    """A file cannot be had; the message says which and why."""


def urls(department: str, source: str = OFFICIAL) -> tuple[str, str]:
    """Return where the numbers and the hamlets of a département are. Raises DownloadFailed."""
    if not _DEPARTMENT.fullmatch(department):
        raise DownloadFailed(f"« {department} » n'est pas un département : 44, 2A, 974…")
    if not source.startswith(("https://", "http://")):
        raise DownloadFailed(f"{source} : attendu une adresse web")
    base = source.rstrip("/")
    return f"{base}/adresses-{department}.csv.gz", f"{base}/lieux-dits-{department}-beta.csv.gz"


def fetch(url: str, target: Path) -> Iterator[tuple[int, int]]:
    """Write what is at `url` into `target`; yield the bytes of each piece and the sum expected, 0 when unknown.

    Raises DownloadFailed.
    """
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT) as response, target.open("wb") as file:  # nosec B310
            expected = int(response.headers.get("Content-Length") or 0)
            while piece := response.read(_CHUNK):
                file.write(piece)
                yield len(piece), expected
            written = file.tell()
    except urllib.error.HTTPError as error:
        error.close()
        raise DownloadFailed(f"{url} : le serveur répond {error.code}") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise DownloadFailed(f"{url} : {getattr(error, 'reason', error)}") from error
    if expected and written != expected:
        raise DownloadFailed(f"{url} : {written} octets reçus sur {expected}")
