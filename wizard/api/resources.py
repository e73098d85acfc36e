"""What the API answers: its own description, and pages of records to who shows a token."""

import re
from dataclasses import asdict
from datetime import UTC, datetime

from flask import Response, jsonify, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import BadRequest, NotFound, Unauthorized

from wizard.api.blueprint import blueprint
from wizard.api.description import LONGEST, USUAL, describe
from wizard.db import get_db
from wizard.french import gettext as _
from wizard.services import consumers
from wizard.services.handover import records
from wizard.services.handover.records import Asked
from wizard.settings import get_settings
from wizard.stores.api_consumers import Consumer
from wizard.web.guards import networks

_BIGGEST = 2**63 - 1
# As RFC 3339 has it: the offset is not optional.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII)
_PARAMETERS = {"changed_since", "cursor", "limit"}


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """Describe the API; open to all, it tells nothing of anyone."""
    return jsonify(describe(get_settings()))


@blueprint.get("/<resource>")
def resource(resource: str) -> Response:
    """Answer a page of families, children or contacts."""
    consumer = _consumer()
    if resource not in records.RESOURCES:
        raise NotFound(_("Cette ressource n'existe pas : voir openapi.json."))
    found = records.page(get_db(), resource, _asked())
    consumers.note_call(get_db(), consumer, resource, len(found.items))
    return jsonify(asdict(found))


def _consumer() -> Consumer:
    """Return who calls, by the token of the header alone: an address is written in too many places."""
    given = request.authorization
    token = given.token if given and given.type == "bearer" else None
    if not token:
        raise Unauthorized(
            _("Envoyez le jeton dans l'en-tête « Authorization: Bearer … »."), www_authenticate=_challenge()
        )
    try:
        return consumers.known(get_db(), token, networks())
    except consumers.UnknownToken:
        wrong = _challenge(error="invalid_token")
        raise Unauthorized(_("Ce jeton est inconnu, ou n'est plus valable."), www_authenticate=wrong) from None


def _challenge(**values: str | None) -> WWWAuthenticate:
    return WWWAuthenticate("bearer", {"realm": "Portail famille", **values})


def _asked() -> Asked:
    """Return what is asked. Raises BadRequest, which says what is wrong."""
    given = request.args.to_dict(flat=False)
    if unknown := sorted(given.keys() - _PARAMETERS):
        raise BadRequest(_("Paramètre inconnu : %(name)s.", name=unknown[0][:40]))
    if twice := sorted(name for name, values in given.items() if len(values) > 1):
        raise BadRequest(_("Paramètre donné deux fois : %(name)s.", name=twice[0]))
    return Asked(_since(), _number("cursor", 0, 0, _BIGGEST), _number("limit", USUAL, 1, LONGEST))


def _number(name: str, usual: int, least: int, most: int) -> int:
    text = request.args.get(name)
    if text is None:
        return usual
    if not re.fullmatch(r"[0-9]{1,19}", text) or not least <= int(text) <= most:
        raise BadRequest(
            _("« %(name)s » doit être un nombre de %(least)s à %(most)s.", name=name, least=least, most=most)
        )
    return int(text)


def _since() -> datetime | None:
    text = request.args.get("changed_since")
    if text is None:
        return None
    try:
        if not _MOMENT.fullmatch(text):
            raise ValueError(text)
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadRequest(_("« changed_since » doit être une date RFC 3339 : 2026-11-24T09:00:00Z.")) from None
