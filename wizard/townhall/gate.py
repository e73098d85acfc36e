"""The list of the gate: one page, whole in itself, that opens without network and prints; worth nothing tomorrow."""

from itertools import groupby

from flask import render_template, request
from werkzeug.wrappers import Response

from wizard.clock import in_town, now
from wizard.db import get_db
from wizard.services import gate as service
from wizard.stores.people_search import folded
from wizard.townhall.access import PROCESSING, open_to
from wizard.townhall.blueprint import blueprint
from wizard.web.sessions import current_agent


@blueprint.get("/portail")
@open_to(PROCESSING)
def gate() -> Response:
    """Show each child of the ages asked for, and who may collect them today.

    It names the children of a whole town: the agents who read their dossiers open it, and hand it, printed or on a
    tablet, to whoever stands at the gate.
    """
    ages, at = request.args.get("age", ""), in_town(now())
    rows = service.open_list(get_db(), current_agent(), ages)
    letters = groupby(rows, lambda row: folded(row.surname)[:1].upper())
    page = render_template(
        "townhall/gate.html",
        letters=[(letter, list(group)) for letter, group in letters],
        number=len(rows),
        ages=ages if ages in service.AGES else "",
        at=at,
        until=service.midnight(at),
        agent=current_agent(),
    )
    return Response(page, mimetype="text/html")
