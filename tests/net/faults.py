"""A TCP proxy on loopback that counts what passes, and breaks connections where it is told to."""

import asyncio
import threading
from collections.abc import Coroutine
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Any, Self

_CHUNK = 4096


class Kind(StrEnum):
    """What happens once `at` bytes have passed."""

    CUT = "cut"  # the connection ends there, for both sides
    STALL = "stall"  # nothing more passes; lost at last, when the client gives up
    LATE = "late"  # as STALL for the client, but the server gets the rest, after the client has tried again
    DUPLICATE = "duplicate"  # all passes, and the server then gets the same bytes again


@dataclass(frozen=True)
class Fault:
    """One fault, for one connection; `upward` when it strikes what the client sends."""

    kind: Kind
    at: int = 0
    upward: bool = True


@dataclass
class _Passing:
    """One connection from a client, and the one it became to the server."""

    fault: Fault | None
    client: tuple[asyncio.StreamReader, asyncio.StreamWriter]
    server: tuple[asyncio.StreamReader, asyncio.StreamWriter]
    sent: bytes = b""

    def cut(self) -> None:
        for _reader, writer in (self.client, self.server):
            writer.transport.abort()


class FaultyProxy:
    """Listens on `port` for the server on `target`; the next connections take the faults of `plan`, one each."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self.plan: list[Fault] = []
        self.up = self.down = self.connections = 0
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
        self.connections += 1
        fault = self.plan.pop(0) if self.plan else None
        server = await asyncio.open_connection("127.0.0.1", self.target)
        passing = _Passing(fault, (reader, writer), server)
        self._open.append(passing)
        try:
            await asyncio.gather(self._pump(passing, upward=True), self._pump(passing, upward=False))
            if fault and fault.kind is Kind.DUPLICATE:
                await self._send_again(passing)
        except ConnectionError:
            pass
        finally:
            passing.cut()
            self._open.remove(passing)
            self._tasks.discard(task)

    async def _pump(self, passing: _Passing, upward: bool) -> None:
        """Pass bytes one way until the end, or the fault."""
        reader = (passing.client if upward else passing.server)[0]
        writer = (passing.server if upward else passing.client)[1]
        fault, passed = passing.fault, 0
        while chunk := await reader.read(_CHUNK):
            if fault and fault.upward == upward and fault.kind is not Kind.DUPLICATE and passed + len(chunk) > fault.at:
                writer.write(chunk[: fault.at - passed])
                await self._strike(passing, fault, chunk[fault.at - passed :])
                return
            passed += len(chunk)
            self._count(passing, chunk, upward)
            writer.write(chunk)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()

    def _count(self, passing: _Passing, chunk: bytes, upward: bool) -> None:
        if upward:
            self.up += len(chunk)
            passing.sent += chunk
        else:
            self.down += len(chunk)

    async def _strike(self, passing: _Passing, fault: Fault, rest: bytes) -> None:
        if fault.kind is not Kind.CUT:
            while not (passing.client[0].at_eof() or passing.client[1].is_closing()):  # until the client gives up
                rest += await passing.client[0].read(_CHUNK) if fault.upward else b""
                await asyncio.sleep(0.01)
        if fault.kind is Kind.LATE and fault.upward:
            passing.server[1].write(rest)  # its answer finds nobody
            return
        passing.cut()

    async def _send_again(self, passing: _Passing) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.target)
        writer.write(passing.sent)
        await reader.read()
        writer.close()
