"""The agents' sign-in: a password, then a code from a phone that the first sign-in enrols."""

import re
from datetime import timedelta
from typing import cast

from flask import request, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.wrappers import Response
from wtforms import Field

from wizard.clock import moment, now, stamp
from wizard.db import get_db
from wizard.hashing import keyed_hash
from wizard.models import Action, Agent
from wizard.services import agents, limits, passwords, seeds, totp
from wizard.settings import get_settings
from wizard.stores import agents as store
from wizard.townhall.access import AGENTS, open_to, open_to_all
from wizard.townhall.blueprint import blueprint
from wizard.townhall.forms import CodeForm, SignInForm
from wizard.web import htmx, returning
from wizard.web.guards import networks
from wizard.web.sessions import current_agent, sign_in_agent
from wizard.web.sessions import sign_out as end_session

# From the password to the code.
_PATIENCE = timedelta(minutes=10)


@blueprint.route("/connexion", methods=["GET", "POST"])
@open_to_all
def sign_in() -> Response:
    """Ask for the address and the password."""
    if current_user.is_authenticated:
        return htmx.see_other(url_for("townhall.queue"))
    form, status = SignInForm(), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            agent, wait = check(form.email.data or "", form.password.data or "")
            if agent:
                _remember(agent)
                return htmx.see_other(url_for("townhall.code"))
            sentence = _("Courriel ou mot de passe incorrect : vérifiez-les, puis recommencez.")
            status = refuse(form.password, sentence, wait)
    return htmx.page("townhall/sign_in.html", status, form=form, next=_following())


def refuse(field: Field, sentence: str, wait: timedelta | None) -> int:
    """Say why beside the field, and return the status of the answer."""
    if wait:
        minutes = -int(-wait.total_seconds() // 60)
        sentence = ngettext(
            "Trop d'essais : attendez une minute, puis recommencez.",
            "Trop d'essais : attendez %(num)d minutes, puis recommencez.",
            minutes,
        )
    field.errors = [*field.errors, sentence]
    return 429 if wait else 422


def check(email: str, password: str) -> tuple[Agent | None, timedelta | None]:
    """Return the agent, or how long to wait: longer after each failure from this network."""
    db, name = get_db(), f"agent {keyed_hash(email.casefold())}"
    if wait := limits.start_sign_in(db, name, *networks()):
        agents.note_failure(db, email, Action.HELD_BACK)
        return None, wait
    try:
        agent = agents.check_password(db, email, password)
    except passwords.Busy as busy:
        limits.end_sign_in(db, name, *networks(), made=False)
        raise ServiceUnavailable(retry_after=busy.retry_after) from None
    if agent:
        limits.end_sign_in(db, name, *networks())
    return agent, None


def _following() -> str:
    """Return the page that signing in leads to."""
    return returning.own_page(request.values.get("suite", ""), returning.AGENTS)


def _remember(agent: Agent) -> None:
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
    form, status = CodeForm(), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            right, wait = _check_code(agent, form.code.data or "")
            if right:
                following = session["next"]
                sign_in_agent(agent)
                return htmx.see_other(following)
            sentence = _("Ce code n'est pas le bon, ou a déjà servi : attendez le suivant, puis recopiez-le.")
            status = refuse(form.code, sentence, wait)
    enrolment = None if agent.is_enrolled else _enrolment(agent)
    return htmx.page("townhall/code.html", status, form=form, agent=agent, enrolment=enrolment)


def _check_code(agent: Agent, typed: str) -> tuple[bool, timedelta | None]:
    db, bucket = get_db(), f"agent code {agent.id}"
    if wait := limits.start_attempt(db, bucket):
        agents.note_failure(db, agent.email, Action.HELD_BACK)
        return False, wait
    right = (agents.check_code if agent.is_enrolled else agents.enrol)(db, agent, typed)
    if right:
        limits.forget(db, bucket)
    return right, None


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
@open_to(AGENTS)
def sign_out() -> Response:
    """End the session."""
    agents.note_sign_out(get_db(), current_agent())
    end_session()
    return htmx.see_other(url_for("townhall.sign_in"))
