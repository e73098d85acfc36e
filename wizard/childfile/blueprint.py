"""The pages of the dossier administratif of each child: a parent's own, never in a frame."""

from flask import Blueprint, abort

from wizard.settings import get_settings

blueprint = Blueprint("childfile", __name__)


@blueprint.before_request
def only_where_there_is_a_school() -> None:
    """Answer nothing in a town that has no dossier administratif."""
    if not get_settings().dossier.schools:
        abort(404)
