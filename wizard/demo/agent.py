"""The demonstration's agent: made once, its password kept in a file, its phone shown by a page."""

import secrets
from pathlib import Path

import pyotp
from sqlite_utils import Database

from wizard import private_files
from wizard.clock import now
from wizard.services import agents as service
from wizard.services import seeds
from wizard.services.totp import STEP_SECONDS
from wizard.stores import agents

EMAIL = "agent@demonstration.example"


def prepare(db: Database, instance: Path) -> str:
    """Create the agent unless it is there, and return its password."""
    if agents.by_email(db, EMAIL) is None:
        made = secrets.token_urlsafe(15)
        with open(_file(instance), "w", encoding="ascii", opener=private_files.opener) as kept:
            kept.write(made)
        service.create(db, EMAIL, made)
    return password(instance)


def password(instance: Path) -> str:
    """Return the agent's password, which the demonstration's families have too."""
    return _file(instance).read_text(encoding="ascii")


def is_ready(instance: Path) -> bool:
    """Whether the agent, and the families after them, were made."""
    return _file(instance).exists()


def _file(instance: Path) -> Path:
    return instance / "agent.txt"


def phone_code(db: Database) -> tuple[str, int] | None:
    """Return the code that the agent's phone would show, and for how many seconds; None before a first sign-in."""
    agent = agents.by_email(db, EMAIL)
    if agent is None or agent.totp_secret is None:
        return None
    moment = now()
    return pyotp.TOTP(seeds.unseal(agent.totp_secret)).at(moment), STEP_SECONDS - int(moment.timestamp()) % STEP_SECONDS
