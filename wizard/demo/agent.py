"""The demonstration's agents, one a role: made once, their password kept in a file, their phones shown by a page."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyotp
from sqlite_utils import Database

from wizard import private_files
from wizard.clock import now
from wizard.models import AgentRole
from wizard.services import agents as service
from wizard.services import seeds
from wizard.services.totp import STEP_SECONDS
from wizard.stores import agents

_CALLED = {AgentRole.CASEWORKER: "agent", AgentRole.ADMINISTRATOR: "direction"}
EMAILS: Mapping[AgentRole, str] = {role: f"{_CALLED.get(role, role)}@demonstration.example" for role in AgentRole}
EMAIL = EMAILS[AgentRole.CASEWORKER]


def prepare(db: Database, instance: Path) -> str:
    """Create the agents unless they are there, and return their password."""
    if agents.by_email(db, EMAIL) is None:
        with open(_file(instance), "w", encoding="ascii", opener=private_files.opener) as kept:
            kept.write(secrets.token_urlsafe(15))
    for role, email in EMAILS.items():
        if agents.by_email(db, email) is None:
            service.create(db, email, password(instance), role)
    return password(instance)


def password(instance: Path) -> str:
    """Return the agents' password, which the demonstration's families have too."""
    return _file(instance).read_text(encoding="ascii")


def is_ready(instance: Path) -> bool:
    """Whether the agents, and the families after them, were made."""
    return _file(instance).exists()


def _file(instance: Path) -> Path:
    return instance / "agent.txt"


@dataclass(frozen=True)
class Phone:
    """What the phone of an agent shows: a code, None before a first sign-in."""

    email: str
    code: str | None


def phones(db: Database) -> tuple[tuple[Phone, ...], int]:
    """Return what the agents' phones would show, and for how many seconds."""
    moment = now()
    shown = tuple(Phone(email, _code(db, email, moment)) for email in EMAILS.values())
    return shown, STEP_SECONDS - int(moment.timestamp()) % STEP_SECONDS


def _code(db: Database, email: str, moment: datetime) -> str | None:
    agent = agents.by_email(db, email)
    if agent is None or agent.totp_secret is None:
        return None
    return pyotp.TOTP(seeds.unseal(agent.totp_secret)).at(moment)
