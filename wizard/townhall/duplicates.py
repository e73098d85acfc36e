"""Two records that may be of one person: compared, told apart, joined, put back."""

from typing import Any

from flask import abort, request, url_for
from werkzeug.wrappers import Response

from wizard.db import get_db
from wizard.services.duplicates import comparing
from wizard.services.duplicates.comparing import Comparison
from wizard.townhall.access import PROCESSING, open_to
from wizard.townhall.blueprint import blueprint
from wizard.web import htmx
from wizard.web.sessions import current_agent


@blueprint.get("/doublons/<int:likeness>")
@open_to(PROCESSING)
def duplicate(likeness: int) -> Response:
    """Show two records side by side, with what may be done about them."""
    found = comparing.open_likeness(get_db(), current_agent(), likeness) or abort(404)
    return _show(found)


@blueprint.post("/doublons/<int:likeness>/ecarter")
@open_to(PROCESSING)
def tell_apart(likeness: int) -> Response:
    """Say that they are two people; a second click finds it done."""
    comparing.tell_apart(get_db(), current_agent(), likeness)
    return _back_to(likeness)


@blueprint.post("/doublons/<int:likeness>/revoir")
@open_to(PROCESSING)
def doubt(likeness: int) -> Response:
    """Take back that they are two people."""
    comparing.doubt(get_db(), current_agent(), likeness)
    return _back_to(likeness)


def _back_to(likeness: int) -> Response:
    return htmx.see_other(url_for("townhall.duplicate", likeness=likeness, dossier=request.form.get("dossier")))


def _show(found: Comparison, status: int = 200, **others: Any) -> Response:
    return htmx.page("townhall/duplicate.html", status, found=found, here=_here(found), **others)


def _here(found: Comparison) -> str:
    """Return the reference of the dossier from which the agent came, if it is one of the two."""
    known = [side.dossier.reference for side in found.sides if side.dossier]
    came = request.values.get("dossier", "")
    return came if came in known else next(iter(known), "")
