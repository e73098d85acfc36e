"""The routes of the town hall's side."""

from flask import Blueprint, request
from flask_login import current_user
from werkzeug.wrappers import Response

from wizard.extensions import login_manager
from wizard.townhall.wording import WORDS

blueprint = Blueprint("townhall", __name__, url_prefix="/mairie")
_OPEN_TO_ALL = {"townhall.sign_in", "townhall.code"}


@blueprint.before_request
def _agents_only() -> Response | None:
    if request.endpoint in _OPEN_TO_ALL or current_user.is_authenticated:
        return None
    refused: Response = login_manager.unauthorized()
    return refused


@blueprint.context_processor
def _words() -> dict[str, object]:
    return {"words": WORDS, "current_user": current_user}
