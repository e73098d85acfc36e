"""An agent's own password: the present one is asked, and every other session ends."""

from werkzeug.wrappers import Response

from wizard.db import get_db
from wizard.french import gettext as _
from wizard.services import agent_signin, agents
from wizard.services.refusals import Refusal
from wizard.stores import agents as store
from wizard.townhall.access import EVERYONE, open_to
from wizard.townhall.blueprint import blueprint
from wizard.townhall.forms import PasswordForm
from wizard.web import htmx
from wizard.web.done import just_done, lead_to
from wizard.web.guards import networks
from wizard.web.sessions import current_agent, sign_in_agent
from wizard.web.throttle import tell

_WRONG = _("Ce n'est pas votre mot de passe actuel : vérifiez-le, puis recommencez.")


@blueprint.route("/mot-de-passe", methods=["GET", "POST"])
@open_to(EVERYONE)
def change_password() -> Response:
    """Change the password; this session goes on, under a new cookie."""
    form, status = PasswordForm(), 200
    if form.is_submitted():
        status = _change(form) if form.validate() else 422
        if status == 200:
            return lead_to("townhall.change_password", "change")
    return htmx.page("townhall/own_password.html", status, form=form, done=just_done())


def _change(form: PasswordForm) -> int:
    """Say first what is wrong with the new password: it costs no try of the present one."""
    db, agent, password = get_db(), current_agent(), form.new_password.data or ""
    if reasons := agents.weaknesses(agent.email, password):
        form.new_password.errors = [reasons[0]]
        return 422
    try:
        agent_signin.authenticate(db, agent.email, form.password.data or "", networks())
    except Refusal as refusal:
        return tell(form.password, refusal, _WRONG)
    agents.change_password(db, agent, password)
    if changed := store.by_id(db, agent.id):
        sign_in_agent(changed)
    return 200
