"""Signing in as an agent: a password, then a code from a phone, and patience after failures."""

from collections.abc import Sequence
from datetime import timedelta

from sqlite_utils import Database

from wizard.db import transaction
from wizard.french import gettext as _
from wizard.french import ngettext
from wizard.hashing import keyed_hash
from wizard.models import Action, Agent
from wizard.services import agents, limits, passwords
from wizard.services.refusals import Refusal, TooSoon


class WrongPassword(Refusal):
    """The address or the password is wrong; which of them is not said."""

    sentence = _("Courriel ou mot de passe incorrect : vérifiez-les, puis recommencez.")


class WrongCode(Refusal):
    """The phone shows another code, or this one was used."""

    sentence = _("Ce code n'est pas le bon, ou a déjà servi : attendez le suivant, puis recopiez-le.")


def authenticate(db: Database, email: str, password: str, networks: Sequence[str]) -> Agent:
    """Return the agent whose address and password these are. Raises WrongPassword, TooSoon, passwords.Busy."""
    name = f"agent {keyed_hash(email.casefold())}"
    if wait := limits.start_sign_in(db, name, *networks):
        raise _held_back(db, email, wait)
    try:
        agent = agents.check_password(db, email, password)
    except passwords.Busy:
        limits.end_sign_in(db, name, *networks, made=False)
        raise
    if agent is None:
        raise WrongPassword
    limits.end_sign_in(db, name, *networks)
    return agent


def prove_phone(db: Database, agent: Agent, code: str) -> None:
    """Take the code that the agent's phone shows, the first of which enrols it. Raises WrongCode, TooSoon."""
    bucket = f"agent code {agent.id}"
    if wait := limits.start_attempt(db, bucket):
        raise _held_back(db, agent.email, wait)
    if not (agents.check_code if agent.is_enrolled else agents.enrol)(db, agent, code):
        raise WrongCode
    with transaction(db):
        limits.forget(db, bucket)


def _held_back(db: Database, email: str, wait: timedelta) -> TooSoon:
    agents.note_failure(db, email, Action.HELD_BACK)
    sentence = ngettext(
        "Trop d'essais : attendez une minute, puis recommencez.",
        "Trop d'essais : attendez %(num)d minutes, puis recommencez.",
        -int(-wait.total_seconds() // 60),
    )
    return TooSoon(wait, sentence)
