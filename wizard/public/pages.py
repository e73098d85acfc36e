"""The pages open to all: home, personal data, accessibility, logo."""

from flask import Response, abort, send_file
from flask_login import current_user
from wtforms import Form

from wizard.forms.parent import ParentContacts, ParentNames
from wizard.models import FACTS
from wizard.public.blueprint import blueprint
from wizard.services.wording import announced
from wizard.settings import get_settings
from wizard.web import htmx


@blueprint.get("/")
def home() -> Response:
    """Screen 1: create an account, or sign in; for a parent signed in, their space."""
    return htmx.page("public/home.html", signed_in=current_user.is_authenticated)


@blueprint.get("/confidentialite")
def privacy() -> Response:
    """Tell what is kept, why, how long, and how to have it corrected (RGPD, art. 13)."""
    return htmx.page(
        "public/privacy.html", names=announced(_asked(ParentNames)), contacts=announced(_asked(ParentContacts))
    )


def _asked(form: type[Form]) -> list[str]:
    return [field.name for field in form() if field.name in FACTS]


@blueprint.get("/accessibilite")
def accessibility() -> Response:
    """Show the accessibility statement (RGAA 4.1)."""
    return htmx.page("public/accessibility.html")


@blueprint.get("/logo")
def logo() -> Response:
    """Send the town's logo, from the instance folder."""
    path = get_settings().town.logo or abort(404)
    return send_file(path, max_age=86400)
