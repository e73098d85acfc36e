"""How a request is read off the wire: as waitress does, and refused when its length is told in two ways."""

import re

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError

_TRANSFER_ENCODING = re.compile(rb"\ntransfer-encoding:", re.IGNORECASE)
_CONTENT_LENGTH = re.compile(rb"\ncontent-length:", re.IGNORECASE)


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    def parse_header(self, header_plus: bytes) -> None:
        """Refuse what a proxy may have cut elsewhere (RFC 9112, 6.1 and 6.3); a refusal ends the connection."""
        super().parse_header(header_plus)
        if _TRANSFER_ENCODING.search(header_plus) and (_CONTENT_LENGTH.search(header_plus) or self.version == "1.0"):
            raise ParsingError("Transfer-Encoding beside another length")


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection whose requests are read so."""

    parser_class = _Parser
