"""Families of two homes: A invites, B may join; the clock is in the test's hand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database
from werkzeug.test import TestResponse

from tests.security.actors import Cast, an_invitation
from tests.support.client import CheckedClient, follow, read, submit
from tests.support.families import a_co_parent, decide
from tests.support.outbox import WRITTEN
from wizard.french import plain
from wizard.models import Permission


@pytest.fixture(autouse=True)
def hand() -> Iterator[time_machine.Traveller]:
    """What moves the clock, stopped on a Tuesday at five past ten in Paris."""
    with time_machine.travel(datetime(2026, 11, 24, 9, 5, tzinfo=UTC), tick=False) as hand:
        yield hand


@dataclass
class Homes:
    """Two families, everyone accepted; `co_parent` is who A declared as the father of their child."""

    app: Flask
    db: Database
    cast: Cast
    co_parent: int

    @property
    def a(self) -> CheckedClient:
        return self.cast.parent_a.client

    @property
    def b(self) -> CheckedClient:
        return self.cast.parent_b.client

    @property
    def agent(self) -> CheckedClient:
        return self.cast.agent.client

    @property
    def child(self) -> int:
        """The child of A, and of B once joined."""
        return self.cast.a.dossier.lines[1].person

    @property
    def contact(self) -> int:
        """Who may collect the child by A."""
        return self.cast.a.dossier.lines[2].person

    def invite(self) -> str:
        """Return the path of a new invitation's link."""
        return f"/invitation/{an_invitation(self.app, self.db, self.cast.a.account, self.co_parent)}"

    def join(self) -> None:
        """Let B accept an invitation."""
        link = self.invite()
        assert submit(self.b, self.b.get(link), link).location == "/espace?fait=rejoint"

    def object_to(self, what: Permission = Permission.COLLECT) -> int:
        """Let B contest a right that A gave, and return the objection."""
        path = f"/espace/personnes/{self.contact}/contester"
        follow(self.b, submit(self.b, self.b.get(path), path, right=f"{what}-{self.child}"))
        return int(self.db.execute("SELECT max(id) FROM objections").fetchone()[0])

    def decide(self, objection: int, decision: str) -> TestResponse:
        """Let the agent decide about an objection, from the dossier of A."""
        page = self.agent.get(f"/mairie/dossiers/{self.cast.a.dossier.reference}")
        return submit(self.agent, page, f"/contestations/{objection}", decision=decision)

    def mails(self, name: str) -> list[dict[str, str]]:
        return list(self.db.query(WRITTEN + " WHERE name = ? ORDER BY id", (name,)))

    def count(self, table: str) -> int:
        return int(self.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


@pytest.fixture
def homes(app: Flask, hand: time_machine.Traveller, db: Database, cast: Cast) -> Homes:
    """Two families with a child each; nobody is invited yet."""
    for family in (cast.a, cast.b):
        decide(db, family.dossier.id)
    return Homes(app, db, cast, a_co_parent(db, cast.a.dossier))


@pytest.fixture
def browser(app: Flask) -> Callable[[], CheckedClient]:
    return app.test_client  # type: ignore[return-value]


def said(client: CheckedClient, path: str = "/espace") -> str:
    """Return what a page says."""
    return plain(" ".join(read(client.get(path)).get_text(" ").split()))


def other_home(client: CheckedClient) -> str:
    """Return what a parent's space says of the other homes of their children."""
    sections = read(client.get("/espace")).select("section[aria-labelledby^=foyer]")
    return plain(" ".join(" ".join(one.get_text(" ").split()) for one in sections))
