"""PDFs: their pages go to a new document, which has nothing that acts, nothing attached, and nothing said of it."""

from io import BytesIO

import pikepdf

from .answers import PDF, NotConverted, Reason
from .assembling import MOST_PAGES, add_picture, write
from .pictures import PREVIEW, WHOLE, encode, preview
from .rendering import render, unlock
from .streams import MOST_DECODED, wash

HEAVY = 3 * 1024 * 1024
"""Bytes: what is heavier is kept as the pictures of its pages, if they are lighter."""

_PAGE = {"/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Resources", "/Contents", "/Group"}


def convert(content: bytes) -> list[bytes]:
    """Return the PDF as it is kept, and a preview of each page."""
    if content.rfind(b"%%EOF") < content.rfind(b" obj"):
        raise NotConverted(Reason.BROKEN)  # it was cut: what may still be read of it would pass for the whole
    pikepdf.settings.set_qpdf_limits(flate_max_memory=MOST_DECODED, run_length_max_memory=MOST_DECODED)
    kept, washed = _rewritten(unlock(content))
    if not washed:
        kept = _pictured(kept)
    elif len(kept) > HEAVY:
        kept = min(kept, _pictured(kept), key=len)
    return [PDF, kept, *map(preview, render(kept, PREVIEW))]


def _rewritten(content: bytes) -> tuple[bytes, bool]:
    """Return its pages in a new document, and whether all that they draw with could be washed."""
    source = pikepdf.open(BytesIO(content))
    if not 1 <= len(source.pages) <= MOST_PAGES:
        raise NotConverted(Reason.TOO_MANY_PAGES if len(source.pages) else Reason.BROKEN)
    source.generate_appearance_streams()
    source.flatten_annotations("screen")  # what was typed in a form becomes a part of its page
    kept = pikepdf.new()
    for page in source.pages:
        for key in set(page.obj.keys()) - _PAGE:
            del page.obj[key]
        kept.pages.append(page)
    washed = wash(kept)
    return write(kept), washed


def _pictured(content: bytes) -> bytes:
    """Return a document of the pictures of its pages."""
    whole = pikepdf.new()
    for page in render(content, WHOLE):
        add_picture(whole, encode(page))
    return write(whole)
