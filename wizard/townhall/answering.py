"""The answer to the family: read again, sent once; recalled until it leaves; taken back when reopened."""

from contextlib import suppress

from flask import abort, request, url_for
from werkzeug.wrappers import Response

from wizard.db import get_db
from wizard.models import Dossier
from wizard.services import decisions, outcome, recalling
from wizard.settings import get_settings
from wizard.stores import dossiers, journal
from wizard.townhall.access import PROCESSING, open_to
from wizard.townhall.blueprint import blueprint
from wizard.web import htmx
from wizard.web.done import lead_to
from wizard.web.sessions import current_agent


@blueprint.route("/dossiers/<reference>/reponse", methods=["GET", "POST"])
@open_to(PROCESSING)
def answer(reference: str) -> Response:
    """Show what will be written to the family, then send it."""
    if request.method == "POST":
        return _send(dossiers.by_reference(get_db(), reference) or abort(404))
    dossier = decisions.open_dossier(get_db(), current_agent(), reference) or abort(404)
    return _to_dossier(dossier) if dossier.answered_at else _show(dossier)


def _send(dossier: Dossier) -> Response:
    seen = request.form.get("seen", -1, int)
    link = get_settings().public_url + url_for("account.home")
    try:
        decisions.answer(get_db(), current_agent(), dossier.id, seen, link)
    except decisions.AlreadyAnswered:
        pass  # a second click, or a second agent: the dossier's page says who answered, and when
    except (decisions.NotAllDecided, decisions.Changed):
        decisions.note_reading(get_db(), current_agent(), dossier.id)
        return _show(dossiers.by_id(get_db(), dossier.id) or abort(404), 409)
    return _to_dossier(dossier, done="reponse")


@blueprint.post("/dossiers/<reference>/annuler-envoi")
@open_to(PROCESSING)
def recall(reference: str) -> Response:
    """Call an answer back before it leaves; its page says why it may not be."""
    dossier = dossiers.by_reference(get_db(), reference) or abort(404)
    try:
        recalling.recall(get_db(), current_agent(), dossier.id)
    except (recalling.TooLate, decisions.AnotherUnderWay):
        return _to_dossier(dossier, done="parti")
    return _to_dossier(dossier, done="annule")


@blueprint.post("/dossiers/<reference>/rouvrir")
@open_to(PROCESSING)
def reopen(reference: str) -> Response:
    """Take an answered dossier back into the queue; its page says why it may not be."""
    dossier = dossiers.by_reference(get_db(), reference) or abort(404)
    with suppress(decisions.NotAnswered, decisions.AnotherUnderWay):  # a second click, a dossier deposited meanwhile
        try:
            decisions.reopen(get_db(), current_agent(), dossier.id)
        except decisions.StillHeld:
            return _to_dossier(dossier, done="retenu")
    return _to_dossier(dossier)


def _to_dossier(dossier: Dossier, done: str | None = None) -> Response:
    return lead_to("townhall.dossier", done, reference=dossier.reference)


def _show(dossier: Dossier, status: int = 200) -> Response:
    return htmx.page(
        "townhall/answer.html",
        status,
        dossier=dossier,
        lines=outcome.reply(get_db(), dossier),
        undecided=sum(line.decision is None for line in dossier.asked),
        seen=journal.latest_change(get_db(), dossier.id),
        changed=status == 409,
    )
