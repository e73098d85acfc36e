"""Two hundred callers who dribble, one byte at a time, straight into a portal without a proxy: what others wait for.

.venv/bin/python -m tests.bench.dribbling

Half of them dribble a head, half a body. A request of others that fails, or a 95th centile above `MOST`, is a failure.
"""

import http.client
import multiprocessing
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.support.portal import running

DRIBBLERS, REQUESTS, MOST = 200, 60, 0.050
# Seconds between two bytes of each, and between two requests of others.
EVERY, PAUSE = 0.1, 0.05
ROUNDS = 5
HEAD = b"POST /inscription HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
BEGUN = HEAD + b"Content-Length: 60000\r\n\r\n"


def dribble(port: int, count: int, over: Any, begun: Any) -> None:
    """Send a byte on each connection in turn until `over`; one that is cut comes back. The work of their process."""
    lost = 0
    callers = [_caller(port, number) for number in range(count)]
    begun.put(count)
    while not over.is_set():
        start = time.monotonic()
        for number, caller in enumerate(callers):
            try:
                caller.send(b"a")
            except OSError:
                lost += 1
                with suppress(OSError):
                    callers[number] = _caller(port, number)
        over.wait(max(0.0, start + EVERY - time.monotonic()))
    for caller in callers:
        caller.close()
    begun.put(lost)


def _caller(port: int, number: int) -> socket.socket:
    caller = socket.create_connection(("127.0.0.1", port), timeout=10)
    caller.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    caller.sendall(BEGUN if number % 2 else HEAD)
    return caller


@contextmanager
def dribbled(port: int, count: int = DRIBBLERS) -> Iterator[None]:
    """Have so many dribble meanwhile, from a process of their own; all of them are there to the end."""
    context = multiprocessing.get_context("spawn")
    over, begun = context.Event(), context.Queue()
    dribbler = context.Process(target=dribble, args=(port, count, over, begun))
    dribbler.start()
    try:
        assert begun.get(timeout=60) == count
        yield
    finally:
        over.set()
        lost = begun.get(timeout=60)
        dribbler.join(60)
    assert not lost, f"{lost} dribblers were cut"


def answered(port: int, count: int = REQUESTS) -> list[float]:
    """Ask for a page so many times, each on a connection of its own; return the seconds that each took."""
    took = []
    for _request in range(count):
        start = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/inscription", headers={"Host": f"localhost:{port}"})
        answer = connection.getresponse()
        assert answer.status == 200 and answer.read(), answer.status
        connection.close()
        took.append(time.perf_counter() - start)
        time.sleep(PAUSE)
    return took


def main() -> None:
    settings, took, quiet = {"PORTAIL_TRUSTED_NETWORKS": "127.0.0.0/8"}, [], []
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "town", settings) as portal:
        answered(portal.port)
        for _round in range(ROUNDS):
            quiet += answered(portal.port)
            with dribbled(portal.port):
                took += answered(portal.port)
    alone, p95 = (statistics.quantiles(times, n=20)[-1] for times in (quiet, took))
    told = f"{len(took)} requêtes sur {ROUNDS * REQUESTS} servies, 95e centile {1000 * p95:.0f} ms"
    print(f"{DRIBBLERS} distillent leurs octets : {told} ({1000 * alone:.0f} sans eux), au plus {1000 * max(took):.0f}")
    sys.exit(f"plus de {1000 * MOST:.0f} ms" if p95 > MOST else None)


if __name__ == "__main__":
    main()
