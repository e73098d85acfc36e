"""A phone that sends a document part by part, as static/documents.js does, without a browser."""

import hashlib
import http.client
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from bs4 import BeautifulSoup

from tests.support.walk import PASSWORD

FIRST, LEAST, LARGEST = 16384, 4096, 262144
YEAR, KIND = "2026-2027", "assurance"
_FORM = "application/x-www-form-urlencoded"


@dataclass
class Sender:
    """A parent signed in, about to send for a child from a `page`.

    `acknowledged` is how far the last answer said that a file was.
    """

    port: int
    email: str
    child: int
    page: str
    patience: float = 10.0
    largest: int = LARGEST
    acknowledged: int = 0
    sent: int = 0
    token: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    connection: http.client.HTTPConnection | None = None

    def sign_in(self) -> None:
        """Open the page that asks for the document."""
        form = BeautifulSoup(self.ask("GET", "/connexion")[2], "html.parser")
        field = form.select_one("main [name=csrf_token]")
        values = {"username": self.email, "password": PASSWORD, "csrf_token": field["value"] if field else ""}
        status, headers, _body = self.ask("POST", f"/connexion?suite={self.page}", urlencode(values).encode(), _FORM)
        assert status == 303, status
        page = BeautifulSoup(self.ask("GET", str(headers["Location"]))[2], "html.parser")
        sending = page.select_one("#sending")
        assert sending, page.get_text(" ", strip=True)[:300]
        self.token = str(sending["data-token"])

    def ask(
        self, method: str, path: str, body: bytes = b"", kind: str = "", **more: str
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Send a request on the open connection, or on a new one; raise OSError or HTTPException when it breaks."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection("localhost", self.port, timeout=self.patience)
        headers = {"Sec-Fetch-Site": "same-origin", "X-CSRFToken": self.token} | {
            name.replace("_", "-"): value for name, value in more.items()
        }
        headers |= {"Content-Type": kind} if kind else {}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            self.connection.request(method, path, body or None, headers)
            answer = self.connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            self.hang_up()
            raise
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
        return answer.status, answer.headers, content

    def hang_up(self) -> None:
        """Close the connection."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def begin(self, content: bytes, page: int = 1) -> tuple[str, int]:
        """Return where a file is to be sent, and how much of it is there."""
        values = {"child": self.child, "year": YEAR, "kind": KIND, "page": page, "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest()}  # fmt: skip
        status, headers, _body = self.ask("POST", "/documents/envois", urlencode(values).encode(), _FORM)
        assert status == 201, status
        return str(headers["Location"]), int(headers["Upload-Offset"])

    def offset(self, path: str) -> int:
        """Ask how much of a file is there."""
        status, headers, _body = self.ask("HEAD", path)
        assert status == 204, status
        return int(headers["Upload-Offset"])

    def patch(self, path: str, content: bytes, offset: int, part: int) -> int:
        """Send a part, and return where the next one begins."""
        end = min(offset + part, len(content))
        self.sent += end - offset
        status, headers, _body = self.ask("PATCH", path, content[offset:end], "application/partial-upload",
            Upload_Offset=str(offset), Upload_Complete="?1" if end == len(content) else "?0")  # fmt: skip
        assert status in {204, 409}, status
        return int(headers["Upload-Offset"])

    def send(self, content: bytes, page: int = 1, until: float = 120.0) -> str:
        """Send a whole file through whatever happens; what was acknowledged is there, whenever it is asked."""
        path, offset, part, self.acknowledged = "", -1, FIRST, 0
        deadline = time.monotonic() + until
        while offset < len(content):
            assert time.monotonic() < deadline, "the file never arrived"
            began, asks = time.monotonic(), offset < 0
            try:
                if not path:
                    path, offset = self.begin(content, page)
                elif asks:
                    offset = self.offset(path)
                else:
                    offset = self.acknowledged = self.patch(path, content, offset, part)
                    part = min(2 * part, self.largest) if time.monotonic() - began < 2 else part
                assert offset >= self.acknowledged, "a part that was acknowledged is lost"
            except (OSError, http.client.HTTPException):
                part, offset = part if asks else max(part // 2, LEAST), -1
                time.sleep(0.05)
        return path

    def finish(self, *paths: str) -> int:
        """Send the page's form, and return the status of the answer."""
        numbers: list[tuple[str, Any]] = [("envoi", path.rpartition("/")[2]) for path in paths]
        body = urlencode([("csrf_token", self.token), *numbers]).encode()
        return self.ask("POST", self.page, body, _FORM)[0]
