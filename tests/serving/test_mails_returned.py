"""A mail that comes back, from the server that took it to the page of the agent who is to call the family."""

import mailbox
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.serving.served import Served
from tests.serving.test_server import get
from tests.support.families import a_family
from tests.support.ports import free_port
from tests.support.reports import report
from tests.support.smtp import Postman
from tests.support.waiting import wait_for
from tests.support.walk import AGENT_PASSWORD
from tests.townhall.browsers import Browser
from wizard import create_app
from wizard.db import close_connections, get_db, transaction
from wizard.french import plain
from wizard.services import agents
from wizard.services.outbox import enqueue
from wizard.settings import Bounces
from wizard.stores import accounts


class Relay(Postman):
    """A server that takes each mail, finds nobody under its address, and says so in a maildir."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.returned = mailbox.Maildir(folder)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        self.returned.add(report(str(self.taken[-1]["Message-ID"])))
        return answer


@pytest.fixture
def relay(instance: Path) -> Iterator[Controller]:
    controller = Controller(Relay(instance / "retours"), hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller
    controller.stop(no_assert=True)


def test_a_mail_that_comes_back_is_on_the_familys_page_within_a_minute(
    serve: Callable[..., Served], instance: Path, relay: Controller
) -> None:
    assert Bounces.seconds <= 60, "as a town that sets nothing has it"
    town = instance / "town.toml"
    town.write_text(town.read_text().replace("[bounces]", '[bounces]\nmaildir = "retours"\nseconds = 1'))
    port = serve(PORTAIL_SMTP_URL=f"smtp://127.0.0.1:{relay.port}").port
    app = create_app({"PORTAIL_INSTANCE": instance, "PORTAIL_PUBLIC_URL": f"http://localhost:{port}"})
    with app.app_context():
        db = get_db()
        agents.create(db, "claire@oudon.example", AGENT_PASSWORD)
        dossier = a_family(db)
        account = accounts.by_id(db, dossier.account)
        assert account
        with transaction(db):
            enqueue(db, "email_changed", account.email)
    written, browser = time.monotonic(), Browser(app)
    browser.sign_in("claire@oudon.example", AGENT_PASSWORD)
    cookie = browser.client.get_cookie("mairie", path="/mairie")
    assert cookie
    close_connections()

    def page() -> str:
        return plain(get(port, f"/mairie/familles/{dossier.household}", Cookie=f"mairie={cookie.value}")[1])

    wait_for(lambda: f"Les courriels à {account.email} reviennent" in page())

    assert time.monotonic() - written < 60
    assert "refusé : adresse inconnue" in page() and "Appelez Camille Martin" in page()
    wait_for(lambda: not list(mailbox.Maildir(instance / "retours")))  # it is read once
