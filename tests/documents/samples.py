"""Files as people send them, and what is found in a file: photos that say where they were taken, PDFs that act."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
import pillow_heif
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

pillow_heif.register_heif_opener()

SECRET = b"SECRET-4721N0138W"
"""Planted in whatever a file says of itself."""
_XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>exif:GPSLatitude='47,21N' " + SECRET + b"</x:xmpmeta>"
_SAID = [0xE0, *range(0xE1, 0xF0), 0xFE]


def drawn(size: tuple[int, int] = (120, 160), mode: str = "RGB") -> Image.Image:
    """Return a picture whose upper left corner is red, on blue."""
    image = Image.new("RGB", size, (0, 0, 255))
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 2, size[1] // 2), (255, 0, 0))
    return image.convert(mode)


def exif(orientation: int = 1) -> Image.Exif:
    """Return what a telephone writes in its photos: where, with what, how it was held."""
    said = Image.Exif()
    said[0x0112] = orientation
    said[0x010F] = SECRET.decode()
    said.get_ifd(0x8825).update({1: "N", 2: (47.0, 21.0, 8.5), 3: "W", 4: (1.0, 38.0, 2.0), 29: SECRET.decode()})
    return said


def written(image: Image.Image, kind: str, **options: Any) -> bytes:
    """Return a picture as a file."""
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def photo(kind: str, image: Image.Image | None = None, orientation: int = 1, **options: Any) -> bytes:
    """Return a photo that says all it can of itself."""
    said = {"exif": exif(orientation).tobytes(), "icc_profile": b"\0" * 128 + SECRET, "xmp": _XMP}
    options = said | options
    if kind == "JPEG":
        options["comment"] = SECRET
    if kind == "PNG":
        text = PngInfo()
        text.add_itxt("XML:com.adobe.xmp", options.pop("xmp").decode())
        text.add_text("Comment", SECRET.decode())
        options["pnginfo"] = text
    return written(image or drawn(), kind, **options)


def pdf(texts: list[str], **open_options: Any) -> bytes:
    """Return a PDF of so many pages."""
    return saved(pages(texts), **open_options)


def pages(texts: list[str]) -> pikepdf.Pdf:
    document = pikepdf.new()
    font = document.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    for text in texts:
        page = document.add_blank_page(page_size=(595, 842))
        page.obj.Resources = Dictionary(Font=Dictionary(A=font))
        page.obj.Contents = document.make_stream(f"BT /A 60 Tf 72 600 Td ({text}) Tj ET".encode())
    return document


def saved(document: pikepdf.Pdf, **options: Any) -> bytes:
    file = BytesIO()
    document.save(file, **options)
    return file.getvalue()


def with_picture(document: pikepdf.Pdf, data: bytes, kind: Name, **keys: Any) -> None:
    """Add a page that shows a picture, as the file of its kind that it is."""
    stream = document.make_stream(
        data,
        **{"Type": Name.XObject, "Subtype": Name.Image, "Width": 120, "Height": 160}
        | {"ColorSpace": Name.DeviceRGB, "BitsPerComponent": 8, "Filter": kind}
        | keys,
    )
    page = document.add_blank_page(page_size=(300, 400))
    page.obj.Resources = Dictionary(XObject=Dictionary(I=stream))
    page.obj.Contents = document.make_stream(b"300 0 0 400 0 0 cm /I Do")


def acting() -> bytes:
    """Return a PDF that does what PDFs can: scripts, attached programs, links, and what it says of itself."""
    document = pages(["Attestation"])
    script = Dictionary(S=Name.JavaScript, JS="app.alert('SECRET-4721N0138W')")
    page = document.pages[0]
    page.obj.AA = Dictionary(O=script)
    document.Root.OpenAction = script
    document.Root.AA = Dictionary(WC=script)
    document.attachments["x.exe"] = pikepdf.AttachedFileSpec(document, b"MZ" + SECRET, filename="x.exe")
    attached = document.make_indirect(document.attachments["x.exe"].obj)
    page.obj.AF = Array([attached])
    launch = Dictionary(S=Name.Launch, F="cmd.exe " + SECRET.decode())
    page.obj.Annots = Array(
        Dictionary(Type=Name.Annot, Rect=[0, 0, 9, 9], **keys)
        for keys in (
            {"Subtype": Name.Link, "A": launch},
            {"Subtype": Name.FileAttachment, "FS": attached},
            {"Subtype": Name.Screen, "A": Dictionary(S=Name.URI, URI="http://" + SECRET.decode())},
        )
    )
    page.obj.PieceInfo = Dictionary(Any=Dictionary(Private=SECRET.decode()))
    with document.open_metadata() as said:
        said["dc:title"] = SECRET.decode()
    document.docinfo["/Author"] = SECRET.decode()
    for stream in (page.obj.Contents, document.make_stream(b"")):
        stream.Metadata = document.make_stream(_XMP)
    return saved(document)


def form(typed: str) -> bytes:
    """Return a PDF whose form was filled: what was typed is drawn by its field."""
    document = pages([""])
    looks = document.make_stream(
        f"BT /A 40 Tf 5 20 Td ({typed}) Tj ET".encode(),
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=[0, 0, 400, 80],
        Resources=document.pages[0].obj.Resources,
    )
    field = document.make_indirect(
        Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T="nom", V=typed, F=4, Rect=[72, 500, 472, 580])
    )
    field.AP = Dictionary(N=looks)
    document.pages[0].obj.Annots = Array([field])
    document.Root.AcroForm = Dictionary(Fields=Array([field]), DA="/A 12 Tf")
    return saved(document)


def texts(content: bytes) -> bytes:
    """Return all that a PDF holds, unpacked: its objects and its streams."""
    with pikepdf.open(BytesIO(content)) as document:
        streams = [each for each in document.objects if isinstance(each, pikepdf.Stream)]
        said = [each.read_raw_bytes() + b" " + unpacked(each) for each in streams]
        said += [each.unparse(resolved=True) for each in document.objects if not isinstance(each, pikepdf.Stream)]
        said += [repr(dict(each.stream_dict.items())).encode() for each in streams]  # type: ignore[operator]
        return b"\n".join([*said, document.trailer.unparse(), content])


def unpacked(stream: pikepdf.Stream) -> bytes:
    try:
        return stream.read_bytes()
    except pikepdf.PdfError:
        return b""


def pictures(content: bytes) -> Iterator[bytes]:
    """Yield the JPEGs that a PDF holds."""
    with pikepdf.open(BytesIO(content)) as document:
        for each in document.objects:
            if isinstance(each, pikepdf.Stream) and each.get("/Filter") == Name.DCTDecode:
                yield each.read_raw_bytes()


def says_nothing(jpeg: bytes) -> bool:
    """Return whether a JPEG has nothing but its picture: a bare JFIF header, tables, one frame, its scans, its end."""
    position = 2
    while jpeg[position + 1] != 0xDA:
        code, length = jpeg[position + 1], int.from_bytes(jpeg[position + 2 : position + 4])
        if code in _SAID and not (code in (0xE0, 0xEE) and length <= 16):
            return False
        position += 2 + length
    return jpeg.index(b"\xff\xd9", position) == len(jpeg) - 2 and SECRET not in jpeg
