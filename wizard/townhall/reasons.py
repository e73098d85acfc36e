"""The reasons that agents choose from, which an administrator words, orders and retires."""

from typing import Any

from flask import abort, request
from werkzeug.wrappers import Response

from wizard.db import get_db
from wizard.french import gettext as _
from wizard.models import ReasonCode, Role
from wizard.services import reasons as service
from wizard.stores import reasons as store
from wizard.stores.reasons import Reason
from wizard.townhall.access import ADMINISTRATION, open_to
from wizard.townhall.administration_forms import ReasonForm
from wizard.townhall.blueprint import blueprint
from wizard.web import htmx
from wizard.web.done import just_done, lead_to, told
from wizard.web.sessions import current_agent

_NAME_TAKEN = "pris"
_NEWS: dict[str, Any] = {
    "enregistre": _("Ce motif est enregistré."),
    "retire": _("Ce motif n'est plus proposé."),
    "propose": _("Ce motif est de nouveau proposé, avant « Autre »."),
    _NAME_TAKEN: _("Un autre motif porte déjà ce nom : celui-ci n'est pas proposé de nouveau."),
}


@blueprint.get("/motifs")
@open_to(ADMINISTRATION)
def reasons() -> Response:
    """Show the reasons in their order, and those that are not offered any more."""
    db, done = get_db(), {"news": told(_NEWS), "refused": just_done() == _NAME_TAKEN}
    return htmx.page("townhall/reasons.html", reasons=store.offered(db), retired=store.retired(db), **done)


@blueprint.route("/motifs/nouveau", methods=["GET", "POST"])
@open_to(ADMINISTRATION)
def add_reason() -> Response:
    """Offer a reason more."""
    form = ReasonForm(data={"roles": list(Role)})
    if form.is_submitted() and _keep(form):
        return lead_to("townhall.reasons", "enregistre")
    return _ask(form, None, 422 if form.errors else 200)


@blueprint.route("/motifs/<code>", methods=["GET", "POST"])
@open_to(ADMINISTRATION)
def reason(code: str) -> Response:
    """Say a reason otherwise from now on; whoever else did first is shown."""
    latest = service.latest(get_db(), code)
    if latest is None or code == ReasonCode.OTHER:
        abort(404)
    form = ReasonForm(data={"name": latest.name, "sentence": latest.sentence, "roles": list(latest.roles)})
    try:
        if form.is_submitted() and _keep(form, code):
            return lead_to("townhall.reasons", "enregistre")
    except service.Overtaken:
        return _ask(form, latest, 409)
    return _ask(form, latest, 422 if form.errors else 200)


@blueprint.post("/motifs/<code>/retirer")
@open_to(ADMINISTRATION)
def retire_reason(code: str) -> Response:
    """Offer a reason no more: what was answered keeps its words."""
    try:
        service.retire(get_db(), current_agent(), code)
    except service.Needed:
        return lead_to("townhall.reasons", None)
    return lead_to("townhall.reasons", "retire")


@blueprint.post("/motifs/<code>/proposer")
@open_to(ADMINISTRATION)
def offer_reason_again(code: str) -> Response:
    """Offer a retired reason again, unless another has taken its name."""
    try:
        service.offer_again(get_db(), current_agent(), code)
    except service.Needed:
        return lead_to("townhall.reasons", None)
    except service.NameTaken:
        return lead_to("townhall.reasons", _NAME_TAKEN)
    return lead_to("townhall.reasons", "propose")


@blueprint.post("/motifs/<code>/place")
@open_to(ADMINISTRATION)
def move_reason(code: str) -> Response:
    """Put a reason at the place that its button names."""
    service.move(get_db(), current_agent(), code, request.form.get("place", 0, int))
    return lead_to("townhall.reasons", None)


def _keep(form: ReasonForm, code: str | None = None) -> bool:
    """Keep what was typed, unless something is to correct in it."""
    if not form.validate():
        return False
    name, sentence = form.name.data or "", form.sentence.data or ""
    roles = tuple(role for role in Role if role in form.roles.data)
    try:
        if code is None:
            service.add(get_db(), current_agent(), name, sentence, roles)
        else:
            service.change(get_db(), current_agent(), code, name, sentence, roles)
    except service.NameTaken:
        form.name.errors = [_("Un autre motif porte déjà ce nom : choisissez-en un autre.")]
        return False
    return True


def _ask(form: ReasonForm, reason: Reason | None, status: int = 200) -> Response:
    return htmx.page("townhall/reason.html", status, form=form, reason=reason)
