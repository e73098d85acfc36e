"""Signing in: what is said, how long one waits, where it leads."""

from datetime import timedelta

import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from sqlite_utils import Database
from werkzeug.test import TestResponse

from tests.support.client import CheckedClient, errors, form_of, read, submit, typed
from tests.support.crowd import no_place_left
from tests.support.walk import EMAIL, PASSWORD, reach, sign_in, sign_up
from wizard import clock
from wizard.db import transaction
from wizard.services import limits, passwords
from wizard.stores import accounts


@pytest.fixture
def parent(client: CheckedClient, db: Database) -> CheckedClient:
    """A parent whose account is activated, with an identifier of their own."""
    sign_up(client, username="camille44")
    with transaction(db):
        accounts.activate(db, 1, clock.now())
    return client


def log_in(client: CheckedClient, username: str = EMAIL, password: str = PASSWORD, suite: str = "") -> TestResponse:
    return submit(client, client.get(f"/connexion?suite={suite}"), username=username, password=password)


@pytest.mark.parametrize("path", ["/connexion", "/acces-oublie", "/entourage"])
def test_the_asterisk_is_explained_where_it_is_shown(client: CheckedClient, path: str) -> None:
    page = read(client.get(path))
    assert page.select_one(".required") and "marquées d'un astérisque" in page.get_text()


@pytest.mark.parametrize("identifier", [EMAIL, EMAIL.upper(), " camille44 ", "CAMILLE44"])
def test_one_signs_in_by_identifier_or_address_whatever_the_case(parent: CheckedClient, identifier: str) -> None:
    answered = log_in(parent, identifier)
    assert (answered.status_code, answered.location) == (303, "/espace")
    assert "Mon espace" in parent.get("/espace").text


def test_a_wrong_password_and_an_unknown_identifier_are_told_alike(parent: CheckedClient) -> None:
    wrong, unknown = log_in(parent, EMAIL, "pas le bon du tout"), log_in(parent, "inconnue@exemple.fr")
    assert wrong.status_code == unknown.status_code == 422
    assert errors(wrong) == errors(unknown)


def test_an_account_that_waits_is_told_so_only_with_its_password(client: CheckedClient) -> None:
    sign_up(client)
    assert "incorrect" in errors(log_in(client, EMAIL, "pas le bon du tout"))["password"]
    assert "pas encore activé" in errors(log_in(client))["password"]


@pytest.mark.parametrize(
    ("suite", "led"),
    [
        ("/entourage", "/entourage"),
        ("/espace/donnees", "/espace/donnees"),
        ("https://evil.test/", "/espace"),
        ("//evil.test/espace", "/espace"),
        ("/espace\\@evil.test", "/espace"),
        ("/mairie", "/espace"),
        ("/entourage/" + "A" * 43, "/espace"),
        ("/entourage/" + "A" * 43 + "/etape-1", "/espace"),
        ("/entourage/etape-1", "/espace"),
        ("/mot-de-passe/" + "A" * 43, "/espace"),
        ("/deconnexion", "/espace"),
    ],
)
def test_signing_in_leads_to_one_s_own_pages_only(parent: CheckedClient, suite: str, led: str) -> None:
    assert log_in(parent, suite=suite).location == led


def test_failures_are_followed_by_a_growing_wait_and_the_owner_is_never_locked_out(
    app: Flask, parent: CheckedClient
) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as clock_hand:
        statuses = [log_in(parent, EMAIL, "pas le bon du tout").status_code for _try in range(6)]
        assert statuses[0] == 422 and statuses[-1] == 429
        assert 10 <= int(log_in(parent).headers["Retry-After"]) <= 11
        # From another network, at the same moment, the owner comes in.
        other = app.test_client()
        page = other.get("/connexion")
        home = {"REMOTE_ADDR": "203.0.113.7"}
        values = typed(form_of(read(page))) | {"username": EMAIL, "password": PASSWORD}
        assert other.post("/connexion", data=values, environ_base=home).status_code == 303
        clock_hand.shift(timedelta(hours=1))
        assert log_in(parent).status_code == 303


def test_one_password_for_each_of_many_identifiers_is_slowed_too(
    parent: CheckedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FAILURES_PER_NETWORK", 3)
    statuses = [log_in(parent, f"victime{number}", "azerty-azerty-azerty").status_code for number in range(5)]
    assert statuses == [422] * 3 + [429] * 2
    assert log_in(parent).status_code == 429


def test_the_table_of_limits_holds_no_identifier(parent: CheckedClient, db: Database) -> None:
    log_in(parent, "inconnue@exemple.fr")
    everything = str(db.execute("SELECT * FROM limits").fetchall())
    assert "inconnue" not in everything and "camille" not in everything


def test_a_taken_identifier_is_told_and_asking_is_limited(app: Flask, parent: CheckedClient) -> None:
    other = app.test_client()
    page = reach(other, "identifiants", "autre@exemple.fr")
    statuses = []
    for _try in range(12):
        page = submit(other, page, username="camille44", password=PASSWORD, sans_image="1")
        statuses.append(page.status_code)
    assert "déjà pris" not in errors(page)["username"]
    assert statuses[0] == 422 and statuses[-1] == 429


def test_a_hash_of_former_settings_is_renewed_at_sign_in(parent: CheckedClient, db: Database) -> None:
    former = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    db.execute("UPDATE accounts SET password_hash = ?", (former,))
    assert log_in(parent).status_code == 303
    (renewed,) = db.execute("SELECT password_hash FROM accounts").fetchone()
    assert not passwords.needs_rehash(renewed) and passwords.verify(renewed, PASSWORD)


def test_renewing_a_hash_never_undoes_a_change_of_password(parent: CheckedClient, db: Database) -> None:
    accounts.set_password(db, 1, "changed meanwhile")
    accounts.rehash(db, 1, "the former hash", "the former password, hashed again")
    assert db.execute("SELECT password_hash FROM accounts").fetchone() == ("changed meanwhile",)


def test_asking_which_identifiers_are_taken_costs_the_server_no_hash(app: Flask, parent: CheckedClient) -> None:
    other = app.test_client()
    page = reach(other, "identifiants", "autre@exemple.fr")
    with no_place_left():
        taken = submit(other, page, username="camille44", password=PASSWORD, sans_image="1")
        assert taken.status_code == 422 and "déjà pris" in errors(taken)["username"]
        assert submit(other, taken, username="libre44", password=PASSWORD, sans_image="1").status_code == 503


def test_too_many_at_once_are_asked_to_come_back(parent: CheckedClient) -> None:
    with no_place_left():
        answered = log_in(parent)
    assert answered.status_code == 503
    assert int(answered.headers["Retry-After"]) > 0
    assert log_in(parent).status_code == 303


def test_a_sign_in_that_could_not_be_made_counts_for_nothing(parent: CheckedClient) -> None:
    with no_place_left():
        assert [log_in(parent).status_code for _time in range(6)] == [503] * 6
    assert log_in(parent, password="pas celui-là du tout").status_code == 422
    assert log_in(parent).status_code == 303


def test_a_sign_in_that_could_not_be_made_forgets_no_failure(parent: CheckedClient) -> None:
    with time_machine.travel(clock.now(), tick=False):
        for _time in range(3):
            assert log_in(parent, password="pas celui-là du tout").status_code == 422
        with no_place_left():
            assert log_in(parent).status_code == 503
        assert log_in(parent, password="pas celui-là du tout").status_code == 422
        assert log_in(parent).status_code == 429


def test_home_leads_who_is_signed_in_to_their_space_and_others_to_the_sign_up(parent: CheckedClient) -> None:
    assert [str(a["href"]) for a in read(parent.get("/")).select("main a.button")] == ["/inscription", "/connexion"]
    sign_in(parent)
    assert [str(a["href"]) for a in read(parent.get("/")).select("main a.button")] == ["/espace"]
