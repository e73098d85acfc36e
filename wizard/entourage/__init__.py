"""The entourage: sign in (in the town's frame too), add people, read the summary, deposit."""

from wizard.entourage import adding, deposited, start
from wizard.extensions import csrf
from wizard.journey.view import hold_back
from wizard.web.framing import FramedBlueprint

blueprint = FramedBlueprint("entourage", __name__)
csrf.exempt(blueprint)  # the frame has no cookie; the token in the address authorises, the Origin guard stands behind
blueprint.before_request(hold_back)

start.register(blueprint)
adding.register(blueprint)
deposited.register(blueprint)
