"""A browser without JavaScript that talks to a running portal: what the tests' client does, over the network."""

import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from email.message import Message
from http.cookiejar import CookieJar
from typing import Any


@dataclass(frozen=True)
class Asked:
    """What was asked."""

    path: str


@dataclass(frozen=True)
class Answered:
    """An answer, with the names that the tests' client gives it."""

    status_code: int
    headers: Message
    data: bytes
    request: Asked

    @property
    def text(self) -> str:
        return self.data.decode()

    @property
    def location(self) -> str:
        return str(self.headers["Location"])


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: Any) -> None:
        return None


class RemoteClient:
    """A browser at the portal's public address, behind a proxy that says its own `address`, if any."""

    def __init__(self, origin: str, address: str = "") -> None:
        self.origin = origin
        self.told = {"X-Forwarded-For": address} if address else {}
        self.jar = CookieJar()
        self._opener = urllib.request.build_opener(_NoRedirect(), urllib.request.HTTPCookieProcessor(self.jar))

    @property
    def cookies(self) -> str:
        """The Cookie header that this browser sends."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)

    def get(self, path: str) -> Answered:
        return self._ask(path, None)

    def post(self, path: str, data: dict[str, Any]) -> Answered:
        return self._ask(path, urllib.parse.urlencode(data, doseq=True).encode())

    def _ask(self, path: str, body: bytes | None) -> Answered:
        url = urllib.parse.urljoin(self.origin, path)
        headers = self.told | ({"Origin": self.origin} if body is not None else {})
        request = urllib.request.Request(url, data=body, headers=headers)
        try:
            with self._opener.open(request, timeout=60) as answer:
                return Answered(answer.status, answer.headers, answer.read(), Asked(urllib.parse.urlsplit(url).path))
        except urllib.error.HTTPError as answer:
            with answer:
                return Answered(answer.code, answer.headers, answer.read(), Asked(urllib.parse.urlsplit(url).path))
