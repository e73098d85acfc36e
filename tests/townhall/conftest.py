"""A town hall with its agents, and browsers to work in it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database

from tests.support.walk import AGENT_PASSWORD
from tests.townhall.browsers import Browser
from wizard.clock import now
from wizard.models import Agent, AgentRole
from wizard.services import passwords
from wizard.stores import agents


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """A Tuesday morning that only the test moves."""
    with time_machine.travel(datetime(2026, 11, 24, 9, tzinfo=UTC), tick=False) as coordinates:
        yield coordinates


@pytest.fixture(scope="session")
def password_hash() -> str:
    """One hash for all the agents: each costs 40 ms."""
    return passwords.hash_password(AGENT_PASSWORD)


@pytest.fixture
def an_agent(db: Database, password_hash: str) -> Callable[..., Agent]:
    """Make an agent, whose password is AGENT_PASSWORD and whose phone is not enrolled yet."""

    def make(email: str = "claire@oudon.example", role: AgentRole = AgentRole.CASEWORKER) -> Agent:
        agent = agents.by_id(db, agents.add(db, email, role, password_hash, now()))
        assert agent is not None
        return agent

    return make


@pytest.fixture
def a_browser(app: Flask, db: Database) -> Callable[[], Browser]:
    """Open a browser without JavaScript."""
    return lambda: Browser(app)


@pytest.fixture
def signed_in(an_agent: Callable[..., Agent], a_browser: Callable[[], Browser]) -> Callable[..., Browser]:
    """Open a browser in which a new agent is signed in."""

    def make(email: str = "claire@oudon.example", role: AgentRole = AgentRole.CASEWORKER) -> Browser:
        an_agent(email, role)
        browser = a_browser()
        browser.enter(email, AGENT_PASSWORD)
        return browser

    return make
