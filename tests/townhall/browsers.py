"""A browser without JavaScript: it fills the forms that the pages hold and sends what they would send."""

from functools import cached_property
from typing import Any

import pyotp
from bs4 import BeautifulSoup, Tag
from flask import Flask, session
from werkzeug.test import TestResponse

from tests.support.client import HTMX, ORIGIN, read, typed
from wizard.clock import now
from wizard.db import get_db
from wizard.services import agent_signin, seeds
from wizard.stores import agents
from wizard.web.guards import networks
from wizard.web.sessions import sign_in_agent


class Browser:
    """Where it is, what is on the page, and its forms."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.secret = ""

    @cached_property
    def response(self) -> TestResponse:
        """The page it is on; until one is opened, that where signing in leads."""
        return self.client.get("/mairie", follow_redirects=True)

    def get(self, path: str) -> TestResponse:
        """Open a page, following redirects."""
        self.response = self.client.get(path, follow_redirects=True)
        return self.response

    @property
    def page(self) -> BeautifulSoup:
        return read(self.response)

    @property
    def text(self) -> str:
        """What the page says, its spaces made plain."""
        return " ".join(self.page.get_text(" ").split())

    @property
    def path(self) -> str:
        return self.response.request.path

    def fields(self, button: str) -> tuple[str, dict[str, Any]]:
        """Return the address and the fields of the form that holds the button of this text."""
        found = next(b for b in self.page.find_all("button") if " ".join(b.get_text(" ").split()).startswith(button))
        form = found.find_parent("form")
        assert isinstance(form, Tag)
        pressed = {found["name"]: found["value"]} if found.get("name") else {}
        return form.get("action") or self.response.request.full_path, typed(form) | pressed

    def send(self, button: str, **values: Any) -> TestResponse:
        """Fill a form, press its button, follow the redirect."""
        action, fields = self.fields(button)
        self.response = self.client.post(action, data=fields | values, follow_redirects=True)
        return self.response

    def send_by_htmx(self, button: str, **values: Any) -> TestResponse:
        """Fill a form and press its button as HTMX would; the page stays as it was."""
        action, fields = self.fields(button)
        return self.client.post(action, data=fields | values, headers=HTMX)

    def sign_in(self, email: str, password: str) -> None:
        """Sign in for the first time, and enrol a phone."""
        self.get("/mairie/connexion")
        self.send("Continuer", email=email, password=password)
        secret = self.page.find(id="secret")
        assert isinstance(secret, Tag)
        self.secret = secret.get_text().replace(" ", "")
        self.send("Se connecter", code=self.code)

    def enter(self, email: str, password: str) -> None:
        """Be signed in as `sign_in` ends, by what its pages call: in a tenth of the time."""
        app = self.client.application
        with app.test_request_context("/mairie/connexion", base_url=ORIGIN, environ_base=self.client.environ_base):
            proved = agent_signin.authenticate(get_db(), email, password, networks())
            agent = agents.by_id(get_db(), proved.id)  # who has a secret by now
            assert agent is not None
            self.secret = seeds.unseal(agent.totp_secret or "")
            agent_signin.prove_phone(get_db(), agent, self.code)
            sign_in_agent(agent)
            held = dict(session)
        with self.client.session_transaction("/mairie", base_url=ORIGIN) as cookie:
            cookie.update(held)

    @property
    def code(self) -> str:
        """What the phone shows."""
        return pyotp.TOTP(self.secret).at(now())
