"""Traceability: who opened which family, what an agent did; a family's copy and its deletion."""

from datetime import datetime, time, timedelta
from typing import Any

from flask import Response as Answer
from flask import abort, make_response, request, url_for
from werkzeug.wrappers import Response
from wtforms import Field

from wizard.clock import zone
from wizard.db import get_db
from wizard.forms import day_of
from wizard.french import gettext as _
from wizard.kinds import unfinished
from wizard.services import copies
from wizard.services import trace as service
from wizard.services.trace import Asked, Page
from wizard.stores import agents, dossiers
from wizard.townhall.access import ADMINISTRATION, open_to
from wizard.townhall.administration_forms import ErasureForm, TraceForm
from wizard.townhall.blueprint import blueprint
from wizard.web import htmx
from wizard.web.sessions import current_agent

_PAGE = 50


@blueprint.get("/tracabilite")
@open_to(ADMINISTRATION)
def trace() -> Response:
    """Show what agents did, the last first, as the address asks; the reading is one of the lines."""
    accesses = agents.accesses(get_db())
    form, page = TraceForm(request.args, accesses), min(max(request.args.get("page", 1, int), 1), 1000)
    found = _read(form, page) if form.validate() else None
    context: dict[str, Any] = {
        "asked": {name: value for name, value in form.data.items() if value},
        "numbers": {one.email: one.id for one in accesses},
    }
    return htmx.page("townhall/trace.html", 422 if form.errors else 200, form=form, found=found, page=page, **context)


def _read(form: TraceForm, page: int) -> Page | None:
    start, end = (_morning(field) for field in (form.du, form.au))
    agent = int(form.agent.data) if form.agent.data else None
    asked = Asked(form.famille.data or "", agent, start, end + timedelta(days=1) if end else None)
    try:
        return service.read(get_db(), current_agent(), asked, _PAGE, page)
    except service.NoSuchFamily:
        form.famille.errors = [_("Aucune famille n'a, ni n'a eu, cette référence ou ce numéro.")]
    return None


def _morning(field: Field) -> datetime | None:
    return datetime.combine(day_of(field), time(), zone()) if field.data else None


@blueprint.post("/tracabilite/<reference>/copie.<any(json, csv):kind>")
@open_to(ADMINISTRATION)
def copy_family(reference: str, kind: str) -> Answer:
    """Give the copy that the parent would get, but for health, to hand it over to them."""
    account = service.account_of(get_db(), reference) or abort(404)
    media, write = copies.KINDS[kind]
    content = write(unfinished.copy(get_db(), account, health=False))
    service.note_copy(get_db(), current_agent(), reference)
    response = make_response(content)
    response.headers["Content-Type"] = media
    name = dossiers.typed_reference(reference)
    response.headers["Content-Disposition"] = f'attachment; filename="famille-{name}.{kind}"'
    return response


@blueprint.route("/tracabilite/<reference>/effacer", methods=["GET", "POST"])
@open_to(ADMINISTRATION)
def erase_family(reference: str) -> Response:
    """Delete a family once its reference is typed again; a second click finds it done."""
    form, wanted = ErasureForm(), dossiers.typed_reference(reference)
    account = service.account_of(get_db(), wanted)
    if account is None and not form.is_submitted():
        abort(404)
    if form.is_submitted() and form.validate():
        if dossiers.typed_reference(form.typed.data or "") == wanted:
            service.erase(get_db(), current_agent(), wanted)
            return htmx.see_other(url_for("townhall.trace", famille=wanted))
        form.typed.errors = [_("Ce n'est pas cette référence : rien n'est effacé.")]
    number, status = account.household if account else None, 422 if form.errors else 200
    return htmx.page("townhall/erasure.html", status, form=form, reference=wanted, number=number)
