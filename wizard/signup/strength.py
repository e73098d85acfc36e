"""How strong a password is, told while it is typed; nothing of it is kept."""

from datetime import timedelta

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from wizard import htmx
from wizard.db import get_db, transaction
from wizard.journey_views import Trip
from wizard.security import limited_network
from wizard.services import limits, passwords
from wizard.signup.steps.credentials import CredentialsForm

_A_MINUTE = 90  # answers for one network: each costs some milliseconds of processor


def register(blueprint: Blueprint, trip: Trip) -> None:
    """Add the answer to the sign-up's pages."""

    @blueprint.post("/inscription/<token>/force")
    def strength(token: str) -> Response:
        draft = trip.load(token) or abort(410)
        db, network = get_db(), limited_network()
        if network:
            with transaction(db):
                if limits.take(db, f"strength {network}", _A_MINUTE, timedelta(minutes=1)):
                    abort(429)
        form = CredentialsForm(request.form, answers=draft.answers)
        typed = form.password.data or ""
        told = passwords.strength(typed, form.personal_words()) if typed else None
        return htmx.page("signup/_strength.html", told=told)
