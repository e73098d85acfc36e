"""A folder of towns, and who visits them by their hosts."""

import ctypes
import http.client
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

ROOT = Path(__file__).parents[2]
TOWN = (ROOT / "instance" / "town.toml").read_text(encoding="utf-8")
NAMES = {"oudon": "Oudon", "ancenis": "Ancenis", "mesanger": "Mésanger"}
_CODES = {"oudon": ("44115", "44521"), "ancenis": ("44003", "44150"), "mesanger": ("44096", "44522")}


def a_town(folder: Path, slug: str, **variables: str) -> Path:
    """Make the folder of a town, whose host is `slug`.example."""
    path = folder / slug
    path.mkdir(parents=True)
    citycode, postcode = _CODES.get(slug, _CODES["oudon"])
    text = re.sub(r'^name = ".*"', f'name = "{NAMES.get(slug, slug.title())}"', TOWN, count=1, flags=re.M)
    text = text.replace('"44115"', f'"{citycode}"', 1).replace('"44521"', f'"{postcode}"', 1)
    (path / "town.toml").write_text(text, encoding="utf-8")
    given = {
        "PORTAIL_PUBLIC_URL": f"https://{slug}.example",
        "PORTAIL_SECRET_KEY": f"the secret key of {slug}, long enough",
        "PORTAIL_DOCUMENTS_KEY": f"the documents' key of {slug}, long enough",
        **variables,
    }
    write_variables(path, given)
    return path


def write_variables(path: Path, given: Mapping[str, str]) -> None:
    """Write the file of the variables of a town."""
    file = path / "portail.env"
    file.write_text("".join(f"{name}={value}\n" for name, value in given.items()), encoding="utf-8")
    file.chmod(0o600)


_CAPABILITIES = 0x20080522
_WHATEVER_THE_MODE = 0b110  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH: those of root


@contextmanager
def closed_to_us(path: Path) -> Iterator[None]:
    """Have a folder stop this thread as one that root made with `mkdir` stops the portal, though the test be root."""
    libc, header = ctypes.CDLL(None), (ctypes.c_uint32 * 2)(_CAPABILITIES, 0)
    had, left = (ctypes.c_uint32 * 6)(), (ctypes.c_uint32 * 6)()
    for capabilities in (had, left):
        libc.capget(header, capabilities)
    left[0] &= ~_WHATEVER_THE_MODE
    path.chmod(0)
    libc.capset(header, left)
    try:
        yield
    finally:
        libc.capset(header, had)
        path.chmod(0o700)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status_code: int
    headers: http.client.HTTPMessage
    text: str
    request: Any

    @property
    def location(self) -> str:
        return str(self.headers["Location"])


@dataclass(frozen=True)
class _Asked:
    path: str


@dataclass
class Visitor:
    """A browser that a proxy brings to the portal, over plain HTTP, whatever the host it asks for."""

    port: int
    host: str
    cookies: dict[str, str] = field(default_factory=dict)
    address: str = "127.0.0.1"

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, data: Mapping[str, Any] = {}) -> Answer:
        return self._ask("POST", path, urlencode(data, doseq=True))

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        path = urlsplit(path).path + (f"?{urlsplit(path).query}" if urlsplit(path).query else "")
        headers = {"Host": self.host, "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        connection = http.client.HTTPConnection(self.address, self.port, timeout=60)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        for name, value in _cookies(answer.headers):
            self.cookies[name] = value
        return Answer(answer.status, answer.headers, text, _Asked(urlsplit(path).path))


def _cookies(headers: http.client.HTTPMessage) -> Iterator[tuple[str, str]]:
    for line in headers.get_all("Set-Cookie", []):
        name, _equals, value = line.partition(";")[0].partition("=")
        yield name, value
