"""How an agent signs in: a password, then a phone, and nothing else will do."""

from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from sqlite_utils import Database

from tests.support.crowd import no_place_left
from tests.support.walk import AGENT_PASSWORD
from tests.townhall.browsers import Browser
from wizard.clock import now
from wizard.french import plain
from wizard.models import Agent, AgentRole
from wizard.services import agent_signin, agents, passwords, seeds
from wizard.services.refusals import TooSoon
from wizard.stores import agents as store

OTHER_PASSWORD = "la brume se lève sur les coteaux"


def test_a_new_agent_enrols_a_phone_and_is_in_the_queue(
    an_agent: Callable[..., Agent], a_browser: Callable[[], Browser]
) -> None:
    an_agent()
    browser = a_browser()
    browser.get("/mairie")
    assert browser.path == "/mairie/connexion"
    browser.send("Continuer", email=" Claire@Oudon.example ", password=AGENT_PASSWORD)
    assert browser.page.find("svg", class_="qr")
    assert len(browser.page.select("#recovery-codes li")) == 10
    browser.secret = browser.page.find(id="secret").get_text().replace(" ", "")
    browser.send("Se connecter", code=f"{browser.code[:3]} {browser.code[3:]}")
    assert browser.path == "/mairie"
    assert "claire@oudon.example" in browser.text


def test_the_enrolment_is_shown_once(signed_in: Callable[..., Browser], a_browser: Callable[[], Browser]) -> None:
    signed_in()
    again = a_browser()
    again.get("/mairie/connexion")
    again.send("Continuer", email="claire@oudon.example", password=AGENT_PASSWORD)
    assert again.path == "/mairie/connexion/code"
    assert again.page.find(id="secret") is None
    assert again.page.find(id="recovery-codes") is None


def test_the_same_code_never_opens_twice(
    signed_in: Callable[..., Browser], a_browser: Callable[[], Browser], clock: time_machine.Traveller
) -> None:
    first, thief = signed_in(), a_browser()
    thief.get("/mairie/connexion")
    thief.send("Continuer", email="claire@oudon.example", password=AGENT_PASSWORD)
    assert thief.send("Se connecter", code=first.code).status_code == 422
    assert "déjà servi" in thief.text
    clock.shift(timedelta(seconds=30))
    assert thief.send("Se connecter", code=first.code).request.path == "/mairie"


def test_a_recovery_code_opens_once(an_agent: Callable[..., Agent], a_browser: Callable[[], Browser]) -> None:
    an_agent()
    browser = a_browser()
    browser.get("/mairie/connexion")
    browser.send("Continuer", email="claire@oudon.example", password=AGENT_PASSWORD)
    recovery = browser.page.select_one("#recovery-codes li").get_text(strip=True)
    browser.secret = browser.page.find(id="secret").get_text().replace(" ", "")
    browser.send("Se connecter", code=browser.code)
    for expected in ("/mairie", "/mairie/connexion/code"):
        other = a_browser()
        other.get("/mairie/connexion")
        other.send("Continuer", email="claire@oudon.example", password=AGENT_PASSWORD)
        other.send("Se connecter", code=recovery.upper())
        assert other.path == expected


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("claire@oudon.example", "la loire descend vers la mer"),
        ("inconnue@oudon.example", AGENT_PASSWORD),
        ("claire@oudon.example", ""),
        ("", ""),
        ("claire", AGENT_PASSWORD),
        ("' OR 1=1 --@x.fr", "' OR 1=1 --"),
        ("claire@oudon.example", "\x00" * 5000),
    ],
)
def test_a_wrong_password_opens_nothing(
    an_agent: Callable[..., Agent], a_browser: Callable[[], Browser], email: str, password: str
) -> None:
    an_agent()
    browser = a_browser()
    browser.get("/mairie/connexion")
    assert browser.send("Continuer", email=email, password=password).status_code == 422
    assert browser.page.find(id="summary")
    assert password == "" or password not in browser.response.text
    assert browser.get("/mairie/connexion/code").request.path == "/mairie/connexion"


def test_the_password_alone_opens_no_page(an_agent: Callable[..., Agent], a_browser: Callable[[], Browser]) -> None:
    an_agent()
    browser = a_browser()
    browser.get("/mairie/connexion")
    browser.send("Continuer", email="claire@oudon.example", password=AGENT_PASSWORD)
    assert browser.get("/mairie").request.path == "/mairie/connexion"


def test_failures_slow_down_and_do_not_lock(
    signed_in: Callable[..., Browser], a_browser: Callable[[], Browser], clock: time_machine.Traveller
) -> None:
    signed_in()
    browser = a_browser()
    browser.get("/mairie/connexion")
    statuses = [browser.send("Continuer", email="claire@oudon.example", password="faux").status_code for _ in range(6)]
    assert statuses[:3] == [422, 422, 422]
    assert statuses[-1] == 429
    assert "attendez" in browser.text
    clock.shift(timedelta(minutes=2))
    browser.send("Continuer", email="claire@oudon.example", password=AGENT_PASSWORD)
    assert browser.path == "/mairie/connexion/code"


def test_a_sign_in_that_could_not_be_made_counts_for_nothing(
    an_agent: Callable[..., Agent], a_browser: Callable[[], Browser]
) -> None:
    email, browser = an_agent().email, a_browser()
    browser.get("/mairie/connexion")
    action, fields = browser.fields("Continuer")

    def status(password: str) -> int:
        return browser.client.post(action, data=fields | {"email": email, "password": password}).status_code

    with no_place_left():
        assert [status(AGENT_PASSWORD) for _time in range(6)] == [503] * 6
    assert [status("faux") for _time in range(3)] == [422] * 3
    with no_place_left():
        assert status(AGENT_PASSWORD) == 503
    assert [status("faux"), status(AGENT_PASSWORD)] == [422, 429], "nor does it forget a failure"


def test_codes_are_not_guessed(signed_in: Callable[..., Browser], a_browser: Callable[[], Browser]) -> None:
    signed_in()
    browser = a_browser()
    browser.get("/mairie/connexion")
    browser.send("Continuer", email="claire@oudon.example", password=AGENT_PASSWORD)
    statuses = [browser.send("Se connecter", code="000000").status_code for _ in range(6)]
    assert statuses[0] == 422
    assert statuses[-1] == 429


def test_the_password_must_be_proved_again_after_ten_minutes(
    an_agent: Callable[..., Agent], a_browser: Callable[[], Browser], clock: time_machine.Traveller
) -> None:
    an_agent()
    browser = a_browser()
    browser.get("/mairie/connexion")
    browser.send("Continuer", email="claire@oudon.example", password=AGENT_PASSWORD)
    clock.shift(timedelta(minutes=11))
    browser.get("/mairie/connexion/code")
    assert browser.path == "/mairie/connexion"


@pytest.mark.parametrize("enrolled", [False, True], ids=["a new phone", "a known phone"])
@pytest.mark.parametrize(
    "end",
    [
        lambda db, agent: agents.change_password(db, agent, OTHER_PASSWORD),
        lambda db, agent: agents.reset(db, agent.email, OTHER_PASSWORD),
        lambda db, agent: agents.dismiss(db, agent.email),
    ],
    ids=["changed", "reset", "dismissed"],
)
def test_a_password_that_is_no_more_leads_to_no_code(
    app: Flask,
    db: Database,
    an_agent: Callable[..., Agent],
    a_browser: Callable[[], Browser],
    end: Callable[[Database, Agent], None],
    enrolled: bool,
) -> None:
    agent = an_agent()
    if enrolled:
        a_browser().sign_in(agent.email, AGENT_PASSWORD)
    browser = a_browser()
    browser.get("/mairie/connexion")
    browser.send("Continuer", email=agent.email, password=AGENT_PASSWORD)
    assert browser.path == "/mairie/connexion/code"
    with app.app_context():
        end(db, agent)
    browser.get("/mairie/connexion/code")
    assert browser.path == "/mairie/connexion"


@pytest.mark.parametrize(
    ("asked", "reached"),
    [
        ("/mairie/dossiers/7KQM4RXT", "/mairie/dossiers/7KQM4RXT"),
        ("https://ailleurs.example/mairie", "/mairie"),
        ("//ailleurs.example/mairie", "/mairie"),
        ("/mairie/../espace", "/mairie"),
        ("/mairie\n/x", "/mairie"),
        ("/espace", "/mairie"),
    ],
)
def test_signing_in_leads_to_pages_of_the_town_hall_only(
    an_agent: Callable[..., Agent], a_browser: Callable[[], Browser], asked: str, reached: str
) -> None:
    an_agent()
    browser = a_browser()
    browser.response = browser.client.get("/mairie/connexion", query_string={"suite": asked})
    browser.send("Continuer", email="claire@oudon.example", password=AGENT_PASSWORD)
    browser.secret = browser.page.find(id="secret").get_text().replace(" ", "")
    browser.send("Se connecter", code=browser.code)
    assert browser.path == reached


def test_signing_out_closes_the_session(signed_in: Callable[..., Browser]) -> None:
    browser = signed_in()
    browser.send("Se déconnecter")
    assert browser.path == "/mairie/connexion"
    assert browser.get("/mairie").request.path == "/mairie/connexion"


def test_fifteen_idle_minutes_end_the_session(signed_in: Callable[..., Browser], clock: time_machine.Traveller) -> None:
    browser = signed_in()
    clock.shift(timedelta(minutes=14))
    assert browser.get("/mairie").request.path == "/mairie"
    clock.shift(timedelta(minutes=16))
    assert browser.get("/mairie").request.path == "/mairie/connexion"


def test_the_agents_pages_are_never_framed(a_browser: Callable[[], Browser]) -> None:
    headers = a_browser().get("/mairie/connexion").headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"] == "no-store"


def test_an_agent_who_starts_over_loses_sessions_phone_and_recovery_codes(
    app: Flask, db: Database, an_agent: Callable[..., Agent], a_browser: Callable[[], Browser]
) -> None:
    an_agent()
    browser = a_browser()
    browser.get("/mairie/connexion")
    browser.send("Continuer", email="claire@oudon.example", password=AGENT_PASSWORD)
    recovery = browser.page.select_one("#recovery-codes li").get_text(strip=True)
    browser.secret = before = browser.page.find(id="secret").get_text().replace(" ", "")
    assert browser.send("Se connecter", code=browser.code).request.path == "/mairie"
    with app.app_context():
        agents.reset(db, "Claire@Oudon.example", OTHER_PASSWORD)
    assert browser.get("/mairie").request.path == "/mairie/connexion"
    assert browser.send("Continuer", email="claire@oudon.example", password=AGENT_PASSWORD).status_code == 422
    browser.send("Continuer", email="claire@oudon.example", password=OTHER_PASSWORD)
    assert browser.page.find(id="secret").get_text().replace(" ", "") != before
    assert browser.send("Se connecter", code=recovery).request.path == "/mairie/connexion/code"
    browser.sign_in("claire@oudon.example", OTHER_PASSWORD)
    assert browser.path == "/mairie"


def test_an_agent_who_leaves_is_signed_out_and_stays_out(
    app: Flask, db: Database, signed_in: Callable[..., Browser]
) -> None:
    browser = signed_in()
    with app.app_context():
        agents.dismiss(db, "claire@oudon.example")
    assert browser.get("/mairie").request.path == "/mairie/connexion"
    assert browser.send("Continuer", email="claire@oudon.example", password=AGENT_PASSWORD).status_code == 422


def test_a_hash_of_former_settings_is_renewed_at_the_sign_in(
    db: Database, an_agent: Callable[..., Agent], a_browser: Callable[[], Browser]
) -> None:
    agent, former = an_agent(), PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(AGENT_PASSWORD)
    store.set_password(db, agent.id, former)
    a_browser().sign_in(agent.email, AGENT_PASSWORD)
    renewed = store.by_id(db, agent.id)
    assert renewed is not None and not passwords.needs_rehash(renewed.password_hash)
    assert passwords.verify(renewed.password_hash, AGENT_PASSWORD)


def test_a_phone_is_enrolled_once_and_opens_nothing_before(
    app: Flask, db: Database, an_agent: Callable[..., Agent]
) -> None:
    """Of two browsers past the password, the second does not put its phone's codes in place of the first's."""

    def agent(number: int) -> Agent:
        found = store.by_id(db, number)
        assert found is not None and found.totp_secret
        return found

    with app.app_context():
        number = an_agent().id
        agents.check_password(db, "claire@oudon.example", AGENT_PASSWORD)
        code = pyotp.TOTP(seeds.unseal(agent(number).totp_secret or "")).at(now())
        assert not agents.check_code(db, agent(number), code)
        assert agents.enrol(db, agent(number), code)
        with time_machine.travel(now() + timedelta(seconds=30), tick=False):
            code = pyotp.TOTP(seeds.unseal(agent(number).totp_secret or "")).at(now())
            assert not agents.enrol(db, agent(number), code)
            assert agents.check_code(db, agent(number), code)


@pytest.mark.parametrize("enrolled", [True, False])
def test_a_secret_that_no_key_opens_is_replaced_unless_a_phone_holds_it(
    app: Flask, db: Database, enrolled: bool
) -> None:
    with app.test_request_context():
        number = agents.create(db, "paul@oudon.example", AGENT_PASSWORD)
        held = ("sealed1:of another key", 1 if enrolled else None, number)
        db.execute("UPDATE agents SET totp_secret = ?, totp_last_step = ? WHERE id = ?", held)
        agent = store.by_id(db, number)
        assert agent
        agents.give_seed(db, agent)
        after = store.by_id(db, number)
        assert after and (after.totp_secret == held[0]) is enrolled


def test_an_agent_is_created_with_a_long_password_once(app: Flask, db: Database) -> None:
    with app.test_request_context():
        number = agents.create(db, "Paul@Oudon.example", AGENT_PASSWORD, AgentRole.RECEPTION)
        created = store.by_id(db, number)
        assert created is not None
        assert (created.email, created.role) == ("paul@oudon.example", AgentRole.RECEPTION)
        assert AGENT_PASSWORD not in created.password_hash
        with pytest.raises(agents.AgentExists):
            agents.create(db, "paul@oudon.example", AGENT_PASSWORD)
        with pytest.raises(agents.WeakPassword) as weak:
            agents.create(db, "anne@oudon.example", "assez court")
        assert weak.value.reasons
        with pytest.raises(agents.BadEmail):
            agents.create(db, "anne", AGENT_PASSWORD)


def test_the_wait_after_many_failures_is_told_in_whole_minutes(app: Flask, db: Database) -> None:
    with app.app_context(), time_machine.travel(now(), tick=False) as hand:
        for _failure in range(12):
            hand.shift(timedelta(hours=1))
            with pytest.raises(agent_signin.WrongPassword):
                agent_signin.authenticate(db, "claire@oudon.example", OTHER_PASSWORD, ["A"])
        with pytest.raises(TooSoon) as refused:
            agent_signin.authenticate(db, "claire@oudon.example", OTHER_PASSWORD, ["A"])
        assert refused.value.wait.total_seconds() == pytest.approx(1.8**12)
        assert plain(str(refused.value.sentence)) == "Trop d'essais : attendez 20 minutes, puis recommencez."
