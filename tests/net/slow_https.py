"""A server as a phone far away reaches it: TLS in front of it, and a slow link in front of TLS."""

import asyncio
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache

import trustme

from tests.net.link import Profile, SlowLink

_CHUNK = 16 * 1024


@contextmanager
def slow_https(profile: Profile, target: int, seed: int = 1) -> Iterator[SlowLink]:
    """Give a new link to the plain server on `target`; the TLS handshake is real, its bytes are on the link."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    link, *servers = asyncio.run_coroutine_threadsafe(_start(profile, target, seed), loop).result()
    try:
        yield link
    finally:
        asyncio.run_coroutine_threadsafe(_close(servers), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _start(profile: Profile, target: int, seed: int) -> tuple[SlowLink, asyncio.Server, asyncio.Server]:
    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", target)
        await asyncio.gather(_pass(reader, server_writer), _pass(server_reader, writer), return_exceptions=True)

    front = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=_certificate())
    link = SlowLink(replace(profile, handshakes=1), front.sockets[0].getsockname()[1], seed)
    return link, front, await link.start()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(_CHUNK):
            writer.write(chunk)
            await writer.drain()
    finally:
        writer.close()


async def _close(servers: Sequence[asyncio.Server]) -> None:
    """Wait until the connections that the browser closed are closed all along."""
    for server in servers:
        server.close()
    if tasks := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(tasks, timeout=10)


@cache
def _certificate() -> ssl.SSLContext:
    """A certificate under an intermediate authority, as the public ones are."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().create_child_ca().issue_cert("localhost").configure_cert(context)
    return context
