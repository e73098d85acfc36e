"""A file sent part by part, under the names of the IETF's resumable uploads: answers are headers, and weigh little.

draft-ietf-httpbis-resumable-upload, but for the creation: a form says what comes, for whom.
"""

from collections.abc import Mapping
from typing import Any

from flask import Response, abort, request, url_for
from flask_login import login_required

from wizard.db import get_db
from wizard.documents.blueprint import blueprint
from wizard.models import Destination, Upload
from wizard.services.documents import asking, uploads
from wizard.services.documents.conversion import Unreadable
from wizard.services.documents.uploads import PAGES, PART, SMALLEST_PART, Misplaced
from wizard.web.guards import larger_body
from wizard.web.sessions import current_account

_PARTIAL = "application/partial-upload"
_YES, _NO = "?1", "?0"
"""What structured fields write for true and false (RFC 9651)."""


@blueprint.post("/documents/envois")
@login_required  # type: ignore[untyped-decorator]
def begin_upload() -> Response:
    """Say where a file is to be sent, and how much of it is there already: the same file goes on where it was."""
    form = request.form
    to = Destination(current_account().id, _number("child"), form.get("year", ""), form.get("kind", ""))
    page, size, sha256 = _number("page"), _number("size"), form.get("sha256", "")
    if asking.wanted(get_db(), current_account(), to) is None:
        return _answer(404)
    if not (1 <= page <= PAGES and size > 0 and len(sha256) == 64 and set(sha256) <= set("0123456789abcdef")):
        return _answer(400)
    try:
        upload = uploads.begin(get_db(), to, page, sha256, size)
    except Unreadable:
        return _answer(413)
    return _answer(201, _told(upload) | {"Location": url_for("documents.upload", upload=upload.id)})


@blueprint.route("/documents/envois/<int:upload>", methods=["HEAD"])
@login_required  # type: ignore[untyped-decorator]
def upload(upload: int) -> Response:
    """Say how much of a file is there."""
    return _answer(204, _told(_own(upload)))


@blueprint.patch("/documents/envois/<int:upload>")
@larger_body(PART)
@login_required  # type: ignore[untyped-decorator]
def append(upload: int) -> Response:
    """Keep a part; 409 says where it was to begin."""
    found, part = _own(upload), request.get_data()
    offset = request.headers.get("Upload-Offset", type=int)
    if request.mimetype != _PARTIAL:
        return _answer(415)
    if offset is None or offset < 0:
        return _answer(400)
    last = offset + len(part) == found.size
    if (len(part) < SMALLEST_PART and not last) or (request.headers.get("Upload-Complete", _NO) == _YES) != last:
        return _answer(400)
    try:
        return _answer(204, _where(uploads.append(found, offset, part), found.size))
    except Misplaced as wrong:
        return _answer(409, _where(wrong.offset, found.size))


@blueprint.delete("/documents/envois/<int:upload>")
@login_required  # type: ignore[untyped-decorator]
def cancel(upload: int) -> Response:
    """Forget a file."""
    uploads.cancel(_own(upload))
    return _answer(204)


def _own(upload: int) -> Upload:
    """Return an upload of this account; another's is not found."""
    return uploads.find(current_account().id, upload) or abort(_answer(404))


def _number(name: str) -> int:
    return request.form.get(name, 0, int)


def _told(upload: Upload) -> dict[str, str]:
    return _where(upload.received, upload.size)


def _where(offset: int, size: int) -> dict[str, str]:
    return {"Upload-Offset": str(offset), "Upload-Complete": _YES if offset == size else _NO}


def _answer(status: int, headers: Mapping[str, Any] | None = None) -> Response:
    response = Response(status=status, headers=headers)
    del response.headers["Content-Type"]
    return response
