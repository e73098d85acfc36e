"""How strong the password of the last step is, while it is typed."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wizard import strength
from wizard.journey_views import Trip
from wizard.signup.steps.credentials import CredentialsForm


def register(blueprint: Blueprint, trip: Trip) -> None:
    """Add the answer to the sign-up's pages."""

    @blueprint.post("/inscription/<token>/force", endpoint="strength")
    def answer(token: str) -> Response:
        draft = trip.load(token)
        if draft is None:
            return strength.told("", None)
        typed = request.form.get("password", "")
        return strength.told(typed, lambda: CredentialsForm(request.form, answers=draft.answers).personal_words())
