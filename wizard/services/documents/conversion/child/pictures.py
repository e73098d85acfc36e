"""Pictures as they are kept and shown: how large, how light."""

from io import BytesIO

from .pillow import Image

LONGEST = 2000
"""Pixels of the longest side: ten points of a page of A4 are twenty-four pixels high."""
PREVIEW, WHOLE = (1000, 3000), (LONGEST, LONGEST)

_NEAR = 0.05
"""By how much a side may miss it, where that is a whole part of what it was: such a part costs a fifth of any other."""
_SMOOTHLY = Image.Resampling.HAMMING
"""As sharp as the bicubic one at half its cost, where a picture becomes smaller."""

_QUALITY, _PREVIEW_QUALITY = 60, 45


def encode(picture: Image.Image, quality: int = _QUALITY) -> bytes:
    """Return a picture as a JPEG."""
    written = BytesIO()
    picture.save(written, "JPEG", quality=quality)
    return written.getvalue()


def times(size: tuple[int, int]) -> int:
    """Return how many times larger than the longest side a picture is."""
    return max(1, int(max(size) / LONGEST + _NEAR))


def shrunk(picture: Image.Image) -> Image.Image:
    """Return a picture as large as it is kept: a telephone's, halved."""
    share = times(picture.size)
    small = picture.reduce(share) if share > 1 else picture
    if max(small.size) > LONGEST * (1 + _NEAR):
        small.thumbnail(WHOLE, _SMOOTHLY)
    return small


def preview(picture: Image.Image) -> bytes:
    """Return the small one of a picture, which it may become."""
    picture.thumbnail(PREVIEW, _SMOOTHLY)
    return encode(picture, _PREVIEW_QUALITY)
