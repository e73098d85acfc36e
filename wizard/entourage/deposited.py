"""Screen 14: the dossier is deposited."""

from flask import abort, redirect, url_for
from werkzeug.wrappers import Response

from wizard import clock
from wizard.db import get_db
from wizard.entourage.blueprint import blueprint
from wizard.models import DraftKind, Receipt
from wizard.stores import dossiers, drafts
from wizard.web import htmx
from wizard.web.belonging import refuse_others


@blueprint.get("/entourage/<token>/depose")
def deposited(token: str) -> Response:
    """Show what came of a draft."""
    receipt = drafts.receipt(get_db(), token, DraftKind.ENTOURAGE, clock.now()) or abort(410)
    return _page(token, receipt)


def arrive(token: str, receipt: Receipt) -> Response:
    """Lead from a deposited draft to its reference."""
    location = url_for("entourage.deposited", token=token)
    return _page(token, receipt, push_url=location) if htmx.wants_fragment() else redirect(location, 303)


def _page(token: str, receipt: Receipt, push_url: str | None = None) -> Response:
    """Render the reference and the delay."""
    refuse_others(receipt.account)
    dossier = dossiers.by_id(get_db(), receipt.dossier or 0)
    return htmx.page("entourage/deposited.html", push_url=push_url, token=token, dossier=dossier)
