"""Documents written page by page, and several made one."""

from io import BytesIO

import pikepdf
from pikepdf import Dictionary, Name

from .answers import PDF, NotConverted, Reason
from .pillow import Image
from .work import LARGEST

MOST_PAGES = 10

_A4 = 842
"""Points: its height."""


def assemble(*contents: bytes) -> list[bytes]:
    """Return one PDF of documents that were converted, in their order."""
    whole = pikepdf.new()
    for content in contents:
        if content.startswith(b"%PDF-"):
            whole.pages.extend(pikepdf.open(BytesIO(content)).pages)
        else:
            add_picture(whole, content)
        if len(whole.pages) > MOST_PAGES:
            raise NotConverted(Reason.TOO_MANY_PAGES)
    return [PDF, write(whole)]


def add_picture(pdf: pikepdf.Pdf, jpeg: bytes) -> None:
    """Add a page that a picture fills, as large as it is on A4."""
    with Image.open(BytesIO(jpeg), formats=["JPEG"]) as image:
        width, height = image.size
    points = _A4 / max(width, height)
    drawn = pdf.make_stream(
        jpeg,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=width,
        Height=height,
        ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )
    page = Dictionary(
        Type=Name.Page,
        MediaBox=[0, 0, round(width * points, 2), round(height * points, 2)],
        Resources=Dictionary(XObject=Dictionary(Photo=drawn)),
        Contents=pdf.make_stream(f"{width * points:.2f} 0 0 {height * points:.2f} 0 0 cm /Photo Do".encode()),
    )
    pdf.pages.append(pikepdf.Page(page))


def write(pdf: pikepdf.Pdf) -> bytes:
    """Return a new document as it is kept: every stream is packed again, for anything may follow what it says it is."""
    written = BytesIO()
    pdf.save(
        written,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        recompress_flate=True,
        deterministic_id=True,
    )
    if written.tell() > LARGEST:
        raise NotConverted(Reason.TOO_LARGE)
    return written.getvalue()
