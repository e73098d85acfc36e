"""How the body of a form is read: no more of it than a page of the portal has, so that none costs much."""

from collections.abc import Iterator
from io import BytesIO
from typing import IO, Any
from urllib.parse import parse_qsl

from flask import Flask, Request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.formparser import FormDataParser

# A town hall's page of many people has two hundred fields; a page of many children, sixty boxes of one name.
_NAMES, _VALUES = 300, 100
_PARTS = 200  # of a multipart form, which no page sends
# Bytes of one field, as it is sent: twice the longest text that any accepts, each of its letters in twelve.
_LONGEST = 8 * 1024
_TOO_LONG = "…".encode() * 512
"""After what is read of a longer one: whatever that is made of, no field takes it for a shorter text."""


class _FormParser(FormDataParser):
    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]:
        """Read a form. What is no UTF-8 is read as « � »: to quote it, as Werkzeug does, costs ten times."""
        if mimetype != "application/x-www-form-urlencoded":
            return super().parse(stream, mimetype, content_length, options)
        body = stream.read()
        if 3 * body.count(b"%") > len(body):
            raise BadRequest("each % should be followed by two digits")
        fields = b"&".join(_first(body.split(b"&"))).decode(errors="replace")
        return stream, self.cls(parse_qsl(fields, keep_blank_values=True, errors="replace")), self.cls()


def _first(fields: list[bytes]) -> Iterator[bytes]:
    """Give the first values of each name, of the first names."""
    seen: dict[bytes, int] = {}
    for field in filter(None, fields):
        name = field.partition(b"=")[0]
        times = seen.get(name, 0)
        if len(seen) == _NAMES and not times:
            return  # no page has as many
        if times < _VALUES:
            seen[name] = times + 1
            yield field if len(field) <= _LONGEST else field[:_LONGEST] + _TOO_LONG


class BoundedRequest(Request):
    """A request whose form costs little to read, whatever it holds."""

    form_data_parser_class = _FormParser

    def _get_file_stream(self, *_told: Any, **_more: Any) -> IO[bytes]:
        """Keep a file in memory, of which `larger_body` bounds what there is: on a disk, it would be in clear."""
        return BytesIO()


def init_app(app: Flask) -> None:
    """Read all forms so."""
    app.request_class = BoundedRequest
    app.config["MAX_FORM_PARTS"] = _PARTS
