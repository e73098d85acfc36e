"""The agents of the town hall: created by command, signed in by a password and a code from their phone."""

import logging
import secrets
from collections.abc import Sequence

from email_validator import EmailNotValidError, validate_email
from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.forms import normalise_email
from wizard.models import Agent, AgentRole
from wizard.services import passwords, seeds, totp
from wizard.stores import agents as store
from wizard.stores.agents import AgentExists

logger = logging.getLogger(__name__)

__all__ = [
    "AgentExists",
    "BadEmail",
    "UnknownAgent",
    "WeakPassword",
    "check_code",
    "check_password",
    "create",
    "dismiss",
    "enrol",
    "reset",
]


class BadEmail(ValueError):
    """This is not an e-mail address."""


class UnknownAgent(LookupError):
    """No agent signs in with this address."""


class WeakPassword(ValueError):
    """The password is refused; `reasons` are sentences that say what to do."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = tuple(reasons)


def create(db: Database, email: str, password: str, role: AgentRole = AgentRole.INSTRUCTEUR) -> int:
    """Create an agent, who enrols a phone at the first sign-in, and return their number.

    Raises BadEmail, WeakPassword (16 characters at least), AgentExists.
    """
    email = normalise_email(email)
    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError:
        raise BadEmail(email) from None
    return store.add(db, email, role, _hash(email, password))


def reset(db: Database, email: str, password: str) -> None:
    """Give another password to an agent who lost theirs or their phone: they enrol a phone anew, their sessions end.

    Raises UnknownAgent, WeakPassword.
    """
    agent = _known(db, email)
    password_hash = _hash(agent.email, password)
    with transaction(db):
        store.start_over(db, agent.id, password_hash)


def dismiss(db: Database, email: str) -> None:
    """Take their access from an agent who leaves, at once; what they decided stays theirs. Raises UnknownAgent."""
    reset(db, email, secrets.token_urlsafe(32))


def _known(db: Database, email: str) -> Agent:
    agent = store.by_email(db, normalise_email(email))
    if agent is None:
        raise UnknownAgent(email)
    return agent


def _hash(email: str, password: str) -> str:
    if reasons := passwords.check(password, [email], passwords.AGENT_MINIMUM):
        raise WeakPassword(reasons)
    return passwords.hash_password(password)


def check_password(db: Database, email: str, password: str) -> Agent | None:
    """Return the agent whose password this is, and give them a secret to enrol a phone with.

    An unknown address takes as long as a wrong password. Raises passwords.Busy.
    """
    agent = store.by_email(db, normalise_email(email))
    if not passwords.verify(agent.password_hash if agent else None, password) or agent is None:
        return None
    if passwords.needs_rehash(agent.password_hash):
        store.set_password(db, agent.id, passwords.hash_password(password))
    _give_seed(db, agent)
    return agent


def _give_seed(db: Database, agent: Agent) -> None:
    """Give a secret to who has none, or one that no key opens any more and that no phone holds yet."""
    secret = seeds.seal(totp.new_secret())
    if agent.totp_secret and not agent.is_enrolled and seeds.state(agent.totp_secret) is seeds.State.UNREADABLE:
        store.replace_secret(db, agent.id, secret)
    else:
        store.set_secret(db, agent.id, secret)


def enrol(db: Database, agent: Agent, code: str, recovery_codes: Sequence[str]) -> bool:
    """Take the first code of a phone: it is then the second factor, these recovery codes in its absence."""
    with transaction(db):
        if agent.is_enrolled or not _is_phone_code(db, agent, code):
            return False
        store.set_recovery_codes(db, agent.id, map(totp.hash_recovery_code, recovery_codes))
    return True


def check_code(db: Database, agent: Agent, code: str) -> bool:
    """Accept a code of the enrolled phone, or a recovery code, each of them once."""
    if not agent.is_enrolled:
        return False
    return _is_phone_code(db, agent, code) or store.spend_recovery_code(db, agent.id, totp.hash_recovery_code(code))


def _is_phone_code(db: Database, agent: Agent, code: str) -> bool:
    try:
        seed = seeds.unseal(agent.totp_secret or "")
    except seeds.Unreadable:
        logger.error("the seed of an agent's phone is under a key that is not given: see doctor")
        return False
    step = totp.verify(seed, code, agent.totp_last_step, now())
    return step is not None and store.spend_step(db, agent.id, step)
