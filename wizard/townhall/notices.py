"""What parents did by themselves, shown to every agent until one of them says to have seen it."""

from flask import request, url_for
from werkzeug.wrappers import Response

from wizard.db import get_db
from wizard.services import notices
from wizard.townhall.access import AGENTS, open_to
from wizard.townhall.blueprint import blueprint
from wizard.web import htmx
from wizard.web.sessions import current_agent


@blueprint.post("/retraits")
@open_to(AGENTS)
def seen() -> Response:
    """Write that an agent saw these, and lead back to the dossier or the queue they were shown in."""
    notices.see(get_db(), current_agent(), {kind: request.form.getlist(kind, int) for kind in notices.KINDS})
    reference = request.form.get("reference")
    back = url_for("townhall.dossier", reference=reference) if reference else url_for("townhall.queue")
    return htmx.see_other(back)
