"""The national geocoder, played by a server of this machine that answers as it does, or badly."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.answering import answering


def feature(**properties: Any) -> dict[str, Any]:
    known = {
        "label": "8 Rue des Pénitents 44000 Nantes",
        "score": 0.96,
        "housenumber": "8",
        "id": "44109_7777_00008",
        "name": "8 Rue des Pénitents",
        "street": "Rue des Pénitents",
        "postcode": "44000",
        "citycode": "44109",
        "city": "Nantes",
        "district": None,
        "type": "housenumber",
        "context": "44, Loire-Atlantique, Pays de la Loire",
        "_type": "address",
    } | properties
    geometry = {"type": "Point", "coordinates": [-1.55, 47.21]}
    return {"type": "Feature", "geometry": geometry, "properties": known}


class Service(ThreadingHTTPServer):
    """Answers with `features`, unless told to do otherwise."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.features: list[Any] = [feature()]
        self.body: bytes | None = None
        self.status, self.headers, self.delay, self.dribble = 200, {}, 0.0, 0.0
        self.asked: list[dict[str, list[str]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/geocodage"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are what is tested."""


class Answering(BaseHTTPRequestHandler):
    server: Service

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        assert address.path == "/geocodage/search"
        self.server.asked.append(parse_qs(address.query))
        time.sleep(self.server.delay)
        body = self.server.body
        if body is None:
            body = json.dumps({"type": "FeatureCollection", "features": self.server.features}).encode()
        self.send_response(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        for byte in body if self.server.dribble else ():
            self.wfile.write(bytes([byte]))
            time.sleep(self.server.dribble)
        if not self.server.dribble:
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """What is typed is written nowhere."""


@contextmanager
def serving() -> Iterator[Service]:
    """Answer until the end of the block."""
    server = Service()
    with answering(server):
        yield server
