"""Photos: what comes out is drawn again from the pixels alone, upright, no larger than one needs to read a page."""

from collections.abc import Callable
from functools import partial
from io import BytesIO

from .answers import JPEG, Reason, Refused
from .pictures import LONGEST, encode, preview
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
        import pillow_heif

        pillow_heif.options.DECODE_THREADS = 1
        pillow_heif.register_heif_opener(thumbnails=False)
    return partial(convert, kind)


def convert(kind: Work, content: bytes) -> list[bytes]:
    """Return the photo as it is kept, and its preview."""
    with Image.open(BytesIO(content), formats=[kind.upper()]) as image:
        if image.width * image.height > MOST_PIXELS:
            raise Refused(Reason.TOO_MANY_PIXELS)
        picture = _drawn(image)
    return [JPEG, encode(picture), preview(picture)]


def _drawn(image: Image.Image) -> Image.Image:
    """Return its first picture, on white, as one holds it: a new one, which only pixels were put in."""
    turn = _TURNS.get(_orientation(image))
    share = LONGEST / max(image.size)
    image.draft(None, (round(image.width * share), round(image.height * share)))  # a JPEG is read at its size
    small = _plain(image)
    small.thumbnail((LONGEST, LONGEST), reducing_gap=1.0)
    drawn = Image.new("RGB", small.size, _WHITE)
    drawn.paste(small.convert("RGB"), mask=small.getchannel("A") if "A" in small.getbands() else None)
    return drawn if turn is None else drawn.transpose(turn)


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
