"""What families gave, as it leaves: bytes that nothing in them can act from, and that no cache keeps."""

from flask import make_response
from werkzeug.wrappers import Response

from wizard.models.documents import Document

_SUFFIXES = {"application/pdf": "pdf", "image/jpeg": "jpg"}


def document(found: Document, content: bytes) -> Response:
    """Return a document, as a file to keep."""
    media_type = found.media_type or "application/octet-stream"
    return answer(content, media_type, f"{found.kind}-{found.year}.{_SUFFIXES.get(media_type, 'bin')}")


def answer(content: bytes, media_type: str, name: str = "") -> Response:
    """Return bytes; with a name, they are a file to keep."""
    response: Response = make_response(content)
    response.headers["Content-Type"] = media_type
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"' if name else "inline"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "no-store"
    return response
