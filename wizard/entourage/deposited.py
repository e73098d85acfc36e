"""Screen 14: the dossier is deposited."""

from flask import Blueprint, abort
from werkzeug.wrappers import Response

from wizard import clock
from wizard.db import get_db
from wizard.entourage.trip import page
from wizard.models import DraftKind
from wizard.stores import drafts


def register(blueprint: Blueprint) -> None:
    """Add the page to the entourage's."""

    @blueprint.get("/entourage/<token>/depose")
    def deposited(token: str) -> Response:
        receipt = drafts.receipt(get_db(), token, DraftKind.ENTOURAGE, clock.now()) or abort(410)
        return page(token, receipt)
