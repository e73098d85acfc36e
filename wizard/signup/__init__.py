"""The sign-up: welcome, four steps, confirmation."""

from datetime import timedelta

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from wizard import htmx
from wizard.db import get_db, transaction
from wizard.extensions import csrf
from wizard.journey import Journey
from wizard.journey_views import Trip, go, serve_step
from wizard.models import DraftKind
from wizard.security import limited_network
from wizard.services import families, limits
from wizard.signup import confirmation, resume, strength
from wizard.signup.finish import finish
from wizard.signup.steps import address, contacts, credentials, identity
from wizard.values.keys import read_key

# More than the families of a town who share a telephone company's address, on its opening day.
_AN_HOUR = 200

JOURNEY = Journey(DraftKind.SIGNUP, (identity.STEP, address.STEP, contacts.STEP, credentials.STEP))
TRIP = Trip(JOURNEY, "signup.step", "signup.welcome", finish, confirmation.show)

blueprint = Blueprint("signup", __name__)
csrf.exempt(blueprint)  # no cookie authorises these pages: the token in their address does


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
    _limit()
    given = read_key(request.values.get("cle", ""))
    opening = {"enfance_key": [given or families.new_key()], "key_origin": ["link" if given else "generated"]}
    token = TRIP.begin({credentials.OPENING: opening})
    response = go(TRIP, token, TRIP.load(token) or abort(410), JOURNEY.steps[0])
    resume.remember(response, token)
    return response


def _limit() -> None:
    """Each draft is rows for a day: a network opens so many, whoever its people are."""
    if network := limited_network():
        with transaction(db := get_db()):
            wait = limits.take(db, f"drafts {network}", _AN_HOUR, timedelta(hours=1))
        if wait:
            abort(429)


@blueprint.route("/inscription/<token>/<slug>", methods=["GET", "POST"])
def step(token: str, slug: str) -> Response:
    """Screens 3 to 6."""
    return serve_step(TRIP, token, slug)


confirmation.register(blueprint)
resume.register(blueprint, TRIP)
strength.register(blueprint, TRIP)
