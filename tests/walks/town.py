"""What the tests know of the town that nobody at a screen does: its database, its key, its agents' phones."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pyotp
from flask import Flask
from playwright.sync_api import Page
from sqlite_utils import Database

from tests.support import families
from tests.support.client import CheckedClient
from tests.support.portal import Portal
from tests.support.walk import AGENT_PASSWORD, CONTACTS, IDENTITY, PASSWORD, answer, answer_address, begin
from wizard import clock, create_app
from wizard.db import close_connections, get_db, transaction
from wizard.models import AgentRole, Dossier, DraftKind
from wizard.services import agents, passwords, seeds
from wizard.services.captcha import human
from wizard.services.documents import asking
from wizard.stores import accounts, dossiers, drafts
from wizard.stores import agents as store


@dataclass(frozen=True)
class Desk:
    """An agent's place: how to sign in."""

    email: str
    password: str = AGENT_PASSWORD


@dataclass(frozen=True)
class Town:
    """A running portal, seen from the machine that runs it."""

    portal: Portal
    app: Flask

    @contextmanager
    def database(self) -> Iterator[Database]:
        """The portal's own database, in use by its server."""
        with self.app.app_context():
            yield get_db()

    def a_desk(self, role: str = AgentRole.CASEWORKER, name: str = "") -> Desk:
        """Create an agent, whose phone is not enrolled yet."""
        desk = Desk(f"{name or uuid4().hex}@oudon.example")
        with self.database() as db:
            agents.create(db, desk.email, desk.password, AgentRole(role))
        return desk

    def a_family(self, *, accepted: bool = False) -> tuple[Dossier, str]:
        """Create a family of two parents that deposited its dossier, and may have its answer; return its e-mail too."""
        with self.database() as db:
            dossier = families.with_a_father(db, families.a_family(db))
            if accepted:
                dossiers.set_opened(db, dossier.id, clock.now())
                families.decide(db, dossier.id)
            accounts.set_password(db, dossier.account, passwords.hash_password(PASSWORD))
            account = accounts.by_id(db, dossier.account)
            assert account is not None
            return dossier, account.email

    def document_page(self, child: int, year: str, kind: str = "assurance") -> str:
        """Return the address of the page that sends a document, which does not say its kind."""
        with self.app.app_context():
            return f"/espace/enfants/{child}/dossier/{year}/documents/{asking.name_of(child, year, kind)}"

    def an_account(self, email: str, **identity: str) -> None:
        """Sign a parent up, form by form, without a browser, and activate their account."""
        client = self.app.test_client()
        assert isinstance(client, CheckedClient)
        client.origin = self.portal.url
        page = answer_address(client, answer(client, begin(client), **IDENTITY | identity))
        page = answer(client, page, **CONTACTS | {"email": email})
        answer(client, page, password=PASSWORD, sans_image="1")
        with self.database() as db, transaction(db):
            account = accounts.by_email(db, email)
            assert account is not None
            accounts.activate(db, account.id, clock.now())

    def code_of(self, desk: Desk) -> str:
        """Return what the agent's phone shows."""
        with self.database() as db:
            agent = store.by_email(db, desk.email)
            assert agent is not None
            return pyotp.TOTP(seeds.unseal(agent.totp_secret or "")).at(time.time())

    def right_icon(self, page: Page) -> str:
        """Return the number of the icon that the page asks for."""
        token = urlsplit(page.url).path.split("/")[2]
        shown = int(page.locator("[name=shown]").input_value())
        revision = int(page.locator("form:has([name=security_icon]) [name=revision]").input_value())
        with self.database() as db:
            draft = drafts.load(db, token, DraftKind.SIGNUP, clock.now())
            assert draft is not None
            return str(human.board(draft.id, revision, shown).answer)


@contextmanager
def open_town(portal: Portal) -> Iterator[Town]:
    """Open the files of a running portal."""
    settings = {**portal.settings, "PORTAIL_INSTANCE": Path(portal.instance)}
    app = create_app(settings)
    app.test_client_class = CheckedClient
    yield Town(portal, app)
    close_connections()
