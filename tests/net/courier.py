"""A browser reduced to what it sends: HTTP over one connection, forms filled in, HTMX's headers."""

import gzip
import http.client
from dataclasses import dataclass
from functools import cached_property
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

import brotli
from bs4 import BeautifulSoup

from tests.support.client import form_of, typed

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "main#main"}


@dataclass(frozen=True)
class Answer:
    """An answer, its body as it came and as it reads."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @cached_property
    def text(self) -> str:
        decode = {"gzip": gzip.decompress, "br": brotli.decompress}.get(self.headers["Content-Encoding"], bytes)
        return decode(self.body).decode()

    @cached_property
    def soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.text, "html.parser")


class Courier:
    """Sends requests to `port`, as the browser of someone who accepts these codings."""

    def __init__(self, port: int, codings: str = "gzip, br", patience: float = 10) -> None:
        self.port, self.codings, self.patience = port, codings, patience
        self.connection: http.client.HTTPConnection | None = None
        self.cookies: SimpleCookie = SimpleCookie()

    def ask(self, method: str, path: str, values: dict[str, Any] | None = None, *, htmx: bool = False) -> Answer:
        """Send one request on the open connection, or on a new one; raise OSError or HTTPException when it breaks."""
        if self.connection is None:
            self.connection = self.connect()
        headers = {"Accept-Encoding": self.codings, "Sec-Fetch-Site": "same-origin"} | (HTMX if htmx else {})
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={one.value}" for name, one in self.cookies.items())
        if values is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self.connection.request(
                method, path, urlencode(values, doseq=True) if values is not None else None, headers
            )
            response = self.connection.getresponse()
            if response.length is None:  # a head cut short passes for a whole one here; in a browser, TLS tells
                raise http.client.IncompleteRead(b"")
            for cookie in response.headers.get_all("Set-Cookie", []):
                self.cookies.load(cookie)
            return Answer(response.status, response.headers, response.read())
        except (OSError, http.client.HTTPException):
            self.hang_up()
            raise

    def connect(self) -> http.client.HTTPConnection:
        """Return a connection, not open yet."""
        return http.client.HTTPConnection("localhost", self.port, timeout=self.patience)

    def hang_up(self) -> None:
        """Close the connection."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def fill_in(self, page: Answer, action: str | None = None, **values: Any) -> tuple[str, dict[str, Any]]:
        """Return the address and the values of the page's form, filled in."""
        form = form_of(page.soup, action)
        return str(form["action"]), typed(form) | values
