"""The easy ones at once: the dossiers ticked in the queue are accepted and answered, and each is told of."""

from flask import request, url_for
from werkzeug.wrappers import Response

from wizard.db import get_db
from wizard.services import accepting
from wizard.services.accepting import Ticked
from wizard.settings import get_settings
from wizard.townhall.access import PROCESSING, open_to
from wizard.townhall.blueprint import blueprint
from wizard.web import htmx
from wizard.web.sessions import current_agent


@blueprint.post("/accepter")
@open_to(PROCESSING)
def accept() -> Response:
    """Accept the dossiers ticked; sent twice, it tells the same."""
    ticked = [_ticked(value) for value in request.form.getlist("dossier")]
    if len(ticked) > accepting.MOST:
        return htmx.page("townhall/accepted.html", 422, reported=(), most=accepting.MOST)
    link = get_settings().public_url + url_for("account.home")
    reported = accepting.accept(get_db(), current_agent(), ticked, link)
    return htmx.page("townhall/accepted.html", reported=reported, most=accepting.MOST)


def _ticked(value: str) -> Ticked:
    """Return which dossier a box stands for: « 7KQM4RXT:42 », the number is that of the change it showed."""
    reference, _colon, seen = value[:40].partition(":")
    return Ticked(reference, int(seen) if seen.isascii() and seen.isdigit() else -1)
