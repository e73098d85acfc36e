"""The steps of a child's dossier in the order they are asked, and the session that authorises them."""

from collections.abc import Mapping
from typing import Any

from flask import abort, redirect, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from wizard.childfile import standing
from wizard.childfile.blueprint import blueprint
from wizard.childfile.finish import finish
from wizard.childfile.steps import accueils
from wizard.childfile.steps.order import STEPS
from wizard.db import get_db
from wizard.journey.steps import Journey
from wizard.journey.view import DONE, ServedJourney, Visit
from wizard.models import Draft, DraftKind, Member
from wizard.services.childfile import filing, siblings
from wizard.services.childfile.drafting import OwnFile, open_draft
from wizard.services.keys import Key
from wizard.settings import get_settings
from wizard.web import held_forms, htmx
from wizard.web.sessions import current_account


class BySession:
    """The session of the account whose household the child is of; the address names a child and a year."""

    def key(self, _kind: DraftKind, token: str) -> Key:
        child, _slash, year = token.partition("/")
        return OwnFile(current_account().id, own_child(int(child)), year)

    def admits(self, draft: Draft, *, late: bool) -> bool:
        return draft.account == current_account().id

    def address(self, token: str) -> Mapping[str, Any]:
        child, _slash, year = token.partition("/")
        return {"child": int(child), "year": year}

    def arrived(self, _kind: DraftKind, token: str) -> Response:
        child, _slash, year = token.partition("/")
        address = url_for("childfile.dossier", child=int(child), depose=year)
        if htmx.wants_fragment():  # one round trip saved, and a page
            return standing.show(own_child(int(child)), year, push_url=address)
        return redirect(address, 303)


JOURNEY = Journey(DraftKind.CHILD_FILE, STEPS)
DOSSIER = ServedJourney(JOURNEY, "childfile.step", "account.home", finish, BySession())


def own_child(child: int) -> Member:
    """Return a child of the account's household whom the town hall accepted; answer at once for any other."""
    found = filing.children(get_db(), current_account())
    return next((one for one in found if one.person == child), None) or abort(404)


def own_file(child: int, year: str) -> OwnFile:
    """Return what opens the dossier of a child for a year that is open; answer at once for any other."""
    if year not in filing.open_years():
        abort(404)
    return OwnFile(current_account().id, own_child(child), year)


@blueprint.route("/espace/enfants/<int:child>/dossier/<year>/<slug>", methods=["GET", "POST"])
@login_required  # type: ignore[untyped-decorator]
def step(child: int, year: str, slug: str) -> Response:
    """The steps. A draft is opened by whatever asks for one, but by a second click on « Déposer »."""
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
