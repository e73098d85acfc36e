"""The routes of the town hall's side: each names whom it opens to."""

from flask import Blueprint
from flask_login import current_user

from wizard.townhall.access import admit
from wizard.townhall.wording import WORDS

blueprint = Blueprint("townhall", __name__, url_prefix="/mairie")
blueprint.before_request(admit)


@blueprint.context_processor
def _words() -> dict[str, object]:
    return {"words": WORDS, "current_user": current_user}
