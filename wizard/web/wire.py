"""How a request is read off the wire, and answered: as waitress does, but where that loses safety or time."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from weakref import WeakSet

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import WSGITask

_TRANSFER_ENCODING = re.compile(rb"\ntransfer-encoding:", re.IGNORECASE)
_CONTENT_LENGTH = re.compile(rb"\ncontent-length:", re.IGNORECASE)


# Bodies that waitress would put on the disk, in clear, before anyone knows whose they are: they stay in memory, so much
# of them at once in a process, whatever comes. What a script sends, part by part, is none of them.
_LARGE, _TOGETHER = 512 * 1024, 128 * 1024 * 1024
_arriving: "WeakSet[_Parser]" = WeakSet()


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    def parse_header(self, header_plus: bytes) -> None:
        """Refuse what a proxy may have cut elsewhere (RFC 9112, 6.1 and 6.3), and files when too many arrive.

        A refusal ends the connection.
        """
        super().parse_header(header_plus)
        if self.content_length > _LARGE:
            _arriving.add(self)
            if sum(one.content_length for one in _arriving if not one.completed) > _TOGETHER:
                raise ParsingError("too many files at once")
            self.body_rcv.buf.overflow = self.content_length + 1
        if _TRANSFER_ENCODING.search(header_plus) and (_CONTENT_LENGTH.search(header_plus) or self.version == "1.0"):
            raise ParsingError("Transfer-Encoding beside another length")


class _Task(WSGITask):  # type: ignore[misc]
    def set_close_on_finish(self) -> None:
        """Keep the connection after an answer that has no body: its head ends it (RFC 9112, 6.3), waitress hangs up.

        The next part of a document, or the page that HTMX is sent to, would wait for another handshake.
        """
        asked = self.request.headers.get("CONNECTION", "").lower() == "close"
        if self.has_body or self.version == "1.0" or asked:
            super().set_close_on_finish()

    def write(self, data: bytes) -> None:
        """Send the head with the first bytes of the body: one packet, not two."""
        if self.wrote_header:
            super().write(data)
        else:
            with self.channel.together():
                super().write(data)


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection whose requests are read so."""

    parser_class, task_class = _Parser, _Task
    _together: list[bytes] | None = None

    @contextmanager
    def together(self) -> Iterator[None]:
        """Send as one what is written meanwhile."""
        pieces: list[bytes] = []
        self._together = pieces
        try:
            yield
        finally:
            self._together = None
        self.write_soon(b"".join(pieces))

    def write_soon(self, data: bytes) -> int:
        """Give the socket what it takes at once, and the rest only to the loop.

        The loop, which would see that there is something to write, would turn until the thread that writes had its turn
        again: thirty times for each page.
        """
        if self._together is not None:
            self._together.append(data)
            return len(data)
        taken = 0
        with self.outbuf_lock, suppress(OSError):  # waitress will find the same fault, and end the connection
            if isinstance(data, bytes) and self.connected and not self.total_outbufs_len:
                taken = self.send(data, do_close=False)
        super().write_soon(data[taken:] if taken else data)
        return len(data)
