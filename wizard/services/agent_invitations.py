"""An agent whom an administrator invites by mail: a link, once, sets the password; then comes the phone."""

import secrets
from datetime import timedelta

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.hashing import digest
from wizard.models import Action, Agent, AgentRole
from wizard.services import agent_roles, agents, outbox
from wizard.settings import get_settings
from wizard.stores import agent_journal as journal
from wizard.stores import agents as store
from wizard.stores import seals
from wizard.stores.agents import Access, AgentExists
from wizard.values.emails import normalise_email

LIFETIME = timedelta(days=7)


class Overtaken(Exception):
    """Another administrator changed this access meanwhile."""


def invite(db: Database, by: Agent, email: str, name: str, role: AgentRole) -> None:
    """Invite someone who is not, or no longer, an agent; the same invitation, still waiting, is not sent again.

    Raises AgentExists.
    """
    email, nobody_s = normalise_email(email), agents.nobody_s_password()
    with transaction(db):
        known = store.by_email(db, email)
        found = store.access(db, known.id) if known else None
        if found and found.invited_until and (found.name, found.role) == (name, role):
            return
        if found and not found.dismissed_at:
            raise AgentExists(email)
        agent = found.id if found else store.add(db, email, role, nobody_s, now())
        store.set_access(db, agent, name, role)
        _send(db, by, agent, email)


def send_again(db: Database, by: Agent, agent: int) -> None:
    """Send another link in place of the one that was not used."""
    with transaction(db):
        found = store.access(db, agent)
        if found and found.invited_until:
            _send(db, by, agent, found.email)


def _send(db: Database, by: Agent, agent: int, email: str) -> None:
    token, until = secrets.token_urlsafe(32), now() + LIFETIME
    store.invite(db, agent, digest(token), until)
    journal.add_about(db, by.id, Action.AGENT_INVITED, now(), agent)
    link = f"{get_settings().public_url}/mairie/invitation/{token}"
    outbox.enqueue(db, "agent_invitation", email, link=link, last_day=until)


def invited(db: Database, token: str) -> Agent | None:
    """Return whose link this is, while it serves."""
    return store.invited(db, digest(token), now())


def accept(db: Database, token: str, password: str) -> Agent | None:
    """Give an invited agent the password that they chose, once; None when the link no longer serves.

    Raises WeakPassword.
    """
    found = invited(db, token)
    password_hash = agents.hash_of(found.email, password) if found else ""
    with transaction(db):
        found = invited(db, token)
        if found is None:
            return None
        at = now()
        seals.break_agent(db, found.id, at)
        store.start_over(db, found.id, password_hash)
        journal.add(db, found.id, Action.INVITATION_USED, at)
    return store.by_id(db, found.id)


def change(db: Database, by: Agent, seen: Access, name: str, role: AgentRole) -> None:
    """Change what an agent is called and may do, from what was `seen`.

    Raises Overtaken, agent_roles.LastAdministrator.
    """
    with transaction(db):
        found = store.access(db, seen.id)
        if found is None or (found.name, found.role) not in {(seen.name, seen.role), (name, role)}:
            raise Overtaken
        agent_roles.change(db, seen.id, name, role, by.id)
