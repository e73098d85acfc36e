"""Pictures as they are kept and shown: how large, how light."""

from io import BytesIO

from .pillow import Image

LONGEST = 2000
"""Pixels of the longest side: ten points of a page of A4 are twenty-four pixels high."""
PREVIEW, WHOLE = (1000, 3000), (LONGEST, LONGEST)

_QUALITY, _PREVIEW_QUALITY = 60, 45


def encode(picture: Image.Image, quality: int = _QUALITY) -> bytes:
    """Return a picture as a JPEG."""
    written = BytesIO()
    picture.save(written, "JPEG", quality=quality)
    return written.getvalue()


def preview(picture: Image.Image) -> bytes:
    """Return the small one of a picture, which it may become."""
    picture.thumbnail(PREVIEW, reducing_gap=1.0)
    return encode(picture, _PREVIEW_QUALITY)
