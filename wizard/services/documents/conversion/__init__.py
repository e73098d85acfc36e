"""Makes a clean document of the bytes that somebody sent, or says in French why not: nothing raw is ever kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from wizard.services.documents.conversion.antivirus import is_clean
from wizard.services.documents.conversion.child.answers import Reason
from wizard.services.documents.conversion.child.work import LARGEST, Work, kind_of
from wizard.services.documents.conversion.processing import process
from wizard.services.documents.conversion.unreadable import Unreadable

__all__ = ["LARGEST", "Converted", "Reason", "Unreadable", "assemble", "convert"]


@dataclass(frozen=True)
class Converted:
    """A document as it is kept: of the file it comes from, what one sees and nothing else."""

    media_type: str
    content: bytes
    previews: tuple[bytes, ...]
    """A small JPEG of each page: what agents look at."""
    pages: int
    analysed: bool
    """Whether an antivirus read the file that was sent."""


def convert(content: bytes, *, antivirus: Path | None = None) -> Converted:
    """Return what is kept of a photo or a PDF: its bytes alone say which it is; `antivirus` is the socket of clamd.

    Raises Unreadable.
    """
    if not content:
        raise Unreadable(Reason.EMPTY)
    if len(content) > LARGEST:
        raise Unreadable(Reason.TOO_LARGE)
    kind = kind_of(content)
    if kind is None:
        raise Unreadable(Reason.UNKNOWN_KIND)
    analysed = antivirus is not None and is_clean(content, antivirus)
    media_type, kept, previews = process(kind, [content])
    return Converted(media_type, kept, tuple(previews), len(previews), analysed)


def assemble(parts: Sequence[Converted]) -> Converted:
    """Return the one document, a PDF, that several make in their order. Raises Unreadable: too many pages, say."""
    if not parts:
        raise Unreadable(Reason.EMPTY)
    media_type, kept, _none = process(Work.ASSEMBLE, [part.content for part in parts])
    previews = [preview for part in parts for preview in part.previews]
    return Converted(media_type, kept, tuple(previews), len(previews), all(part.analysed for part in parts))
