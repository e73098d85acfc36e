"""The pages open to all: home, personal data, accessibility, logo, health check; addresses copied with too much."""

import re
import sqlite3
from urllib.parse import quote

from flask import Blueprint, Response, abort, jsonify, redirect, request, send_file
from werkzeug.wrappers import Response as BaseResponse
from wtforms import Form

from wizard.db import get_db, probe, trouble_of
from wizard.forms.parent import ParentContacts, ParentNames
from wizard.models import FACTS
from wizard.services.wording import announced
from wizard.settings import get_settings
from wizard.web import htmx

blueprint = Blueprint("public", __name__)

# After a letter or a digit: what no address of ours goes on with, or ends with; after a token of 43 characters, more.
_BEYOND = re.compile(
    r"(?<=[A-Za-z0-9_-])(?:<.*|[\s>&\"'«»\\][^/]*|[^A-Za-z0-9_/-]+)$|(?<=/[A-Za-z0-9_-]{43})[_-]+$", re.S
)


@blueprint.before_app_request
def mend_address() -> BaseResponse | None:
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


@blueprint.get("/")
def home() -> Response:
    """Screen 1: create an account, or sign in."""
    return htmx.page("public/home.html")


@blueprint.get("/confidentialite")
def privacy() -> Response:
    """Tell what is kept, why, how long, and how to have it corrected (RGPD, art. 13)."""
    return htmx.page(
        "public/privacy.html", names=announced(_asked(ParentNames)), contacts=announced(_asked(ParentContacts))
    )


def _asked(form: type[Form]) -> list[str]:
    return [field.name for field in form() if field.name in FACTS]


@blueprint.get("/accessibilite")
def accessibility() -> Response:
    """The accessibility statement (RGAA 4.1)."""
    return htmx.page("public/accessibility.html")


@blueprint.get("/logo")
def logo() -> Response:
    """The town's logo, from the instance folder."""
    path = get_settings().town.logo or abort(404)
    return send_file(path, max_age=86400)


@blueprint.get("/healthz")
def health() -> Response:
    """Tell a supervisor whether the process answers and its database can be written."""
    try:
        probe(get_db())
    except sqlite3.Error as error:
        trouble = trouble_of(error)
        if trouble is None:
            raise
        response = jsonify(status=trouble)
        response.status_code = 503
        response.headers["Retry-After"] = "5"
        return response
    return jsonify(status="ok")
