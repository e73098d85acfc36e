"""Filling in the dossier of a child, step by step; what was answered for a sibling may be taken."""

from flask import abort, redirect, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from wizard.childfile.blueprint import blueprint
from wizard.childfile.journey import DOSSIER, JOURNEY
from wizard.childfile.own import own_file
from wizard.childfile.steps import accueils
from wizard.db import get_db
from wizard.journey.view import Visit
from wizard.services.childfile import siblings
from wizard.services.childfile.drafting import OwnFile, open_draft
from wizard.settings import get_settings
from wizard.web import held_forms
from wizard.web.done import DONE
from wizard.web.sessions import current_account


@blueprint.route("/espace/enfants/<int:child>/dossier/<year>/<slug>", methods=["GET", "POST"])
@login_required  # type: ignore[untyped-decorator]
def step(child: int, year: str, slug: str) -> Response:
    """Serve a step. A draft is opened by whatever asks for one, but by a second click on « Déposer »."""
    key, asked = own_file(child, year), JOURNEY.find(slug) or abort(404)
    if get_settings().dossier.closed:
        return redirect(url_for("childfile.dossier", child=child), 303)
    if request.method == "GET" or asked is not JOURNEY.steps[-1]:
        open_draft(get_db(), current_account(), key)
    if request.method == "GET" and (held := held_forms.give_back(account=current_account().id)):
        visit = DOSSIER.visit(key.subject)
        visit.keep(slug, asked.form(held, answers=visit.draft.answers).raw())
    if request.method == "POST" and asked is accueils.STEP and accueils.TAKE in request.form:
        return _take(DOSSIER.visit(key.subject), key)
    return DOSSIER.serve(key.subject, slug)


def _take(visit: Visit, key: OwnFile) -> Response:
    """Fill in what is still blank as it was answered for a sibling, and show it to be read."""
    step = accueils.STEP
    typed = step.form(request.form, answers=visit.draft.answers).raw()
    if offer := siblings.offer(get_db(), current_account(), key.child.person, key.year, step.slug):
        visit.keep(step.slug, {**offer.answers, **{name: values for name, values in typed.items() if any(values)}})
        visit.done = {DONE: accueils.TAKE}
    return visit.go(step)
