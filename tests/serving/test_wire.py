"""What leaves on a connection: a page in one piece, and by the thread that made it."""

import socket
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

import pytest
import waitress
from waitress import wasyncore

from wizard.web.wire import Channel

PAGE = b"<p>" + b"x" * 12_000 + b"</p>"
LARGE = bytes(range(256)) * 40_000


class Watched(Channel):
    """A connection that counts who sends, and whether at the loop's turn."""

    calls: ClassVar[Counter[str]] = Counter()

    def send(self, data: bytes, do_close: bool = True) -> int:
        self.calls["send"] += 1
        return int(super().send(data, do_close))

    def handle_write(self) -> None:
        self.calls["turn of the loop"] += 1
        super().handle_write()


def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    body = {"/page": PAGE, "/large": LARGE}.get(environ["PATH_INFO"], b"")
    start_response("200 OK" if body else "303 See Other", [("Content-Length", str(len(body)))] if body else [])
    return [body] if body else []


@pytest.fixture
def port() -> Iterator[int]:
    Watched.calls.clear()
    sockets: dict[int, wasyncore.dispatcher] = {}
    listener = socket.create_server(("127.0.0.1", 0))
    server = waitress.create_server(
        answer, map=sockets, sockets=[listener], threads=2, asyncore_use_poll=True, outbuf_overflow=64_000_000
    )
    server.channel_class = Watched
    stop = threading.Event()

    def loop() -> None:
        while not stop.is_set():
            wasyncore.loop(timeout=0.1, use_poll=True, map=sockets, count=1)

    thread = threading.Thread(target=loop)
    thread.start()
    yield listener.getsockname()[1]
    stop.set()
    thread.join()
    server.task_dispatcher.shutdown()
    wasyncore.close_all(sockets, ignore_all=True)


def ask(wire: socket.socket, path: str) -> None:
    wire.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())


def read(wire: socket.socket, end: bytes) -> bytes:
    answered = b""
    while not answered.endswith(end):
        piece = wire.recv(65536)
        assert piece, answered[-200:]
        answered += piece
    return answered


def test_a_page_leaves_with_its_head_in_one_piece_and_the_loop_has_none_of_it(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
        for _ in range(50):
            ask(wire, "/page")
            assert read(wire, PAGE).count(b"HTTP/1.1 200 OK") == 1
    assert Watched.calls == {"send": 50}


def test_a_head_without_a_body_leaves_too(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
        ask(wire, "/elsewhere")
        assert read(wire, b"\r\n\r\n").startswith(b"HTTP/1.1 303 See Other")


def test_what_a_slow_reader_does_not_take_at_once_follows_whole_and_in_order(port: int) -> None:
    with socket.socket() as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        wire.settimeout(20)
        wire.connect(("127.0.0.1", port))
        ask(wire, "/large")
        ask(wire, "/page")
        answered = read(wire, PAGE)
    assert answered.partition(b"\r\n\r\n")[2].startswith(LARGE + b"HTTP/1.1 200 OK")
    assert Watched.calls["turn of the loop"] > 0


def test_who_hangs_up_in_the_middle_leaves_the_others_served(port: int) -> None:
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
            ask(wire, "/large")
            wire.recv(1000)
    with socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
        ask(wire, "/page")
        assert read(wire, PAGE)
