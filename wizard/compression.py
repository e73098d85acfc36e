"""Compression of the pages, for an installation whose proxy does not do it."""

import gzip
import io
import secrets

import brotli
from flask import Flask, Response, request

_WORTH_IT = 600  # bytes; below, the answer fits one packet anyway
_BLUR = 32  # random bytes at most: they hide the size that BREACH measures
_BROTLI_QUALITY = 5  # a page of 12 KB: 7 % less than gzip's sixth, for half a millisecond


def _gzip(body: bytes) -> bytes:
    """Compress `body`; the blur is a file name in the header."""
    target = io.BytesIO()
    with gzip.GzipFile(_blur(), "wb", compresslevel=6, fileobj=target, mtime=0) as file:
        file.write(body)
    return target.getvalue()


def _brotli(body: bytes) -> bytes:
    """Compress `body`; the blur is a block of metadata, which decoders skip (RFC 7932, section 9.2)."""
    compressor = brotli.Compressor(quality=_BROTLI_QUALITY)
    whole = compressor.process(body) + compressor.flush()  # ends on a whole byte
    blur = _blur().encode()
    not_last, metadata, length_in_one_byte = 0b0, 0b011 << 1, 0b01 << 4
    header = not_last | metadata | length_in_one_byte | (len(blur) - 1) << 6
    return bytes(whole + header.to_bytes(2, "little") + blur + compressor.finish())


def _blur() -> str:
    return secrets.token_hex(_BLUR)[: 1 + secrets.randbelow(_BLUR)]


_CODINGS = {"br": _brotli, "gzip": _gzip}


def init_app(app: Flask) -> None:
    """Compress HTML and JSON for whoever accepts brotli, or gzip."""

    @app.after_request
    def compress(response: Response) -> Response:
        if response.mimetype not in {"text/html", "application/json", "application/geo+json"}:
            return response
        response.vary.add("Accept-Encoding")
        body = response.get_data()
        coding = next((coding for coding in _CODINGS if request.accept_encodings[coding]), None)
        if len(body) >= _WORTH_IT and coding and not response.content_encoding:
            response.set_data(_CODINGS[coding](body))
            response.content_encoding = coding
        return response
