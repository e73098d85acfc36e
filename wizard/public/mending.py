"""Addresses copied with what came after them."""

import re
from urllib.parse import quote

from flask import redirect, request
from werkzeug.wrappers import Response

from wizard.public.blueprint import blueprint

# After a letter or a digit: what no address of ours goes on with, or ends with; after a token of 43 characters, more.
_BEYOND = re.compile(
    r"(?<=[A-Za-z0-9_-])(?:<.*|[\s>&\"'«»\\][^/]*|[^A-Za-z0-9_/-]+)$|(?<=/[A-Za-z0-9_-]{43})[_-]+$", re.S
)


@blueprint.before_app_request
def mend_address() -> Response | None:
    """Lead an address followed with what came after it, « . » « ) » « > » or a space, to the address itself."""
    if request.method not in {"GET", "HEAD"} or request.path.endswith("/"):
        return None
    path = request.path
    while (shorter := _BEYOND.sub("", path)) != path:
        path = shorter
    if path == request.path:
        return None
    query = request.query_string.decode(errors="replace")
    return redirect(quote(path) + (f"?{query}" if query else ""), 308)
