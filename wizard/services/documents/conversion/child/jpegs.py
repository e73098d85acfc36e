"""JPEGs that a PDF holds: all their segments but those that say something, without touching a pixel."""

import re

from .answers import NotConverted, Reason
from .photos import MOST_PIXELS

_END = b"\xff\xd9"
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
"""The next one: neither a byte of the picture, nor filling, nor where a decoder may start again."""
_SCAN, _JFIF, _ADOBE = 0xDA, 0xE0, 0xEE
_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SAYING = {*range(0xE0, 0xF0), 0xFE}


def without_metadata(jpeg: bytes) -> bytes:
    """Return it to its end, without EXIF, XMP, profile, comment, thumbnail, nor what follows.

    What says how its colours are coded stays. One that was cut ends there.
    """
    kept, marker = [jpeg[:2]], _MARKER.search(jpeg, 2)
    while marker and (code := jpeg[marker.start() + 1]) != _END[1]:
        end = marker.end() + int.from_bytes(jpeg[marker.end() : marker.end() + 2])
        segment = jpeg[marker.start() : end]
        if code in _FRAMES and int.from_bytes(segment[5:7]) * int.from_bytes(segment[7:9]) > MOST_PIXELS:
            raise NotConverted(Reason.TOO_MANY_PIXELS)
        marker = _MARKER.search(jpeg, end)
        if code == _SCAN:
            segment = jpeg[end - len(segment) : marker.start() if marker else len(jpeg)]
        kept.append(_what_draws(code, segment))
    return b"".join([*kept, _END])


def _what_draws(code: int, segment: bytes) -> bytes:
    if code == _JFIF and segment[4:9] == b"JFIF\0":
        return b"\xff\xe0\0\x10JFIF\0" + segment[9:16] + b"\0\0"  # with no thumbnail
    if code == _ADOBE and segment[4:9] == b"Adobe":
        return b"\xff\xee\0\x0eAdobe" + segment[9:16]
    return b"" if code in _SAYING else segment
