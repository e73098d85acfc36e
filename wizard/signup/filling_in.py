"""Screens 2 to 6: the welcome, each step, and how strong the password of the last one is while it is typed."""

from flask import request
from werkzeug.wrappers import Response

from wizard.db import get_db
from wizard.models import KeyOrigin
from wizard.services import families, joining, pace
from wizard.signup import resume
from wizard.signup.blueprint import blueprint
from wizard.signup.journey import JOURNEY, SIGNUP
from wizard.signup.steps.credentials import CredentialsForm
from wizard.stores.answers import opening_of_sign_up
from wizard.values.keys import read_key
from wizard.web import htmx, password_strength
from wizard.web.guards import limited_networks


@blueprint.get("/inscription")
def welcome() -> Response:
    """Screen 2: what will be asked; « Reprendre » when this browser left a sign-up unfinished."""
    typed = request.args.get("cle", "").strip()
    key = read_key(typed)
    return htmx.page(
        "signup/welcome.html",
        key=key,
        unread=bool(typed) and key is None,
        unfinished=resume.unfinished(),
        steps=len(JOURNEY.steps),
    )


@blueprint.post("/inscription")
def begin() -> Response:
    """Open a draft, under the town's key when its link carries one, under a new key otherwise.

    From the page of an invitation, it keeps the invitation for the account. The same form goes on with the sign-up
    left in this browser, or forgets it.
    """
    if "reprendre" in request.form:
        return resume.come_back()
    if "oublier" in request.form:
        return resume.forget()
    if networks := limited_networks():
        pace.of_a_new_draft(get_db(), networks)
    given = read_key(request.values.get("cle", ""))
    origin = KeyOrigin.LINK if given else KeyOrigin.GENERATED
    invitation = joining.seed(get_db(), request.form.get("invitation", ""))
    visit = SIGNUP.begin(opening_of_sign_up(given or families.new_key(), origin, invitation))
    response = visit.go(JOURNEY.steps[0])
    resume.remember(response, visit.token)
    return response


@blueprint.route("/inscription/<token>/<slug>", methods=["GET", "POST"])
def step(token: str, slug: str) -> Response:
    """Serve a step: screens 3 to 6."""
    return SIGNUP.serve(token, slug)


@blueprint.post("/inscription/<token>/force")
def strength(token: str) -> Response:
    """Say how strong the password is; nothing for an address that opens nothing any more."""
    visit = SIGNUP.find(token)
    if visit is None:
        return password_strength.told("", None)
    form = CredentialsForm(request.form, answers=visit.draft.answers)
    return password_strength.told(request.form.get("password", ""), form.personal_words)
