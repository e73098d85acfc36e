"""The sign-up's pages: what holds for all of them."""

from flask import request

from wizard.extensions import csrf
from wizard.journey.view import hold_back
from wizard.web.framing import FramedBlueprint

blueprint = FramedBlueprint("signup", __name__)
csrf.exempt(blueprint)  # no cookie authorises these pages: the token in their address does


@blueprint.before_request
def limit() -> None:
    """Limit what is sent; how strong a password is, asked while one types, has its own limit."""
    if request.endpoint != "signup.strength":
        hold_back()
