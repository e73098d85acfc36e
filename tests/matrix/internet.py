"""A small internet on loopback: a proxy behind which three sites answer over real TLS, the portal among them.

A browser that goes through it reaches https://portail.example, https://town.test and https://evil.test, three sites
of different names as on the day a town embeds the portal, without touching the machine's list of hosts.
"""

import http.client
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import trustme

from tests.support.answering import answering

PORTAL, TOWN, EVIL = "portail.example", "town.test", "evil.test"
_REPORTS = "/csp-reports"
_OF_THE_WAY = {"connection", "keep-alive", "transfer-encoding", "content-length", "proxy-connection"}


@dataclass(frozen=True)
class Heard:
    """One request that reached the portal."""

    method: str
    path: str
    headers: Mapping[str, str]
    status: int


@dataclass
class Internet:
    """What the sites show, and what the portal heard; `scripts` is False to lose every script on its way."""

    portal: int
    pages: dict[str, dict[str, str]]
    scripts: bool = True
    heard: list[Heard] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    port: int = 0

    def forget(self) -> None:
        """Begin anew: what a page of before still asks for is no longer heard."""
        self.heard, self.violations = [], []

    def wait_for(self, path: str) -> None:
        """Wait until the portal was asked for `path`, and the browser had time to show it."""
        deadline = time.monotonic() + 20
        while not any(one.path == path for one in self.heard):
            assert time.monotonic() < deadline, f"{path} was never asked for"
            time.sleep(0.05)
        time.sleep(0.5)


class _Handler(BaseHTTPRequestHandler):
    """A connection: CONNECT names a site, then TLS begins, then requests for that site."""

    protocol_version = "HTTP/1.1"
    server: "_Server"
    site = ""

    def do_CONNECT(self) -> None:
        self.site = self.path.partition(":")[0]
        self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        self.setup_streams()
        self.close_connection = False

    def setup_streams(self) -> None:
        self.rfile = self.connection.makefile("rb", -1)
        self.wfile = self.connection.makefile("wb", 0)  # type: ignore[assignment]

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def do_GET(self) -> None:
        self._answer()

    do_POST = do_HEAD = do_PATCH = do_DELETE = do_GET

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == _REPORTS:
            self.server.internet.violations.append(body.decode())
            self._send(204, {}, b"")
        elif self.site == PORTAL:
            self._pass_on(body)
        else:
            page = self.server.internet.pages.get(self.site, {}).get(self.path)
            kind = {"Content-Type": "text/html; charset=utf-8"}
            self._send(200 if page else 404, kind, (page or "").encode())

    def _pass_on(self, body: bytes) -> None:
        internet = self.server.internet
        heard = internet.heard
        if not internet.scripts and self.path.endswith(".js"):
            self._send(404, {}, b"")
            return
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _OF_THE_WAY}
        with closing(http.client.HTTPConnection("127.0.0.1", internet.portal, timeout=30)) as portal:
            portal.request(self.command, self.path, body or None, headers)
            answer = portal.getresponse()
            content = answer.read()
        heard.append(Heard(self.command, self.path, dict(self.headers.items()), answer.status))
        self._send(answer.status, _reporting(answer.getheaders()), content)

    def _send(self, status: int, headers: Mapping[str, str] | list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers.items() if isinstance(headers, Mapping) else headers:
            self.send_header(name, value)
        if status not in {204, 304}:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""


def _reporting(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return an answer's headers, its policy asking the browser to tell what it blocked."""
    kept = [(name, value) for name, value in headers if name.lower() not in _OF_THE_WAY]
    policy = "content-security-policy"
    return [(n, f"{v}; report-uri https://{PORTAL}{_REPORTS}" if n.lower() == policy else v) for n, v in kept]


class _Server(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self, internet: Internet, tls: ssl.SSLContext) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.internet, self.tls = internet, tls

    def handle_error(self, *_arguments: Any) -> None:
        """A browser that closes a connection is no event."""


@contextmanager
def connected(internet: Internet) -> Iterator[Internet]:
    """Open the proxy."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert(PORTAL, TOWN, EVIL).configure_cert(tls)
    server = _Server(internet, tls)
    internet.port = server.server_address[1]
    with answering(server):
        yield internet
