"""WebP as libwebp reads it, which Pillow brings: Pillow itself would hold the picture four times, as if it moved."""

import ctypes

from PIL import _webp

from .pillow import Image

_BYTES = 4
"""Of a pixel: three colours, and how opaque it is."""

_read = ctypes.CDLL(_webp.__file__).WebPDecodeRGBAInto
_read.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
_read.restype = ctypes.c_void_p


def read_still(content: bytes, size: tuple[int, int]) -> Image.Image | None:
    """Return the picture of this size; None for one that moves, or that is broken."""
    pixels = bytearray(size[0] * size[1] * _BYTES)
    into = (ctypes.c_char * len(pixels)).from_buffer(pixels)
    if not _read(content, len(content), into, len(pixels), size[0] * _BYTES):
        return None
    return Image.frombuffer("RGBA", size, pixels, "raw", "RGBA", 0, 1)
