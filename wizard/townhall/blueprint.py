"""The routes of the town hall's side: each names whom it opens to."""

from flask import Blueprint
from flask_login import current_user

from wizard import choices
from wizard.services import wording
from wizard.townhall.access import admit

blueprint = Blueprint("townhall", __name__, url_prefix="/mairie")
blueprint.before_request(admit)


@blueprint.context_processor
def _names_of_codes() -> dict[str, object]:
    return {"choices": choices, "wording": wording, "current_user": current_user}
