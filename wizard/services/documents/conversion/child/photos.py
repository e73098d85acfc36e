"""Photos: what comes out is drawn again from the pixels alone, upright, no larger than one needs to read a page."""

from collections.abc import Callable
from functools import partial
from io import BytesIO

from .answers import JPEG, NotConverted, Reason
from .pictures import encode, preview, shrunk, times
from .pillow import ExifTags, Image
from .work import Work

MOST_PIXELS = 50_000_000

_WHITE = (255, 255, 255)
_TURN = Image.Transpose
_TURNS = {
    2: _TURN.FLIP_LEFT_RIGHT,
    3: _TURN.ROTATE_180,
    4: _TURN.FLIP_TOP_BOTTOM,
    5: _TURN.TRANSPOSE,
    6: _TURN.ROTATE_270,
    7: _TURN.TRANSVERSE,
    8: _TURN.ROTATE_90,
}


def reader(kind: Work) -> Callable[[bytes], list[bytes]]:
    """Return what converts a photo of this kind."""
    if kind is Work.HEIF:
        from . import heifs

        heifs.register()
    elif kind is Work.WEBP:
        from . import webps  # noqa: F401
    return partial(convert, kind)


def convert(kind: Work, content: bytes) -> list[bytes]:
    """Return the photo as it is kept, and its preview."""
    with Image.open(BytesIO(content), formats=[kind.upper()]) as image:
        if image.width * image.height > MOST_PIXELS:
            raise NotConverted(Reason.TOO_MANY_PIXELS)
        turn = _TURNS.get(_orientation(image))
        picture = _drawn(shrunk(_plain(_pixels(kind, content, image))))
    upright = picture if turn is None else picture.transpose(turn)
    return [JPEG, encode(upright), preview(upright)]


def _pixels(kind: Work, content: bytes, image: Image.Image) -> Image.Image:
    """Return a picture to be read, no larger than need be where what reads its kind can do so."""
    if kind is Work.HEIF:
        from .heifs import read

        return read(content)
    if kind is Work.WEBP:
        from .webps import read_still

        return read_still(content, image.size) or image
    share = times(image.size)
    image.draft(None, (image.width // share, image.height // share))
    return image


def _drawn(picture: Image.Image) -> Image.Image:
    """Return it on white: a new picture, which only pixels were put in."""
    drawn = Image.new("RGB", picture.size, _WHITE)
    drawn.paste(picture.convert("RGB"), mask=picture.getchannel("A") if "A" in picture.getbands() else None)
    return drawn


def _plain(image: Image.Image) -> Image.Image:
    """Return it in a mode that may be made smaller smoothly."""
    if image.mode == "P":
        return image.convert("RGBA" if "transparency" in image.info else "RGB")
    if image.mode.startswith("I"):
        return image.point(lambda level: level / 256).convert("L")  # sixteen bits of grey
    return image.convert("L") if image.mode == "1" else image


def _orientation(image: Image.Image) -> int:
    """Return how the camera was held, 1 when nothing readable says so."""
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # libraries have many ways to fail on what a camera wrote
        return 1
