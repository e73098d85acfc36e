"""A parent invites a co-representative to open their own space, or lets the invitation serve no more."""

from flask import abort
from flask_login import login_required
from werkzeug.wrappers import Response

from wizard.account.blueprint import blueprint
from wizard.db import get_db
from wizard.services import inviting as service
from wizard.web.done import lead_to
from wizard.web.guards import networks
from wizard.web.sessions import current_account
from wizard.web.throttle import sent


@blueprint.post("/espace/personnes/<int:person>/inviter")
@login_required  # type: ignore[untyped-decorator]
def invite(person: int) -> Response:
    """Send the invitation, in place of one sent before."""
    try:
        turn = service.invite(get_db(), current_account(), person, networks())
    except service.NotInvitable:
        abort(404)
    if turn.refused or turn.later:
        return sent("account/invitation_sent.html", turn)
    return lead_to("account.home", "invite")


@blueprint.post("/espace/personnes/<int:person>/inviter/annuler")
@login_required  # type: ignore[untyped-decorator]
def revoke(person: int) -> Response:
    """Let the link of an invitation serve no more; of anyone else, change nothing."""
    service.revoke(get_db(), current_account(), person)
    return lead_to("account.home", "invitation-annulee")
