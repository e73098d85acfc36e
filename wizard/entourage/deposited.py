"""Screen 14: the dossier is deposited."""

from flask import abort, redirect, url_for
from werkzeug.wrappers import Response

from wizard import clock
from wizard.db import get_db
from wizard.entourage.blueprint import blueprint
from wizard.models import DraftKind, Receipt
from wizard.services import figures, receipt
from wizard.stores import dossiers, drafts
from wizard.web import htmx
from wizard.web.belonging import refuse_others


@blueprint.get("/entourage/<token>/depose")
def deposited(token: str) -> Response:
    """Show what came of a draft."""
    return _page(token, drafts.receipt(get_db(), token, DraftKind.ENTOURAGE, clock.now()) or abort(410))


def arrive(token: str, found: Receipt) -> Response:
    """Lead from a deposited draft to its reference."""
    location = url_for("entourage.deposited", token=token)
    return _page(token, found, push_url=location) if htmx.wants_fragment() else redirect(location, 303)


def _page(token: str, found: Receipt, push_url: str | None = None) -> Response:
    """Render what the family keeps: the reference, who was declared, what happens next."""
    refuse_others(found.account)
    db, number = get_db(), found.dossier or 0
    dossier, lines = dossiers.by_id(db, number), receipt.lines(db, number)
    return htmx.page(
        "entourage/deposited.html",
        push_url=push_url,
        token=token,
        dossier=dossier,
        lines=lines,
        measured=figures.measured(db),
    )
