"""The agents, whom an administrator invites, gives a role, and takes their access from."""

from flask import abort, request, url_for
from werkzeug.wrappers import Response

from wizard import clock
from wizard.db import get_db
from wizard.french import gettext as _
from wizard.models import AgentRole
from wizard.services import agent_invitations as service
from wizard.services import agent_roles
from wizard.services import agents as accesses
from wizard.stores import agents as store
from wizard.stores.agents import Access
from wizard.townhall.access import ADMINISTRATION, open_to, open_to_all
from wizard.townhall.administration_forms import AccessForm, ChosenPasswordForm, InvitationForm
from wizard.townhall.blueprint import blueprint
from wizard.townhall.signing_in import remember
from wizard.web import htmx
from wizard.web.sessions import current_agent


@blueprint.get("/agents")
@open_to(ADMINISTRATION)
def agents() -> Response:
    """Show who has an access, as what, and when they came last."""
    found = store.accesses(get_db())
    here = [one for one in found if one.invited_until or not one.dismissed_at]
    return htmx.page(
        "townhall/agents.html",
        here=here,
        gone=[one for one in found if one not in here],
        now=clock.now(),
        done=store.access(get_db(), request.args.get("invite", 0, int)),
    )


@blueprint.route("/agents/inviter", methods=["GET", "POST"])
@open_to(ADMINISTRATION)
def invite_agent() -> Response:
    """Write to someone a link that makes them an agent."""
    form = InvitationForm()
    if form.is_submitted() and form.validate():
        email = form.email.data or ""
        try:
            service.invite(get_db(), current_agent(), email, form.name.data or "", AgentRole(form.role.data or ""))
            return htmx.see_other(url_for("townhall.agents", invite=accesses.known(get_db(), email).id))
        except store.AgentExists:
            form.email.errors = [_("Cette personne a déjà un accès, ou une invitation : voyez la liste des agents.")]
    return htmx.page("townhall/agent_invitation.html", 422 if form.errors else 200, form=form)


@blueprint.route("/agents/<int:agent>", methods=["GET", "POST"])
@open_to(ADMINISTRATION)
def agent(agent: int) -> Response:
    """Change what an agent is called and may do."""
    access = store.access(get_db(), agent) or abort(404)
    form = AccessForm(data={"name": access.name, "role": access.role})
    if form.is_submitted() and form.validate():
        seen = _seen(access)
        try:
            service.change(get_db(), current_agent(), seen, form.name.data or "", AgentRole(form.role.data or ""))
            return htmx.see_other(url_for("townhall.agents"))
        except service.Overtaken:
            return _ask(form, agent, 409)
        except agent_roles.LastAdministrator:
            form.role.errors = [_("C'est le seul administrateur : donnez d'abord ce rôle à quelqu'un d'autre.")]
    return _ask(form, agent, 422 if form.errors else 200)


def _seen(access: Access) -> Access:
    """Return the access as the page that was sent showed it."""
    role = request.form.get("seen_role", "")
    known = AgentRole(role) if role in set(AgentRole) else access.role
    return Access(**{**vars(access), "name": request.form.get("seen_name", access.name), "role": known})


def _ask(form: AccessForm, agent: int, status: int, last: bool = False) -> Response:
    access = store.access(get_db(), agent) or abort(404)
    return htmx.page("townhall/agent.html", status, form=form, access=access, overtaken=status == 409, last=last)


@blueprint.post("/agents/<int:agent>/inviter")
@open_to(ADMINISTRATION)
def invite_agent_again(agent: int) -> Response:
    """Send another link to whom has not used theirs."""
    access = store.access(get_db(), agent) or abort(404)
    service.send_again(get_db(), current_agent(), access.id)
    return htmx.see_other(url_for("townhall.agents", invite=access.id))


@blueprint.post("/agents/<int:agent>/retirer")
@open_to(ADMINISTRATION)
def remove_agent(agent: int) -> Response:
    """Take an access away at once; a second click changes nothing."""
    access = store.access(get_db(), agent) or abort(404)
    if access.invited_until or not access.dismissed_at:
        try:
            accesses.dismiss(get_db(), access.email, current_agent())
        except agent_roles.LastAdministrator:
            return _ask(AccessForm(data={"name": access.name, "role": access.role}), agent, 422, last=True)
    return htmx.see_other(url_for("townhall.agents"))


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
@open_to_all
def take_invitation(token: str) -> Response:
    """Ask an invited agent for a password, then lead them to their phone; a link that serves no more says nothing."""
    form = ChosenPasswordForm()
    invited = service.invited(get_db(), token)
    if invited is None:
        return htmx.page("townhall/invitation_over.html", 410)
    if form.is_submitted() and form.validate():
        try:
            agent = service.accept(get_db(), token, form.new_password.data or "")
        except accesses.WeakPassword as weak:
            form.new_password.errors = [weak.reasons[0]]
        else:
            if agent is None:
                return htmx.page("townhall/invitation_over.html", 410)
            accesses.give_seed(get_db(), agent)
            remember(agent)
            return htmx.see_other(url_for("townhall.code"))
    return htmx.page("townhall/invitation.html", 422 if form.errors else 200, form=form, token=token, invited=invited)
