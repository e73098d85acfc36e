"""The entourage's pages: what holds for all of them."""

from wizard.extensions import csrf
from wizard.journey.view import hold_back
from wizard.web.framing import FramedBlueprint

blueprint = FramedBlueprint("entourage", __name__)
csrf.exempt(blueprint)  # the frame has no cookie; the token in the address authorises, the Origin guard stands behind
blueprint.before_request(hold_back)
