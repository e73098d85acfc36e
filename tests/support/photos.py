"""What a phone's camera writes: a page of text, 12 megapixels, held upright, with the place where it was taken."""

import io
from functools import cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

TWELVE = (4032, 3024)
"""As the sensor sees it, which lies on its side: the photo says that it is to be turned."""
_ORIENTATION, _TURNED = 0x0112, 6
_GPS = 0x8825
LATITUDE = (47.0, 20.0, 51.5)


@cache
def a_photo(size: tuple[int, int] = TWELVE, text: str = "Attestation d'assurance scolaire") -> bytes:
    """Return the JPEG of a page photographed upright."""
    width, height = size[1], size[0]
    page = Image.new("RGB", (width, height), (226, 221, 210))
    draw, unit = ImageDraw.Draw(page), width // 24
    font = ImageFont.load_default(unit * 0.55)
    draw.rectangle((unit, unit, width - unit, height - unit), fill=(247, 245, 240))
    for line in range(2 * unit, height - 2 * unit, unit):
        draw.text((2 * unit, line), f"{text}, garantie n° {line * 7919 % 99991}, du 1er septembre", (40, 38, 45), font)
    grain = Image.effect_noise((width // 2, height // 2), 11).resize((width, height)).convert("RGB")
    page = ImageChops.add(page.filter(ImageFilter.GaussianBlur(0.8)), grain, 1, -128)
    written, exif = io.BytesIO(), Image.Exif()
    exif[_ORIENTATION] = _TURNED
    exif.get_ifd(_GPS).update({1: "N", 2: LATITUDE, 3: "W", 4: (1.0, 17.0, 9.0)})
    page.rotate(90, expand=True).save(written, "JPEG", quality=92, exif=exif)
    return written.getvalue()
