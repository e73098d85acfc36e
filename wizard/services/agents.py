"""The agents of the town hall: created by command, signed in by a password and a code from their phone."""

import logging
import secrets
from collections.abc import Sequence
from datetime import timedelta

from email_validator import EmailNotValidError, validate_email
from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.hashing import keyed_hash
from wizard.models import Action, Agent, AgentRole
from wizard.services import agent_roles, limits, passwords, seeds, totp
from wizard.services.sealing import State, Unreadable
from wizard.stores import agent_journal as journal
from wizard.stores import agents as store
from wizard.stores import ledger, seals
from wizard.stores.agents import AgentExists
from wizard.values.emails import normalise_email

logger = logging.getLogger(__name__)

__all__ = [
    "AgentExists",
    "BadEmail",
    "UnknownAgent",
    "WeakPassword",
    "change_password",
    "check_code",
    "check_password",
    "create",
    "dismiss",
    "enrol",
    "give_seed",
    "hash_of",
    "known",
    "nobody_s_password",
    "note_failure",
    "note_sign_out",
    "recovery_codes",
    "reset",
    "weaknesses",
]

_HOUR = timedelta(hours=1)
_FAILURES_TOLD = 30


class BadEmail(ValueError):
    """This is not an e-mail address."""


class UnknownAgent(LookupError):
    """No agent signs in with this address."""


class WeakPassword(ValueError):
    """The password is refused; `reasons` are sentences that say what to do."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = tuple(reasons)


def create(db: Database, email: str, password: str, role: AgentRole = AgentRole.CASEWORKER) -> int:
    """Create an agent, who enrols a phone at the first sign-in, and return their number.

    Raises BadEmail, WeakPassword (16 characters at least), AgentExists.
    """
    email = _checked(email)
    password_hash = hash_of(email, password)
    with transaction(db):
        at = now()
        agent = store.add(db, email, role, password_hash, at)
        journal.add(db, agent, Action.CREATED, at)
    return agent


def _checked(email: str) -> str:
    try:
        validate_email(normalise_email(email), check_deliverability=False)
    except EmailNotValidError:
        raise BadEmail(email) from None
    return normalise_email(email)


def reset(db: Database, email: str, password: str) -> None:
    """Give another password to an agent who lost theirs or their phone: they enrol a phone anew, their sessions end.

    Raises UnknownAgent, WeakPassword.
    """
    agent = known(db, email)
    password_hash = hash_of(agent.email, password)
    with transaction(db):
        at = now()
        seals.break_agent(db, agent.id, at)
        store.start_over(db, agent.id, password_hash)
        journal.add(db, agent.id, Action.RESET, at)


def dismiss(db: Database, email: str, by: Agent | None = None) -> None:
    """Take their access from an agent who leaves, at once; what they decided stays theirs.

    Done `by` an administrator, or else by a command. Raises UnknownAgent, agent_roles.LastAdministrator.
    """
    agent = known(db, email)
    nobody_s = nobody_s_password()
    with transaction(db):
        agent_roles.keep_an_administrator(db, agent.id)
        at = now()
        seals.break_agent(db, agent.id, at)
        store.dismiss(db, agent.id, nobody_s, at)
        if by:
            journal.add_about(db, by.id, Action.AGENT_REMOVED, at, agent.id)
        else:
            journal.add(db, agent.id, Action.DISMISSED, at)


def nobody_s_password() -> str:
    """Return the hash of a password that nobody knows."""
    return passwords.hash_password(secrets.token_urlsafe(32))


def change_password(db: Database, agent: Agent, password: str) -> None:
    """Take another password from an agent who proved the present one; their sessions end. Raises WeakPassword."""
    password_hash = hash_of(agent.email, password)
    with transaction(db):
        at = now()
        seals.break_agent(db, agent.id, at)
        store.change_password(db, agent.id, password_hash)
        journal.add(db, agent.id, Action.PASSWORD_CHANGED, at)


def known(db: Database, email: str) -> Agent:
    """Return the agent who signs in with an address. Raises UnknownAgent."""
    agent = store.by_email(db, normalise_email(email))
    if agent is None:
        raise UnknownAgent(email)
    return agent


def weaknesses(email: str, password: str) -> tuple[str, ...]:
    """Return why a password is refused for an agent, in sentences."""
    return passwords.check(password, [email], passwords.AGENT_MINIMUM)


def hash_of(email: str, password: str) -> str:
    """Return the hash of an agent's password. Raises WeakPassword."""
    if reasons := weaknesses(email, password):
        raise WeakPassword(reasons)
    return passwords.hash_password(password)


def check_password(db: Database, email: str, password: str) -> Agent | None:
    """Return the agent whose password this is, and give them a secret to enrol a phone with.

    An unknown address takes as long as a wrong password. Raises passwords.Busy.
    """
    agent = store.by_email(db, normalise_email(email))
    if not passwords.verify(agent.password_hash if agent else None, password) or agent is None:
        note_failure(db, email, Action.WRONG_PASSWORD)
        return None
    if passwords.needs_rehash(agent.password_hash):
        store.set_password(db, agent.id, passwords.hash_password(password))
    give_seed(db, agent)
    return agent


def give_seed(db: Database, agent: Agent) -> None:
    """Give a secret to an agent who has none, or whose own no key opens any more and no phone holds yet."""
    secret = seeds.seal(totp.new_secret())
    if agent.totp_secret and not agent.is_enrolled and seeds.state(agent.totp_secret) is State.UNREADABLE:
        store.replace_secret(db, agent.id, secret)
    else:
        store.set_secret(db, agent.id, secret)


def note_failure(db: Database, email: str, action: Action) -> None:
    """Write in an agent's journal that someone tried to be them: thirty times an hour, enough to tell.

    The count is kept for an unknown address too: both take the same time.
    """
    agent = store.by_email(db, normalise_email(email))
    with transaction(db):
        wait = limits.take(db, f"journal {action} {keyed_hash(normalise_email(email))}", _FAILURES_TOLD, _HOUR)
        if agent and wait is None:
            journal.add(db, agent.id, action, now())


def recovery_codes(agent: Agent) -> tuple[str, ...]:
    """Return the codes of an agent who is enrolling a phone: the same until it is, for they are not kept before."""
    return totp.recovery_codes(keyed_hash(f"recovery {agent.id} {agent.totp_secret}").encode())


def enrol(db: Database, agent: Agent, code: str) -> bool:
    """Take the first code of a phone: it is then the second factor, recovery codes in its absence."""
    with transaction(db):
        right = not agent.is_enrolled and _is_phone_code(db, agent, code)
        if right:
            store.set_recovery_codes(db, agent.id, map(totp.hash_recovery_code, recovery_codes(agent)))
        _note_code(db, agent, right)
    return right


def check_code(db: Database, agent: Agent, code: str) -> bool:
    """Accept a code of the enrolled phone, or a recovery code, each of them once."""
    with transaction(db):
        right = agent.is_enrolled and (_is_phone_code(db, agent, code) or _is_recovery_code(db, agent, code))
        _note_code(db, agent, right)
    return right


def note_sign_out(db: Database, agent: Agent) -> None:
    """Write that an agent ended their session."""
    with transaction(db):
        journal.add(db, agent.id, Action.SIGNED_OUT, now())


def _note_code(db: Database, agent: Agent, right: bool) -> None:
    if right:
        store.touch(db, agent.id, now())
    journal.add(db, agent.id, Action.SIGNED_IN if right else Action.WRONG_CODE, now())


def _is_recovery_code(db: Database, agent: Agent, code: str) -> bool:
    """Spend a recovery code, in any copy too; tell whether it was one of the agent's."""
    digest = totp.hash_recovery_code(code)
    at = now()
    if not store.spend_recovery_code(db, agent.id, digest, at):
        return False
    ledger.add(db, digest, at)
    journal.add(db, agent.id, Action.RECOVERY_CODE, at)
    return True


def _is_phone_code(db: Database, agent: Agent, code: str) -> bool:
    try:
        seed = seeds.unseal(agent.totp_secret or "")
    except Unreadable:
        logger.error("the seed of an agent's phone is under a key that is not given: see doctor")
        return False
    step = totp.verify(seed, code, agent.totp_last_step, now())
    return step is not None and store.spend_step(db, agent.id, step)
