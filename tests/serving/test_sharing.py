"""What goes wrong with one newcomer keeps nobody else at the door of a web process."""

import socket
import threading
import urllib.request
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
import waitress
from waitress import wasyncore
from waitress.channel import HTTPChannel

from tests.support.waiting import PATIENCE
from wizard.web.sharing import Share


def answer(_environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    start("200 OK", [("Content-Length", "2")])
    return [b"ok"]


class NoRoom(HTTPChannel):  # type: ignore[misc]
    """A connection for which, once, there is no memory."""

    refused = False

    def __init__(self, server: object, caller: socket.socket, *told: object, **more: object) -> None:
        if not NoRoom.refused:
            NoRoom.refused = True
            caller.close()
            raise MemoryError
        super().__init__(server, caller, *told, **more)


def test_a_fault_with_one_newcomer_leaves_the_door_open(caplog: pytest.LogCaptureFixture) -> None:
    listener, sockets = socket.create_server(("127.0.0.1", 0)), dict[int, wasyncore.dispatcher]()
    server = waitress.create_server(answer, map=sockets, sockets=[listener], threads=1)
    server.channel_class = NoRoom
    Share(1).among(0, server)
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            wasyncore.loop(timeout=0.05, use_poll=True, map=sockets, count=1)

    serving = threading.Thread(target=serve)
    serving.start()
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    try:
        with pytest.raises(OSError):
            urllib.request.urlopen(address, timeout=PATIENCE)
        with urllib.request.urlopen(address, timeout=PATIENCE) as page:
            assert page.read() == b"ok"
    finally:
        over.set()
        serving.join()
        server.task_dispatcher.shutdown()
        wasyncore.close_all(sockets, ignore_all=True)
    assert [one.getMessage() for one in caplog.records if one.levelname == "ERROR"] == ["a caller was not taken"]
