"""How a request is read off the wire, and answered: as waitress does, but where that loses safety or time."""

import re
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


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection whose requests are read so."""

    parser_class, task_class = _Parser, _Task
