"""The agents' sign-in: a password, then a code from a phone that the first sign-in enrols."""

import re
from datetime import timedelta
from typing import cast

from flask import request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from wizard.clock import moment, now, stamp
from wizard.db import get_db
from wizard.models import Agent
from wizard.services import agent_signin as service
from wizard.services import agents, seeds, totp
from wizard.services.refusals import Refusal
from wizard.settings import get_settings
from wizard.stores import agents as store
from wizard.townhall.access import EVERYONE, open_to, open_to_all
from wizard.townhall.blueprint import blueprint
from wizard.townhall.forms import AgentSignInForm, CodeForm
from wizard.web import held_forms, htmx, returning
from wizard.web.guards import networks
from wizard.web.sessions import current_agent, sign_in_agent
from wizard.web.sessions import sign_out as end_session
from wizard.web.throttle import tell

# From the password to the code.
_PATIENCE = timedelta(minutes=10)


@blueprint.route("/connexion", methods=["GET", "POST"])
@open_to_all
def sign_in() -> Response:
    """Ask for the address and the password."""
    if current_user.is_authenticated:
        return htmx.see_other(_following())
    form = AgentSignInForm()
    if not form.is_submitted():
        return _ask(form)
    if not form.validate():
        return _ask(form, 422)
    try:
        agent = service.authenticate(get_db(), form.email.data or "", form.password.data or "", networks())
    except Refusal as refusal:
        return _ask(form, tell(form.password, refusal))
    remember(agent)
    return htmx.see_other(url_for("townhall.code"))


def _ask(form: AgentSignInForm, status: int = 200) -> Response:
    held = held_forms.is_waiting()
    return htmx.page("townhall/sign_in.html", status, form=form, next=_following(), held=held)


def _following() -> str:
    """Return the page that signing in leads to."""
    return returning.own_page(request.values.get("suite", ""), returning.AGENTS)


def remember(agent: Agent) -> None:
    """Keep in the cookie whose password was proved, for long enough to find the phone."""
    session["proved"] = {"agent": agent.id, "epoch": agent.epoch, "at": stamp(now())}
    session["next"] = _following()


def _proved() -> Agent | None:
    proved = session.get("proved")
    if not proved or now() - moment(proved["at"]) > _PATIENCE:
        return None
    agent = store.by_id(get_db(), proved["agent"])
    return agent if agent and agent.epoch == proved["epoch"] else None


@blueprint.route("/connexion/code", methods=["GET", "POST"])
@open_to_all
def code() -> Response:
    """Ask for the phone's code; the first time, show how to enrol the phone."""
    agent = _proved()
    if agent is None:
        return htmx.see_other(url_for("townhall.sign_in"))
    form = CodeForm()
    if not form.is_submitted():
        return _ask_code(agent, form)
    if not form.validate():
        return _ask_code(agent, form, 422)
    try:
        service.prove_phone(get_db(), agent, form.code.data or "")
    except Refusal as refusal:
        return _ask_code(agent, form, tell(form.code, refusal))
    following = session["next"]
    sign_in_agent(agent)
    return htmx.see_other(following)


def _ask_code(agent: Agent, form: CodeForm, status: int = 200) -> Response:
    enrolment = None if agent.is_enrolled else _enrolment(agent)
    return htmx.page("townhall/code.html", status, form=form, agent=agent, enrolment=enrolment)


def _enrolment(agent: Agent) -> dict[str, object]:
    """Return what the phone scans, the same in letters, and the codes to keep on paper: shown this once."""
    issuer = f"Mairie {get_settings().town.of}"
    secret = seeds.unseal(cast(str, agent.totp_secret))
    return {
        "picture": totp.qr_svg(totp.provisioning_uri(secret, agent.email, issuer)),
        "secret": " ".join(re.findall(".{1,4}", secret)),
        "recovery_codes": agents.recovery_codes(agent),
    }


@blueprint.post("/deconnexion")
@open_to(EVERYONE)
def sign_out() -> Response:
    """End the session."""
    agents.note_sign_out(get_db(), current_agent())
    end_session()
    return htmx.see_other(url_for("townhall.sign_in"))
