"""A TCP proxy on loopback that counts what passes, and breaks connections where it is told to."""

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from tests.net.strikes import Fault, Kind, Place

_CHUNK = 4096


@dataclass
class _Passing:
    """One connection from a client, and the one it became to the server."""

    fault: Fault | None
    client: tuple[asyncio.StreamReader, asyncio.StreamWriter]
    server: tuple[asyncio.StreamReader, asyncio.StreamWriter]
    sent: bytes = b""
    mirror: asyncio.StreamWriter | None = None
    forsaken: bool = False

    def cut(self) -> None:
        for _reader, writer in (self.client, self.server):
            writer.transport.abort()


class FaultyProxy:
    """Listens on `port` for the server on `target`; the next connections take the faults of `plan`, one each."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self.plan: list[Fault] = []
        self.answers_to_copies: list[bytes] = []
        self.up = self.down = self.connections = self.struck = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._call(self._listen())
        return self

    def __exit__(self, _kind: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None) -> None:
        self._call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def settle(self) -> None:
        """Wait until no connection is open: what was to arrive late has arrived."""
        self._call(self._settled())

    def _call(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=60)

    async def _listen(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._open: list[_Passing] = []
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        self._server.close()
        for passing in self._open:
            passing.cut()
        await self._settled()

    async def _settled(self) -> None:
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self.connections += 1
        fault = self.plan.pop(0) if self.plan else None
        try:
            server = await asyncio.open_connection("127.0.0.1", self.target)
        except ConnectionError:
            writer.transport.abort()
            return
        passing = _Passing(fault, (reader, writer), server)
        self._open.append(passing)
        try:
            await asyncio.gather(self._pump(passing, upward=True), self._pump(passing, upward=False))
        except OSError:  # one of the two has hung up
            pass
        finally:
            passing.cut()
            self._open.remove(passing)

    async def _pump(self, passing: _Passing, upward: bool) -> None:
        """Pass bytes one way until the end, or the fault."""
        reader = (passing.client if upward else passing.server)[0]
        writer = (passing.server if upward else passing.client)[1]
        fault = passing.fault if passing.fault and passing.fault.upward == upward else None
        seen, passed = b"", 0
        while chunk := await reader.read(_CHUNK):
            self._count(passing, chunk, upward)
            seen += chunk
            at = fault.offset(seen) if fault else len(seen)
            if at is None:
                continue
            writer.write(seen[passed:at])
            passed = min(at, len(seen))
            if fault and at < len(seen):
                if not await self._strike(passing, fault, seen[at:]):
                    return
                fault, passed = None, len(seen)
            await writer.drain()
            if passing.forsaken:
                return
        if writer.can_write_eof():
            writer.write_eof()

    def _count(self, passing: _Passing, chunk: bytes, upward: bool) -> None:
        if not upward:
            self.down += len(chunk)
            return
        self.up += len(chunk)
        passing.sent += chunk
        if passing.mirror:
            passing.mirror.write(chunk)

    async def _strike(self, passing: _Passing, fault: Fault, rest: bytes) -> bool:
        """Do what the fault does; return whether what follows still passes."""
        self.struck += 1
        if fault.kind is Kind.DUPLICATE:
            await self._copy(passing, fault.upward)
            (passing.server if fault.upward else passing.client)[1].write(rest)
            return True
        if fault.kind is not Kind.CUT:
            while not (passing.client[0].at_eof() or passing.client[1].is_closing()):  # until the client gives up
                rest += await passing.client[0].read(_CHUNK) if fault.upward else b""
                await asyncio.sleep(0.01)
        if fault.kind is Kind.LATE and fault.upward:
            passing.forsaken = True
            passing.server[1].write(rest)  # its answer finds nobody
        else:
            passing.cut()
        return False

    async def _copy(self, passing: _Passing, upward: bool) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.target)
        writer.write(passing.sent)
        passing.mirror = writer if upward else None
        task = asyncio.create_task(self._hear(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Keep the answer to a copy, whole: a server of HTTP does not hang up after it."""
        answer = b""
        with suppress(ConnectionError):
            while chunk := await reader.read(_CHUNK):
                answer += chunk
                last = Place("body", 1).offset(answer)
                if last is not None and last < len(answer):
                    break
        self.answers_to_copies.append(answer)
        writer.close()
