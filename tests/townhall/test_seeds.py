"""The secret of an agent's phone is of no use to who steals the database, and survives another key."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database

from tests.support.logs import logged
from tests.support.outbox import DOCUMENTS_KEY
from tests.support.walk import AGENT_PASSWORD
from tests.townhall.browsers import Browser
from wizard import create_app
from wizard.models import Agent
from wizard.services import seeds
from wizard.services.resealing import Resealed, reseal
from wizard.services.sealing import State, Unreadable
from wizard.stores import agents as store

EMAIL = "claire@oudon.example"
NEW_KEY = "une autre clé, assez longue"


@pytest.fixture
def under(instance: Path, addresses: Path, app: Flask) -> Callable[..., Flask]:
    """The same portal started again, under other keys."""

    def start(key: str, old: str = "") -> Flask:
        started = create_app(
            {
                "PORTAIL_INSTANCE": instance,
                "PORTAIL_ADDRESSES": addresses,
                "PORTAIL_PUBLIC_URL": "https://famille.oudon.example",
                "PORTAIL_SECRET_KEY": key,
                "PORTAIL_DOCUMENTS_KEY": DOCUMENTS_KEY,
                "PORTAIL_SECRET_KEY_OLD": old,
            }
        )
        started.test_client_class = app.test_client_class
        return started

    return start


def stored(db: Database, email: str = EMAIL) -> str:
    agent = store.by_email(db, email)
    assert agent is not None and agent.totp_secret is not None
    return agent.totp_secret


def present(app: Flask, phone: str, code: Callable[[Browser], str]) -> Browser:
    """Sign the agent in with their password and what they type at the code page."""
    browser = Browser(app)
    browser.secret = phone
    browser.get("/mairie/connexion")
    browser.send("Continuer", email=EMAIL, password=AGENT_PASSWORD)
    assert browser.path == "/mairie/connexion/code"
    browser.send("Se connecter", code=code(browser))
    return browser


def test_neither_the_database_nor_its_log_holds_what_the_phone_holds(
    app: Flask, db: Database, an_agent: Callable[..., Agent], a_browser: Callable[[], Browser]
) -> None:
    an_agent()
    browser = a_browser()
    browser.sign_in(EMAIL, AGENT_PASSWORD)
    assert browser.path == "/mairie" and len(browser.secret) == 32
    database = app.config["PORTAIL"].database
    for path in database.parent.glob(f"{database.name}*"):
        assert browser.secret.encode() not in path.read_bytes(), path.name
    with app.app_context():
        assert seeds.state(stored(db)) is State.CURRENT


def test_two_agents_or_twice_the_same_secret_are_stored_otherwise(app: Flask) -> None:
    with app.app_context():
        assert len({seeds.seal("JBSWY3DPEHPK3PXP") for _time in range(20)}) == 20
        assert seeds.unseal(seeds.seal("JBSWY3DPEHPK3PXP")) == "JBSWY3DPEHPK3PXP"


def test_a_secret_tampered_with_opens_nothing(app: Flask, db: Database, signed_in: Callable[..., Browser]) -> None:
    signed_in()
    with app.app_context():
        for place in range(len("sealed1:"), len(stored(db)), 7):
            other = "A" if stored(db)[place] != "A" else "B"
            with pytest.raises(Unreadable):
                seeds.unseal(stored(db)[:place] + other + stored(db)[place + 1 :])


def test_a_phone_goes_on_after_the_key_is_replaced(
    db: Database,
    app: Flask,
    signed_in: Callable[..., Browser],
    under: Callable[..., Flask],
    clock: time_machine.Traveller,
) -> None:
    first, old_key = signed_in(), app.config["PORTAIL"].secret_key
    both = under(NEW_KEY, old_key)
    clock.shift(timedelta(seconds=30))
    assert present(both, first.secret, lambda browser: browser.code).path == "/mairie"
    with both.app_context():
        assert seeds.state(stored(db)) is State.FORMER
        assert reseal(db) == Resealed(0, 1, 0, (), 0)
        assert reseal(db) == Resealed(0, 0, 1, (), 0)
    clock.shift(timedelta(seconds=30))
    assert present(under(NEW_KEY), first.secret, lambda browser: browser.code).path == "/mairie"


def test_a_session_signed_with_the_old_key_ends(
    app: Flask, signed_in: Callable[..., Browser], under: Callable[..., Flask]
) -> None:
    browser = signed_in()
    assert browser.get("/mairie").request.path == "/mairie"
    browser.client.application = under(NEW_KEY, app.config["PORTAIL"].secret_key)
    assert browser.get("/mairie").request.path == "/mairie/connexion"


def test_without_the_key_a_phone_opens_nothing_and_a_recovery_code_does(
    an_agent: Callable[..., Agent],
    a_browser: Callable[[], Browser],
    under: Callable[..., Flask],
    clock: time_machine.Traveller,
    caplog: pytest.LogCaptureFixture,
) -> None:
    an_agent()
    first = a_browser()
    first.get("/mairie/connexion")
    first.send("Continuer", email=EMAIL, password=AGENT_PASSWORD)
    recovery = first.page.select_one("#recovery-codes li").get_text(strip=True)
    first.secret = first.page.find(id="secret").get_text().replace(" ", "")
    first.send("Se connecter", code=first.code)
    clock.shift(timedelta(seconds=30))
    lost = under(NEW_KEY)
    refused = present(lost, first.secret, lambda browser: browser.code)
    assert refused.response.status_code == 422
    told = "ERROR the seed of an agent's phone is under a key that is not given: see doctor"
    assert {*logged(caplog, "wizard.services.agents")} == {told}
    assert EMAIL not in caplog.text
    assert present(lost, first.secret, lambda _browser: recovery).path == "/mairie"


def test_a_secret_that_no_phone_holds_yet_is_given_anew_when_its_key_is_lost(
    db: Database, an_agent: Callable[..., Agent], a_browser: Callable[[], Browser], under: Callable[..., Flask]
) -> None:
    an_agent()
    first = a_browser()
    first.get("/mairie/connexion")
    first.send("Continuer", email=EMAIL, password=AGENT_PASSWORD)
    before = stored(db)
    other = Browser(under(NEW_KEY))
    other.sign_in(EMAIL, AGENT_PASSWORD)
    assert other.path == "/mairie" and stored(db) != before


def test_what_an_earlier_version_stored_in_clear_still_signs_in_then_is_encrypted(
    app: Flask, db: Database, an_agent: Callable[..., Agent], clock: time_machine.Traveller
) -> None:
    agent, phone = an_agent(), "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    store.set_secret(db, agent.id, phone)
    store.spend_step(db, agent.id, 0)
    assert present(app, phone, lambda browser: browser.code).path == "/mairie"
    with app.app_context():
        assert reseal(db) == Resealed(1, 0, 0, (), 0)
    assert phone not in stored(db)
    clock.shift(timedelta(seconds=30))
    assert present(app, phone, lambda browser: browser.code).path == "/mairie"
