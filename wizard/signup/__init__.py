"""The sign-up: welcome, four steps, confirmation."""

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from wizard.db import get_db
from wizard.extensions import csrf
from wizard.journey.steps import Journey
from wizard.journey.view import Trip, go, hold_back, serve_step, wait_for
from wizard.models import DraftKind
from wizard.services import families, pace
from wizard.signup import confirmation, resume, strength
from wizard.signup.finish import finish
from wizard.signup.steps import address, contacts, credentials, identity
from wizard.stores.answers import opening_of_sign_up
from wizard.values.keys import read_key
from wizard.web import htmx
from wizard.web.guards import limited_networks

JOURNEY = Journey(DraftKind.SIGNUP, (identity.STEP, address.STEP, contacts.STEP, credentials.STEP))
TRIP = Trip(JOURNEY, "signup.step", "signup.welcome", finish, confirmation.show, later="signup.later")

blueprint = Blueprint("signup", __name__)
csrf.exempt(blueprint)  # no cookie authorises these pages: the token in their address does


@blueprint.before_request
def limit() -> None:
    """Limit what is sent; how strong a password is, asked while one types, has its own limit."""
    if request.endpoint != "signup.strength":
        hold_back()


@blueprint.get("/inscription")
def welcome() -> Response:
    """Screen 2: what will be asked; « Reprendre » when this browser left a sign-up unfinished."""
    typed = request.args.get("cle", "").strip()
    key = read_key(typed)
    return htmx.page(
        "signup/welcome.html", key=key, unread=bool(typed) and key is None, unfinished=resume.unfinished(TRIP)
    )


@blueprint.post("/inscription")
def begin() -> Response:
    """Open a draft, under the town's key when its link carries one, under a new key otherwise.

    The same form goes on with the sign-up left in this browser, or forgets it.
    """
    if "reprendre" in request.form:
        return resume.come_back(TRIP)
    if "oublier" in request.form:
        return resume.forget()
    if networks := limited_networks():
        wait_for(pace.of_a_new_draft(get_db(), networks))
    given = read_key(request.values.get("cle", ""))
    opening = opening_of_sign_up(given or families.new_key(), "link" if given else "generated")
    token = TRIP.begin(opening)
    response = go(TRIP, token, TRIP.load(token) or abort(410), JOURNEY.steps[0])
    resume.remember(response, token)
    return response


@blueprint.route("/inscription/<token>/<slug>", methods=["GET", "POST"])
def step(token: str, slug: str) -> Response:
    """Screens 3 to 6."""
    return serve_step(TRIP, token, slug)


confirmation.register(blueprint)
resume.register(blueprint, TRIP)
strength.register(blueprint, TRIP)
