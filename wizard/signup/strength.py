"""How strong the password of the last step is, while it is typed."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wizard.journey.view import Trip
from wizard.signup.steps.credentials import CredentialsForm
from wizard.web import password_strength


def register(blueprint: Blueprint, trip: Trip) -> None:
    """Add the answer to the sign-up's pages."""

    @blueprint.post("/inscription/<token>/force", endpoint="strength")
    def answer(token: str) -> Response:
        draft = trip.load(token)
        if draft is None:
            return password_strength.told("", None)
        typed = request.form.get("password", "")
        return password_strength.told(
            typed, lambda: CredentialsForm(request.form, answers=draft.answers).personal_words()
        )
