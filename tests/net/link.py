"""A model of a slow telephone link, as a TCP proxy on loopback: handshakes, bandwidth, delay, loss, slow start."""

import asyncio
import random
from dataclasses import dataclass, field

SEGMENT = 1460
HEADERS = 40
FIRST_FLIGHT = 10
"""Segments that a server may send before the first acknowledgement (RFC 6928)."""


@dataclass(frozen=True)
class Profile:
    """A link; kilobits and milliseconds a second. `handshakes` round trips open a connection: TCP, then TLS 1.3."""

    name: str
    down: int
    up: int
    rtt: int
    loss: float = 0.0
    handshakes: int = 2


SLOW_3G = Profile("Slow 3G, 400 kbit/s, 400 ms", 400, 400, 400)
LOSSY_3G = Profile("Slow 3G, 5 % lost", 400, 400, 400, 0.05)
GPRS = Profile("GPRS, 50 kbit/s, 500 ms", 50, 20, 500)
GPRS_UP = Profile("GPRS, 50 kbit/s both ways, 500 ms", 50, 50, 500)


class Wire:
    """One direction of the radio link, shared by all connections: a queue at a given speed."""

    def __init__(self, kilobits: int) -> None:
        self.bytes_a_second = kilobits * 125
        self.free_at = 0.0
        self.bytes = 0

    def send(self, size: int, now: float) -> float:
        """Return when the last bit of `size` bytes leaves."""
        segments = -(-size // SEGMENT)
        self.free_at = max(now, self.free_at) + (size + HEADERS * segments) / self.bytes_a_second
        self.bytes += size
        return self.free_at

    def drop(self, now: float) -> None:
        """Forget what was still to leave."""
        unsent = max(0.0, self.free_at - now) * self.bytes_a_second
        self.bytes -= min(self.bytes, int(unsent * SEGMENT / (SEGMENT + HEADERS)))
        self.free_at = min(self.free_at, now)


@dataclass
class _Window:
    """The server's congestion window: doubled at each round trip, halved when a segment is lost."""

    rtt: float
    size: float = FIRST_FLIGHT * SEGMENT
    threshold: float = float("inf")
    flying: list[tuple[float, int]] = field(default_factory=list)

    def acknowledge(self, now: float) -> None:
        while self.flying and self.flying[0][0] <= now:
            size = self.flying.pop(0)[1]
            self.size += size if self.size < self.threshold else SEGMENT * size / self.size

    def full(self, size: int) -> bool:
        return bool(self.flying) and sum(s for _t, s in self.flying) + size > self.size

    def lose(self) -> float:
        """Return how long the loss delays the segment: a repeat after three others, or a timer."""
        many = len(self.flying) > 3
        self.threshold = self.size = max(2 * SEGMENT, self.size / 2)
        return self.rtt if many else max(1.0, 2 * self.rtt)


class _Queue(asyncio.Queue[tuple[bytes, float]]):
    """What is under way, each with the moment it arrives."""


class SlowLink:
    """Serves `target` on `port`, as seen through the link; `start` it in a running loop."""

    def __init__(self, profile: Profile, target: int, seed: int = 1) -> None:
        self.profile, self.target = profile, target
        self.rtt = profile.rtt / 1000
        self.down, self.up = Wire(profile.down), Wire(profile.up)
        self.random = random.Random(seed)
        self.port = 0
        self.connections = 0
        self._open: set[asyncio.StreamWriter] = set()
        self._loop: asyncio.AbstractEventLoop

    async def start(self) -> asyncio.Server:
        """Listen."""
        self._loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        open_at = asyncio.get_running_loop().time() + self.profile.handshakes * self.rtt
        try:
            server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self.target)
            ends = {writer, server_writer}
            self._open |= ends
            try:
                await asyncio.gather(
                    self._upward(reader, server_writer, open_at), self._downward(server_reader, writer)
                )
            finally:
                self._open -= ends
        except ConnectionError:
            pass
        finally:
            writer.close()

    def cut(self) -> None:
        """Break every connection, from another thread: what was under way is lost."""
        self._loop.call_soon_threadsafe(self._cut)

    def _cut(self) -> None:
        for wire in (self.up, self.down):
            wire.drop(self._loop.time())
        for writer in self._open:
            writer.transport.abort()

    async def _upward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, open_at: float) -> None:
        """Requests leave once the connection is open, and follow each other without waiting to arrive."""
        loop, queue = asyncio.get_running_loop(), _Queue()
        delivery = asyncio.create_task(_deliver(queue, writer))
        await _sleep_until(open_at)
        try:
            while chunk := await reader.read(SEGMENT):
                queue.put_nowait((chunk, self.up.send(len(chunk), loop.time()) + self.rtt / 2))
        finally:
            queue.put_nowait((b"", 0.0))
            await delivery

    async def _downward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answers leave segment by segment, as the window allows."""
        loop, window, arrived = asyncio.get_running_loop(), _Window(self.rtt), 0.0
        queue = _Queue()
        delivery = asyncio.create_task(_deliver(queue, writer))
        while chunk := await reader.read(SEGMENT):
            window.acknowledge(loop.time())
            while window.full(len(chunk)):
                await _sleep_until(window.flying[0][0])
                window.acknowledge(loop.time())
            leaves = self.down.send(len(chunk), loop.time())
            lost = window.lose() if self.random.random() < self.profile.loss else 0.0
            arrived = max(arrived, leaves + self.rtt / 2 + lost)
            window.flying.append((arrived + self.rtt / 2, len(chunk)))
            queue.put_nowait((chunk, arrived))
        queue.put_nowait((b"", arrived))
        await delivery


async def _deliver(queue: _Queue, writer: asyncio.StreamWriter) -> None:
    while True:
        chunk, when = await queue.get()
        await _sleep_until(when)
        if not chunk or writer.transport.is_closing():
            break
        writer.write(chunk)
    writer.close()


async def _sleep_until(when: float) -> None:
    await asyncio.sleep(max(0.0, when - asyncio.get_running_loop().time()))
