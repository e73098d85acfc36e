"""Files that say where they were taken, by chance, and a reader of what is kept that knows not how it is made."""

import random
import struct
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pikepdf
from pikepdf import Name
from PIL import Image
from sqlite_utils import Database

from tests.documents import samples
from wizard.services.documents import vault

KINDS = ("JPEG", "HEIF", "PNG", "WEBP", "PDF")

_GPS = 0x8825
# How formats begin what they say of a picture, beside the coordinates themselves.
_SAYING = (b"Exif\0\0", b"eXIf", b"ns.adobe.com", b"<?xpacket", b"x:xmpmeta", b"Photoshop 3.0", b"GPSLatitude")


class Taken:
    """The file of a number: a photo of one of the kinds, or a PDF of one, and the place that it tells."""

    def __init__(self, number: int) -> None:
        chance = random.Random(number)
        self.kind = KINDS[number % len(KINDS)]
        self.degrees = tuple((chance.randrange(90), chance.randrange(60), chance.randrange(1, 5999)) for _axis in "NW")
        size = (chance.randint(60, 400), chance.randint(60, 400)) if number % 20 else (2400, 1800)
        self._picture, self._turn = samples.drawn(size), chance.randint(1, 8)
        self.content = self._as_pdf() if self.kind == "PDF" else self._as_photo(self.kind, chance.randint(40, 95))

    def _as_photo(self, kind: str, quality: int = 80) -> bytes:
        said = samples.exif(self._turn)
        for axis, at in enumerate(self.degrees):
            said.get_ifd(_GPS)[2 * axis + 2] = tuple(map(float, (*at[:2], at[2] / 100)))
        return samples.photo(kind, self._picture, quality=quality, exif=said.tobytes(), xmp=self._xmp())

    def _xmp(self) -> bytes:
        told = b"exif:GPSLatitude='%b' exif:GPSLongitude='%b'" % self._written()
        return b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + told + samples.SECRET + b"</x:xmpmeta>"

    def _written(self) -> tuple[bytes, ...]:
        """Return the coordinates as XMP has them."""
        return tuple(f"{at[0]},{at[1]}.{at[2]:04}".encode() for at in self.degrees)

    def _as_pdf(self) -> bytes:
        document = pikepdf.new()
        width, height = self._picture.size
        samples.with_picture(document, self._as_photo("JPEG"), Name.DCTDecode, Width=width, Height=height)
        document.Root.Metadata = document.make_stream(self._xmp(), Type=Name.Metadata, Subtype=Name.XML)
        document.docinfo["/Keywords"] = self._written()[0].decode()
        return samples.saved(document)

    def marks(self) -> tuple[bytes, ...]:
        """Return what the place is in bytes, however a camera or a program writes it."""
        exact = [struct.pack(f"{end}4I", at[0], 1, at[1], 1) for at in self.degrees for end in "<>"]
        return (*_SAYING, *self._written(), *exact, samples.SECRET)


def rows(documents: Path) -> Iterator[bytes]:
    """Yield what each row of the documents' file holds, opened, in an application context."""
    for document, page in Database(documents).execute("SELECT document, page FROM contents").fetchall():
        yield vault.preview(document, page) if page else vault.content(document)


def told(content: bytes) -> tuple[bytes, set[int]]:
    """Return all that a file holds, unpacked, and the tags that its pictures have."""
    whole, jpegs = content, [content]
    if content.startswith(b"%PDF-"):
        whole, jpegs = samples.texts(content), list(samples.pictures(content))
    tags: set[int] = set()
    for jpeg in jpegs:
        with Image.open(BytesIO(jpeg)) as image:
            said = image.getexif()
            tags |= set(said) | set(said.get_ifd(_GPS))
            assert "xmp" not in image.info and "comment" not in image.info
    return whole, tags
