"""The town hall's side: agents sign in, take a dossier from the queue, decide, answer once."""

from flask import Blueprint, request
from flask_login import current_user
from werkzeug.wrappers import Response

from wizard import choices
from wizard.extensions import login_manager
from wizard.services import wording
from wizard.townhall import answering, dossier, own_access, queue, signing_in, withdrawals

blueprint = Blueprint("townhall", __name__, url_prefix="/mairie")

blueprint.add_url_rule("/connexion", view_func=signing_in.sign_in, methods=["GET", "POST"])
blueprint.add_url_rule("/connexion/code", view_func=signing_in.code, methods=["GET", "POST"])
blueprint.add_url_rule("/mot-de-passe", view_func=own_access.change_password, methods=["GET", "POST"])
blueprint.add_url_rule("/deconnexion", view_func=signing_in.sign_out, methods=["POST"])
blueprint.add_url_rule("", view_func=queue.queue, methods=["GET"])
blueprint.add_url_rule("", view_func=queue.search, methods=["POST"])
blueprint.add_url_rule("/retraits", view_func=withdrawals.seen, methods=["POST"])
blueprint.add_url_rule("/dossiers/<reference>", view_func=dossier.dossier, methods=["GET"])
blueprint.add_url_rule("/dossiers/<reference>", view_func=dossier.decide, methods=["POST"])
blueprint.add_url_rule("/dossiers/<reference>/famille", view_func=dossier.set_aside, methods=["POST"])
blueprint.add_url_rule("/dossiers/<reference>/reponse", view_func=answering.answer, methods=["GET", "POST"])
blueprint.add_url_rule("/dossiers/<reference>/rouvrir", view_func=answering.reopen, methods=["POST"])

_OPEN_TO_ALL = {"townhall.sign_in", "townhall.code"}


@blueprint.before_request
def _agents_only() -> Response | None:
    if request.endpoint in _OPEN_TO_ALL or current_user.is_authenticated:
        return None
    refused: Response = login_manager.unauthorized()
    return refused


@blueprint.context_processor
def _words() -> dict[str, object]:
    return {"words": choices, "wording": wording, "current_user": current_user}
