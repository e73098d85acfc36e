"""What PDFium does: the pages of a PDF as pictures, and the lock taken off those that open without a key."""

from collections.abc import Iterator
from io import BytesIO

from pypdfium2 import PdfDocument, PdfiumError, raw

from .answers import NotConverted, Reason
from .pillow import Image


def unlock(content: bytes) -> bytes:
    """Return the same PDF without its lock: many have one that no password opens, against changes alone.

    pikepdf would ask the system for chance, which a confined process cannot have.
    """
    if b"/Encrypt" not in content:
        return content
    unlocked = BytesIO()
    try:
        with PdfDocument(content) as document:
            document.save(unlocked, flags=raw.FPDF_REMOVE_SECURITY)
    except PdfiumError as error:
        raise NotConverted(Reason.ENCRYPTED if error.err_code == raw.FPDF_ERR_PASSWORD else Reason.BROKEN) from None
    return unlocked.getvalue()


def render(content: bytes, most: tuple[int, int]) -> Iterator[Image.Image]:
    """Yield each page as large as fits in so many pixels."""
    with PdfDocument(content) as document:
        for page in document:
            scale = min(most[0] / page.get_width(), most[1] / page.get_height())
            yield page.render(scale=scale).to_pil()
