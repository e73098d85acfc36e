"""The entourage's journey as the site serves it."""

from flask import redirect, url_for
from werkzeug.wrappers import Response

from wizard.db import get_db
from wizard.entourage.finish import finish
from wizard.entourage.steps import DEPOSIT, PEOPLE
from wizard.journey.steps import Journey
from wizard.journey.view import Trip
from wizard.models import DraftKind, Receipt
from wizard.services.opening import IDLE
from wizard.stores import dossiers
from wizard.web import htmx
from wizard.web.belonging import refuse_others


def deposited(token: str, receipt: Receipt) -> Response:
    """Lead from a deposited draft to its reference."""
    location = url_for("entourage.deposited", token=token)
    return page(token, receipt, push_url=location) if htmx.wants_fragment() else redirect(location, 303)


def page(token: str, receipt: Receipt, push_url: str | None = None) -> Response:
    """Render screen 14: the reference and the delay."""
    refuse_others(receipt.account)
    dossier = dossiers.by_id(get_db(), receipt.dossier or 0)
    return htmx.page("entourage/deposited.html", push_url=push_url, token=token, dossier=dossier)


TRIP = Trip(
    Journey(DraftKind.ENTOURAGE, (PEOPLE, DEPOSIT)), "entourage.step", "entourage.start", finish, deposited, IDLE
)
