"""What one parent contests of what the other gave: seen by any agent, decided by those who process dossiers."""

from contextlib import suppress

from flask import abort, request, url_for
from werkzeug.wrappers import Response

from wizard.db import get_db
from wizard.models import Outcome
from wizard.services import objecting
from wizard.townhall.access import AGENTS, PROCESSING, open_to
from wizard.townhall.blueprint import blueprint
from wizard.web import htmx
from wizard.web.sessions import current_agent

_DECISIONS = {"lever": Outcome.LIFTED, "retirer": Outcome.UPHELD}


@blueprint.post("/contestations")
@open_to(AGENTS)
def objections_seen() -> Response:
    """Write that an agent saw these, and lead back to the dossier or the queue they were shown in."""
    objecting.see(get_db(), current_agent(), request.form.getlist("objection", int))
    return _back()


@blueprint.post("/contestations/<int:objection>")
@open_to(PROCESSING)
def decide_objection(objection: int) -> Response:
    """Lift an objection, or take the right away; a second click finds it done."""
    outcome = _DECISIONS.get(request.form.get("decision", "")) or abort(422)
    with suppress(objecting.NothingToDecide):
        objecting.decide(get_db(), current_agent(), objection, outcome)
    return _back()


def _back() -> Response:
    reference = request.form.get("reference")
    return htmx.see_other(url_for("townhall.dossier", reference=reference) if reference else url_for("townhall.queue"))
