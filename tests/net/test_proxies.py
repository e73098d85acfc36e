"""The proxies of these tests do what they say, against a server that echoes."""

import asyncio
import socket
import socketserver
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.net.faults import FaultyProxy
from tests.net.link import FIRST_FLIGHT, SEGMENT, Profile, SlowLink
from tests.net.strikes import Fault, Kind, Place
from tests.support.answering import answering


class Echo(socketserver.ThreadingTCPServer):
    """Sends back what it gets, and remembers it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Echoing)
        self.heard: list[bytes] = []


class Echoing(socketserver.StreamRequestHandler):
    server: Echo

    def handle(self) -> None:
        try:
            said = self.rfile.readline()
            self.wfile.write(said)
        except ConnectionError:
            return
        self.server.heard.append(said)


@pytest.fixture
def echo() -> Iterator[Echo]:
    server = Echo()
    with answering(server):
        yield server


@pytest.fixture
def proxy(echo: Echo) -> Iterator[FaultyProxy]:
    with FaultyProxy(echo.server_address[1]) as proxy:
        yield proxy


def say(port: int, words: bytes, patience: float = 30, pause: float = 0) -> bytes:
    """Say one line, with a pause in it; return what comes back before the end."""
    with socket.create_connection(("127.0.0.1", port), timeout=patience) as connection:
        half = len(words) // 2 if pause else 0
        connection.sendall(words[:half])
        time.sleep(pause)
        connection.sendall(words[half:])
        answer = b""
        while part := connection.recv(4096):
            answer += part
    return answer


def heard(echo: Echo, count: int) -> list[bytes]:
    """Return what the server heard, once it has heard so much."""
    deadline = time.monotonic() + 5
    while len(echo.heard) < count and time.monotonic() < deadline:
        time.sleep(0.01)
    return echo.heard


def test_a_connection_without_fault_passes_and_is_counted(proxy: FaultyProxy) -> None:
    assert say(proxy.port, b"bonjour\n") == b"bonjour\n"
    assert (proxy.up, proxy.down, proxy.connections) == (8, 8, 1)


@pytest.mark.parametrize("upward", [True, False])
def test_a_cut_lets_the_bytes_before_it_pass(proxy: FaultyProxy, echo: Echo, upward: bool) -> None:
    proxy.plan = [Fault(Kind.CUT, 3, upward)]
    assert say(proxy.port, b"bonjour\n") == (b"" if upward else b"bon")
    assert heard(echo, 1) == [b"bon" if upward else b"bonjour\n"]
    assert say(proxy.port, b"encore\n") == b"encore\n"


def test_a_stall_lasts_until_the_client_gives_up(proxy: FaultyProxy, echo: Echo) -> None:
    proxy.plan = [Fault(Kind.STALL, 3)]
    with pytest.raises(TimeoutError):
        say(proxy.port, b"bonjour\n", patience=0.2)
    proxy.settle()
    assert b"bonjour\n" not in echo.heard


def test_what_is_late_arrives_after_the_client_gave_up(proxy: FaultyProxy, echo: Echo) -> None:
    proxy.plan = [Fault(Kind.LATE, 3)]
    with pytest.raises(TimeoutError):
        say(proxy.port, b"bonjour\n", patience=0.2)
    say(proxy.port, b"encore\n")
    proxy.settle()
    assert sorted(heard(echo, 2)) == [b"bonjour\n", b"encore\n"]


def test_a_duplicate_is_heard_twice_and_answered_once(proxy: FaultyProxy, echo: Echo) -> None:
    proxy.plan = [Fault(Kind.DUPLICATE)]
    assert say(proxy.port, b"bonjour\n") == b"bonjour\n"
    proxy.settle()
    assert heard(echo, 2) == [b"bonjour\n"] * 2


MESSAGE = b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n0123456789"


@pytest.mark.parametrize(
    ("place", "before"),
    [
        (Place("head", 0), b""),
        (Place("head", 1), b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r"),
        (Place("body", 0), b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n"),
        (Place("body", 0.5), MESSAGE[:-5]),
        (Place("body", 1), MESSAGE[:-1]),
    ],
)
def test_a_place_is_found_once_the_head_is_known(place: Place, before: bytes) -> None:
    assert place.offset(MESSAGE[:20]) is None
    offset = place.offset(MESSAGE)
    assert MESSAGE[:offset] == before


@pytest.mark.parametrize("upward", [True, False])
def test_a_copy_made_midway_is_whole_and_so_is_the_original(proxy: FaultyProxy, echo: Echo, upward: bool) -> None:
    proxy.plan = [Fault(Kind.DUPLICATE, 3, upward)]
    assert say(proxy.port, b"bonjour\n") == b"bonjour\n"
    proxy.settle()
    assert heard(echo, 2) == [b"bonjour\n"] * 2
    assert (proxy.answers_to_copies, proxy.struck) == ([b"bonjour\n"], 1)


def through(profile: Profile, echo: Echo, size: int, pause: float = 0) -> float:
    """Return how long `size` bytes take to come back through a link."""

    async def measure() -> float:
        link = SlowLink(profile, echo.server_address[1])
        async with await link.start():
            started = time.monotonic()
            assert len(await asyncio.to_thread(say, link.port, b"x" * (size - 1) + b"\n", pause=pause)) == size
            return time.monotonic() - started

    return apart(measure)


def apart(measure: Callable[[], Awaitable[float]]) -> float:
    """Measure in a thread of its own: the browser's driver keeps a loop of its own running in this one."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(lambda: asyncio.run(measure())).result()  # type: ignore[arg-type]


def least(measure: Callable[[], float]) -> float:
    """Return the least of four: a machine at work elsewhere makes any of them longer, and none shorter."""
    return min(measure() for _time in range(4))


def test_a_short_answer_costs_the_handshakes_and_one_round_trip(echo: Echo) -> None:
    fast = Profile("delay only", down=100_000, up=100_000, rtt=200)
    assert 0.6 <= least(lambda: through(fast, echo, 100)) < 0.8


def test_the_bandwidth_is_that_of_the_link(echo: Echo) -> None:
    narrow = Profile("80 kbit/s", down=80, up=100_000, rtt=10)
    assert 0.5 <= least(lambda: through(narrow, echo, 5_000)) < 0.75


def test_two_requests_in_a_row_are_under_way_together(echo: Echo) -> None:
    fast = Profile("delay only", down=100_000, up=100_000, rtt=400, handshakes=0)
    assert 0.35 < least(lambda: through(fast, echo, 100, pause=0.02)) < 0.55


def test_a_connection_that_opens_does_not_hold_up_another(echo: Echo) -> None:
    fast = Profile("delay only", down=100_000, up=100_000, rtt=200)

    async def measure() -> float:
        link = SlowLink(fast, echo.server_address[1])
        async with await link.start():
            started = time.monotonic()
            first = asyncio.create_task(asyncio.to_thread(say, link.port, b"un\n", pause=0.6))
            await asyncio.sleep(0.5)
            second = asyncio.create_task(asyncio.to_thread(say, link.port, b"deux\n"))  # it opens in 0.4 s
            await first
            took = time.monotonic() - started
            await second
            return took

    assert least(lambda: apart(measure)) < 0.95


def test_what_does_not_fit_the_first_flight_costs_one_round_trip_more(echo: Echo) -> None:
    fast = Profile("delay only", down=100_000, up=100_000, rtt=200, handshakes=0)
    fits, overflows = (
        least(lambda size=FIRST_FLIGHT * SEGMENT + over: through(fast, echo, size)) for over in (-SEGMENT, SEGMENT)
    )
    assert 0.15 < overflows - fits < 0.35


def test_lost_segments_take_longer(echo: Echo) -> None:
    sound = Profile("sound", down=10_000, up=10_000, rtt=40)
    lossy = Profile("lossy", down=10_000, up=10_000, rtt=40, loss=0.5)
    assert through(lossy, echo, 20_000) > through(sound, echo, 20_000) + 0.5
