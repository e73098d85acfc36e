"""What the child may be asked: to convert a file of a kind that its first bytes tell, or to assemble documents."""

from enum import StrEnum

LARGEST = 12 * 1024 * 1024
"""Bytes of a file as sent, and of a document as kept."""


class Work(StrEnum):
    """The kinds of files that are read, and the one other thing that is done."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    HEIF = "heif"
    PDF = "pdf"
    ASSEMBLE = "assemble"


# Of the family of HEIF, those whose pictures are coded as an iPhone does.
_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}
# A few programs write a mark of UTF-8 or an empty line first.
_BEFORE_PDF = b"\xef\xbb\xbf \t\r\n"


def kind_of(content: bytes) -> Work | None:
    """Return the kind that a file's first bytes say it is, whatever it is called; None for any other."""
    if content.startswith(b"\xff\xd8\xff"):
        return Work.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Work.PNG
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return Work.WEBP
    if content[4:8] == b"ftyp" and _brands(content) & _HEIC:
        return Work.HEIF
    if content[:64].lstrip(_BEFORE_PDF).startswith(b"%PDF-"):
        return Work.PDF
    return None


def _brands(content: bytes) -> set[bytes]:
    """Return what the first box of a HEIF says it is compatible with."""
    box = content[8 : min(int.from_bytes(content[:4]), 256)]
    return {box[start : start + 4] for start in range(0, len(box), 4) if start != 4}
