"""HEIC, as iPhones make them: halved strip by strip, for Pillow would hold the whole picture once more."""

import pillow_heif

from .pictures import times
from .pillow import Image

_ROWS = 64
"""Of a strip, once it is smaller: what the processor's own memory holds."""


def register() -> None:
    """Load what reads them: one thread of the processor, and never the small picture that a file has of itself."""
    pillow_heif.options.DECODE_THREADS = 1
    pillow_heif.register_heif_opener(thumbnails=False)


def read(content: bytes) -> Image.Image:
    """Return its picture, so many times smaller."""
    whole = pillow_heif.open_heif(content)
    pixels, mode, stride, (width, height) = memoryview(whole.data), whole.mode, whole.stride, whole.size
    share = times(whole.size)
    small = Image.new(mode, (-(-width // share), -(-height // share)))
    for top in range(0, height, rows := _ROWS * share):
        part = (width, min(rows, height - top))
        strip = Image.frombytes(mode, part, pixels[top * stride : (top + rows) * stride], "raw", mode, stride)
        small.paste(strip.reduce(share), (0, top // share))
    return small
