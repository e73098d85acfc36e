"""What the agents' own journal tells: who signed in, who failed, what was read; and no family."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlite_utils import Database

from tests.support.families import a_family
from tests.support.walk import AGENT_PASSWORD
from tests.townhall.browsers import Browser
from wizard.clock import now
from wizard.db import transaction
from wizard.models import Agent, AgentRole
from wizard.services import agents, retention
from wizard.stores import accounts, agent_journal
from wizard.stores import agents as store

START = timedelta(days=400)
OTHER_PASSWORD = "la brume se lève sur les coteaux"


def lines(db: Database) -> list[tuple[str, str, str | None]]:
    """Return who did what, in which dossier."""
    return [(entry.agent, entry.action, entry.reference) for entry in agent_journal.since(db, now() - START)]


def actions(db: Database) -> list[str]:
    return [action for _agent, action, _reference in lines(db)]


def test_a_sign_in_and_a_sign_out_are_told(db: Database, signed_in: Callable[..., Browser]) -> None:
    signed_in().send("Se déconnecter")
    assert lines(db) == [("claire@oudon.example", action, None) for action in ("signed_in", "signed_out")]


def test_a_wrong_password_is_told_of_an_agent_and_of_nobody_else(
    db: Database, an_agent: Callable[..., Agent], a_browser: Callable[[], Browser]
) -> None:
    an_agent()
    browser = a_browser()
    browser.get("/mairie/connexion")
    browser.send("Continuer", email=" Claire@Oudon.example", password="la loire descend vers la mer")
    browser.send("Continuer", email="inconnue@oudon.example", password=AGENT_PASSWORD)
    assert lines(db) == [("claire@oudon.example", "wrong_password", None)]


def test_forty_codes_tried_tell_which_agent_and_that_they_were_held_back(
    db: Database, signed_in: Callable[..., Browser], a_browser: Callable[[], Browser]
) -> None:
    signed_in()
    browser = a_browser()
    browser.get("/mairie/connexion")
    browser.send("Continuer", email="claire@oudon.example", password=AGENT_PASSWORD)
    for _time in range(40):
        browser.send("Se connecter", code="000000")
    told = actions(db)
    assert told[:2] == ["signed_in", "wrong_code"]
    assert told.count("wrong_code") == 4
    assert 1 <= told.count("held_back") <= 30


def test_a_wrong_code_at_the_enrolment_is_told(
    db: Database, an_agent: Callable[..., Agent], a_browser: Callable[[], Browser]
) -> None:
    an_agent()
    browser = a_browser()
    browser.get("/mairie/connexion")
    browser.send("Continuer", email="claire@oudon.example", password=AGENT_PASSWORD)
    browser.send("Se connecter", code="000000")
    assert actions(db) == ["wrong_code"]


def test_passwords_tried_too_fast_are_told(
    db: Database, an_agent: Callable[..., Agent], a_browser: Callable[[], Browser]
) -> None:
    an_agent()
    browser = a_browser()
    browser.get("/mairie/connexion")
    for _time in range(60):
        browser.send("Continuer", email="claire@oudon.example", password="faux")
    told = actions(db)
    assert set(told) == {"wrong_password", "held_back"}
    assert {agent for agent, _action, _reference in lines(db)} == {"claire@oudon.example"}
    assert told.count("held_back") <= 30


def test_a_recovery_code_spent_is_told(
    app: Flask, db: Database, signed_in: Callable[..., Browser], a_browser: Callable[[], Browser]
) -> None:
    signed_in()
    agent = store.by_email(db, "claire@oudon.example")
    assert agent is not None
    with app.app_context():
        code = agents.recovery_codes(agent)[3]
    browser = a_browser()
    browser.get("/mairie/connexion")
    browser.send("Continuer", email="claire@oudon.example", password=AGENT_PASSWORD)
    browser.send("Se connecter", code=code)
    told = ("signed_in", "recovery_code", "signed_in")
    assert lines(db) == [("claire@oudon.example", action, None) for action in told]


def test_the_commands_are_told(app: Flask, db: Database) -> None:
    with app.app_context():
        agents.create(db, "paul@oudon.example", AGENT_PASSWORD)
        agents.reset(db, "paul@oudon.example", OTHER_PASSWORD)
        agents.dismiss(db, "paul@oudon.example")
    assert lines(db) == [("paul@oudon.example", action, None) for action in ("created", "reset", "dismissed")]


def test_what_is_read_and_decided_is_told_by_its_reference(db: Database, signed_in: Callable[..., Browser]) -> None:
    dossier, browser = a_family(db), signed_in()
    browser.send("Chercher", text="camille")
    browser.get(f"/mairie/dossiers/{dossier.reference}")
    accepted = {f"p{line.person}-decision": "accepted" for line in dossier.lines}
    browser.send("Enregistrer toutes", **accepted)
    told = [(action, reference) for _agent, action, reference in lines(db)]
    names = ["found", "opened", *["decided"] * 3, "read"]
    assert told == [("signed_in", None), *((name, dossier.reference) for name in names)]


def test_a_reference_looked_up_at_the_reception_is_told_and_what_is_not_one_is_not(
    db: Database, signed_in: Callable[..., Browser]
) -> None:
    dossier, browser = a_family(db), signed_in(role=AgentRole.RECEPTION)
    browser.send("Chercher", text=dossier.reference.lower())
    browser.send("Chercher", text="Kervarrec")
    assert lines(db)[1:] == [("claire@oudon.example", "looked_up", dossier.reference)]


def test_the_journal_outlives_the_dossier_and_holds_no_name(
    app: Flask, db: Database, signed_in: Callable[..., Browser]
) -> None:
    dossier, browser = a_family(db, "Kervarrec"), signed_in()
    browser.get(f"/mairie/dossiers/{dossier.reference}")
    account = accounts.by_id(db, dossier.account)
    assert account is not None
    with app.app_context(), transaction(db):
        retention.erase(db, account, now())
    assert ("claire@oudon.example", "opened", dossier.reference) in lines(db)
    rows = str(db.execute("SELECT * FROM agent_journal").fetchall())
    assert not [word for word in ("Kervarrec", "Camille", account.email, "33612345678") if word in rows]


def test_the_journal_is_kept_for_a_year(
    app: Flask, db: Database, signed_in: Callable[..., Browser], clock: time_machine.Traveller
) -> None:
    signed_in()
    for days, left in ((364, 1), (367, 0)):
        with app.app_context():
            retention.purge(db, app.config["PORTAIL"], now() + timedelta(days=days))
        assert len(lines(db)) == left


def change(browser: Browser, present: str, new: str) -> int:
    browser.get("/mairie/mot-de-passe")
    return browser.send("Changer le mot de passe", password=present, new_password=new).status_code


@pytest.mark.parametrize("role", AgentRole)
def test_an_agent_changes_their_password_and_the_other_sessions_end(
    db: Database,
    signed_in: Callable[..., Browser],
    a_browser: Callable[[], Browser],
    clock: time_machine.Traveller,
    role: AgentRole,
) -> None:
    browser = signed_in(role=role)
    clock.shift(timedelta(minutes=1))
    elsewhere = a_browser()
    elsewhere.secret = browser.secret
    elsewhere.get("/mairie/connexion")
    elsewhere.send("Continuer", email="claire@oudon.example", password=AGENT_PASSWORD)
    elsewhere.send("Se connecter", code=elsewhere.code)
    assert browser.page.find("a", href="/mairie/mot-de-passe")
    assert change(browser, AGENT_PASSWORD, OTHER_PASSWORD) == 200
    assert "Votre mot de passe est changé" in browser.text
    assert browser.get("/mairie").request.path == "/mairie"
    assert elsewhere.get("/mairie").request.path == "/mairie/connexion"
    assert elsewhere.send("Continuer", email="claire@oudon.example", password=AGENT_PASSWORD).status_code == 422
    elsewhere.send("Continuer", email="claire@oudon.example", password=OTHER_PASSWORD)
    assert elsewhere.path == "/mairie/connexion/code" and elsewhere.page.find(id="secret") is None
    assert ("claire@oudon.example", "password_changed", None) in lines(db)


@pytest.mark.parametrize(
    ("present", "new", "field"),
    [
        ("la loire descend vers la mer", OTHER_PASSWORD, "password"),
        (AGENT_PASSWORD, "assez court", "new_password"),
        (AGENT_PASSWORD, "claire@oudon.example", "new_password"),
        (AGENT_PASSWORD, "", "new_password"),
        ("", OTHER_PASSWORD, "password"),
    ],
)
def test_another_password_needs_the_present_one_and_is_judged(
    db: Database, signed_in: Callable[..., Browser], present: str, new: str, field: str
) -> None:
    browser = signed_in()
    before = store.by_email(db, "claire@oudon.example")
    assert change(browser, present, new) == 422
    assert browser.page.find(id=f"{field}-error")
    after = store.by_email(db, "claire@oudon.example")
    assert before and after and after.password_hash == before.password_hash


def test_the_present_password_of_an_agent_is_not_guessed_from_an_open_session(
    db: Database, signed_in: Callable[..., Browser]
) -> None:
    browser = signed_in()
    statuses = [change(browser, "ce n'est pas lui", OTHER_PASSWORD) for _time in range(6)]
    assert statuses[0] == 422 and statuses[-1] == 429
    assert "wrong_password" in actions(db)


def test_recovery_codes_are_in_no_cookie_and_nothing_is_kept_before_the_phone_is_enrolled(
    db: Database, an_agent: Callable[..., Agent], a_browser: Callable[[], Browser]
) -> None:
    an_agent()
    browser = a_browser()
    browser.get("/mairie/connexion")
    browser.send("Continuer", email="claire@oudon.example", password=AGENT_PASSWORD)
    codes = [tag.get_text(strip=True) for tag in browser.page.select("#recovery-codes li")]
    secret = browser.page.find(id="secret").get_text().replace(" ", "")
    cookie = browser.client.get_cookie("__Secure-mairie", domain="famille.oudon.example", path="/mairie")
    assert cookie
    _signed, read = URLSafeTimedSerializer("no key").loads_unsafe(cookie.value)
    read = str(read)
    assert "proved" in read
    assert not [one for one in (*codes, secret, "recovery") if one in read]
    assert db.execute("SELECT count(*) FROM recovery_codes").fetchone() == (0,)
    browser.send("Se connecter", code="000000")
    assert [tag.get_text(strip=True) for tag in browser.page.select("#recovery-codes li")] == codes
    browser.secret = secret
    browser.send("Se connecter", code=browser.code)
    assert db.execute("SELECT count(*) FROM recovery_codes").fetchone() == (10,)
    assert browser.path == "/mairie"
