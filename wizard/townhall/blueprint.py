"""The routes of the town hall's side: each names whom it opens to."""

from typing import Any

from flask import Blueprint, request
from flask_login import current_user

from wizard import choices
from wizard.db import get_db
from wizard.services import taking, wording
from wizard.settings import get_settings
from wizard.stores import queue_filters
from wizard.stores.takings import Taken
from wizard.townhall.access import admit

blueprint = Blueprint("townhall", __name__, url_prefix="/mairie")
blueprint.before_request(admit)


def picked_filters() -> tuple[str, ...]:
    """Return the filters of the queue that an address carries, from the queue to its dossiers."""
    return queue_filters.known(request.args.getlist("filtre"))


@blueprint.url_defaults
def _keep_filters(endpoint: str, values: dict[str, Any]) -> None:
    """Carry the filters to all that is about a dossier, until « Suivant » needs them."""
    if "reference" in values and endpoint.startswith("townhall.") and (picked := picked_filters()):
        values.setdefault("filtre", picked)


def taken_by(dossier: int) -> Taken | None:
    """Return who has a dossier before their eyes."""
    return taking.holders(get_db(), [dossier]).get(dossier)


@blueprint.context_processor
def _names_of_codes() -> dict[str, object]:
    known = {"choices": choices, "wording": wording, "current_user": current_user}
    known |= {"child_files_asked": bool(get_settings().dossier.schools)}
    return known | {"picked": picked_filters(), "taken_by": taken_by}
