"""Sessions: a cookie for each side, another at each sign-in, an end to all of them."""

from base64 import urlsafe_b64decode
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database

from tests.support.client import CheckedClient, form_of, read, submit, typed
from tests.support.outbox import DOCUMENTS_KEY
from tests.support.walk import EMAIL, PASSWORD, sign_in
from wizard import clock, create_app
from wizard.models import AgentRole
from wizard.stores import agents

COOKIE = "__Host-portail"
HOST = "famille.oudon.example"


def log_in(client: CheckedClient) -> str:
    """Sign in, and return the cookie's value."""
    assert sign_in(client).status_code == 303
    return value_of(client)


def value_of(client: CheckedClient) -> str:
    cookie = client.get_cookie(COOKIE, HOST)
    assert cookie is not None
    return cookie.value


def holding(app: Flask, value: str, name: str = COOKIE) -> CheckedClient:
    """Return another browser, into which the cookie was copied."""
    other = app.test_client()
    assert isinstance(other, CheckedClient)
    other.set_cookie(name, value, domain=HOST, secure=True)
    return other


def is_in(client: CheckedClient) -> bool:
    return client.get("/espace").status_code == 200


def test_the_cookie_is_hidden_from_scripts_and_from_other_sites(parent: CheckedClient) -> None:
    page = parent.get("/connexion")
    answered = submit(parent, page, username=EMAIL, password=PASSWORD)
    (cookie,) = answered.headers.getlist("Set-Cookie")
    name, *attributes = cookie.split("; ")
    assert name.startswith(f"{COOKIE}=")
    assert set(attributes) == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}


@pytest.mark.parametrize("path", ["/connexion", "/espace", "/entourage", "/mairie/connexion"])
def test_no_cache_gives_to_one_what_another_s_cookie_opened(parent: CheckedClient, path: str) -> None:
    log_in(parent)
    assert "Cookie" in parent.get(path).vary


def test_the_cookie_of_the_town_hall_goes_to_the_town_hall_only(client: CheckedClient) -> None:
    (cookie,) = client.get("/mairie/connexion").headers.getlist("Set-Cookie")
    name, *attributes = cookie.split("; ")
    assert name.startswith("__Secure-mairie=")
    assert set(attributes) == {"Secure", "HttpOnly", "Path=/mairie", "SameSite=Strict"}


def test_on_this_machine_alone_cookies_do_without_tls(instance: Path, addresses: Path) -> None:
    app = create_app(
        {
            "PORTAIL_INSTANCE": instance,
            "PORTAIL_ADDRESSES": addresses,
            "PORTAIL_PUBLIC_URL": "http://localhost:8000",
            "PORTAIL_SECRET_KEY": "the key of the tests, long enough",
            "PORTAIL_DOCUMENTS_KEY": DOCUMENTS_KEY,
        }
    )
    (cookie,) = app.test_client().get("/connexion").headers.getlist("Set-Cookie")
    assert cookie.startswith("portail=") and "Secure" not in cookie


def test_a_page_open_to_all_sets_no_cookie(client: CheckedClient) -> None:
    for path in ("/", "/inscription", "/confidentialite", "/entourage", "/healthz"):
        assert "Set-Cookie" not in client.get(path).headers, path


def test_signing_in_opens_a_session_of_its_own(app: Flask, parent: CheckedClient) -> None:
    before = form_of(read(parent.get("/connexion")))
    planted = value_of(parent)
    log_in(parent)
    assert value_of(parent) != planted
    assert not is_in(holding(app, planted))
    token = read(parent.get("/espace")).select_one("[name=csrf_token]")
    assert token is not None and [token["value"]] != typed(before)["csrf_token"]


def test_signing_in_again_ends_the_session_before(app: Flask, parent: CheckedClient) -> None:
    first = log_in(parent)
    copy = holding(app, first)
    assert is_in(copy)
    page = parent.get("/acces-oublie")
    data = typed(form_of(read(page))) | {"username": EMAIL, "password": PASSWORD}
    assert parent.post("/connexion", data=data).status_code == 303
    assert is_in(parent)
    assert not is_in(holding(app, first))


def test_signing_out_makes_a_copied_cookie_worthless(app: Flask, parent: CheckedClient) -> None:
    stolen = log_in(parent)
    assert is_in(holding(app, stolen))
    assert submit(parent, parent.get("/espace"), "/deconnexion").status_code == 303
    assert not is_in(parent)
    assert not is_in(holding(app, stolen))


def test_a_session_ends_after_half_an_hour_without_a_page(parent: CheckedClient) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as hand:
        log_in(parent)
        hand.shift(timedelta(minutes=30))
        assert is_in(parent)
        hand.shift(timedelta(minutes=30, seconds=1))
        assert not is_in(parent)


def test_the_cookie_is_written_anew_once_a_minute(parent: CheckedClient) -> None:
    """It weighs as much as a quarter of a page; and who goes on stays signed in, whatever their pace."""
    with time_machine.travel(clock.now(), tick=False) as hand:
        log_in(parent)
        parent.get("/espace")  # draws the token of the forms
        written = []
        for _page in range(5):
            hand.shift(timedelta(seconds=25))
            written.append("Set-Cookie" in parent.get("/espace").headers)
        assert written == [False, False, True, False, False]
        for _page in range(20):
            hand.shift(timedelta(minutes=2))
            assert is_in(parent)


def test_a_session_ends_after_eight_hours_however_busy(parent: CheckedClient) -> None:
    with time_machine.travel(clock.now(), tick=False) as hand:
        log_in(parent)
        for _quarter in range(31):
            hand.shift(timedelta(minutes=15))
            assert is_in(parent)
        hand.shift(timedelta(minutes=15))
        assert not is_in(parent)


def test_an_account_that_is_gone_is_signed_out(parent: CheckedClient, db: Database) -> None:
    log_in(parent)
    db.execute("DELETE FROM accounts")
    assert not is_in(parent)


@pytest.mark.parametrize("value", ["", "x", "eyJfdXNlcl9pZCI6IjEifQ.aaaa.bbbb", "é", "." * 4000])
def test_a_made_up_cookie_opens_nothing(app: Flask, parent: CheckedClient, value: str) -> None:
    assert not is_in(holding(app, value))


def test_the_cookie_of_a_parent_is_none_of_an_agent(app: Flask, parent: CheckedClient, db: Database) -> None:
    """Not even of the one whose number is the account's."""
    assert agents.add(db, "agent@oudon.example", AgentRole.CASEWORKER, "$argon2id$never", clock.now()) == 1
    value = log_in(parent)
    agent = holding(app, value, "__Secure-mairie")
    assert agent.get("/mairie").location == "/mairie/connexion?suite=/mairie"


def test_the_cookie_holds_no_name_and_no_address(parent: CheckedClient) -> None:
    payload = log_in(parent).split(".")[0]
    clear = urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode()
    assert "camille" not in clear.casefold() and "martin" not in clear.casefold()


def test_someone_who_is_not_signed_in_is_led_back_to_the_page_they_wanted(client: CheckedClient) -> None:
    answered = client.get("/espace/donnees")
    assert (answered.status_code, answered.location) == (303, "/connexion?suite=/espace/donnees")
