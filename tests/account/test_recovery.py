"""Lost access: the same answer for everyone, one use, every session ended."""

import re
from datetime import timedelta

import pytest
import time_machine
from browsing import CheckedClient, errors, form_of, read, submit
from browsing import typed as sent
from flask import Flask
from sqlite_utils import Database
from walking import EMAIL, PASSWORD, link_of, sign_up

from wizard import clock
from wizard.db import transaction
from wizard.stores import accounts

NEW = "brouette lampe cerisier 4"


@pytest.fixture
def parent(client: CheckedClient, db: Database) -> CheckedClient:
    """A parent whose account is activated."""
    sign_up(client)
    with transaction(db):
        accounts.activate(db, 1, clock.now())
    return client


def last_mail(db: Database) -> tuple[str, str, str]:
    row = db.execute("SELECT name, recipient, body_text FROM outbox ORDER BY id DESC LIMIT 1").fetchone()
    return row[0], row[1], row[2]


def ask(client: CheckedClient, email: str = EMAIL) -> str:
    page = submit(client, client.get("/acces-oublie"), email=email)
    assert page.status_code == 200
    return re.sub(re.escape(email), "", page.text)


def test_the_mail_tells_the_identifier_and_the_link_changes_the_password(parent: CheckedClient, db: Database) -> None:
    ask(parent)
    name, recipient, body = last_mail(db)
    assert (name, recipient) == ("lost_access", EMAIL)
    assert EMAIL in body
    path = link_of(body, "/mot-de-passe")
    assert "changé" in submit(parent, parent.get(path), password=NEW).text
    assert last_mail(db)[0] == "password_changed"
    assert submit(parent, parent.get("/connexion"), username=EMAIL, password=PASSWORD).status_code == 422
    assert submit(parent, parent.get("/connexion"), username=EMAIL, password=NEW).status_code == 303
    assert parent.get(path).status_code == 410


def test_the_page_is_the_same_for_an_unknown_address(parent: CheckedClient, db: Database) -> None:
    assert ask(parent) == ask(parent, "inconnue@exemple.fr")
    assert last_mail(db)[:2] == ("no_account", "inconnue@exemple.fr")


def test_past_three_mails_a_day_the_page_is_the_same_and_no_mail_leaves(parent: CheckedClient, db: Database) -> None:
    answers = {ask(parent) for _time in range(5)}
    assert len(answers) == 1
    assert db.execute("SELECT count(*) FROM outbox WHERE name = 'lost_access'").fetchone() == (3,)


def test_only_the_last_link_serves_and_for_half_an_hour(parent: CheckedClient, db: Database) -> None:
    ask(parent)
    first = link_of(last_mail(db)[2], "/mot-de-passe")
    ask(parent)
    second = link_of(last_mail(db)[2], "/mot-de-passe")
    assert parent.get(first).status_code == 410
    with time_machine.travel(clock.now() + timedelta(minutes=31), tick=False):
        assert parent.get(second).status_code == 410


def test_a_weak_password_is_refused_and_the_link_still_serves(parent: CheckedClient, db: Database) -> None:
    ask(parent)
    path = link_of(last_mail(db)[2], "/mot-de-passe")
    assert errors(submit(parent, parent.get(path), password="camille-martin"))["password"]
    assert parent.get(path).status_code == 200


@pytest.mark.parametrize(
    ("typed", "told"), [("", ""), ("court", "encore"), ("Camille Martin 44521", "ni nom"), (NEW, "olide")]
)
def test_the_strength_of_the_new_password_is_told_while_it_is_typed(
    parent: CheckedClient, db: Database, typed: str, told: str
) -> None:
    ask(parent)
    link = link_of(last_mail(db)[2], "/mot-de-passe")
    by_link = parent.get(link)
    submit(parent, parent.get("/connexion"), username=EMAIL, password=PASSWORD)
    own = parent.get("/espace/donnees/mot-de-passe")
    for page, name, path in (
        (by_link, "password", f"{link}/force"),
        (own, "new_password", "/espace/donnees/mot-de-passe/force"),
    ):
        field = read(page).select_one(f"#{name}")
        assert field is not None and (field["hx-post"], field["hx-target"]) == (path, "#strength")
        assert read(page).select_one("#strength")
        data = sent(form_of(read(page))) | {name: typed}
        answered = parent.post(path, data=data, headers={"HX-Request": "true"})
        assert answered.status_code == 200 and told in answered.text
        assert bool(read(answered).find("meter")) is bool(typed)
        assert not typed or typed not in answered.text
    assert parent.get(link).status_code == 200


def test_the_strength_is_left_untold_once_the_link_or_the_session_is_over(
    app: Flask, parent: CheckedClient, db: Database
) -> None:
    ask(parent)
    link = link_of(last_mail(db)[2], "/mot-de-passe")
    submit(parent, parent.get(link), password=NEW)
    for path, name in ((f"{link}/force", "password"), ("/espace/donnees/mot-de-passe/force", "new_password")):
        answered = app.test_client().post(path, data={name: "court"}, headers={"HX-Request": "true"})
        assert (answered.status_code, answered.data) == (204, b"")


def test_a_reset_ends_every_session(app: Flask, parent: CheckedClient, db: Database) -> None:
    phone, computer = app.test_client(), app.test_client()
    for device in (phone, computer):
        submit(device, device.get("/connexion"), username=EMAIL, password=PASSWORD)
        assert device.get("/espace").status_code == 200
    ask(phone)
    submit(phone, phone.get(link_of(last_mail(db)[2], "/mot-de-passe")), password=NEW)
    for device in (phone, computer):
        assert device.get("/espace").status_code == 303


def test_whoever_chose_another_password_has_no_more_to_wait(parent: CheckedClient, db: Database) -> None:
    with time_machine.travel(clock.now(), tick=False):
        for _try in range(5):
            refused = submit(parent, parent.get("/connexion"), username=EMAIL, password="je ne sais plus")
        assert refused.status_code == 429
        ask(parent)
        submit(parent, parent.get(link_of(last_mail(db)[2], "/mot-de-passe")), password=NEW)
        assert submit(parent, parent.get("/connexion"), username=EMAIL, password=NEW).status_code == 303


def test_the_mail_of_an_account_that_waits_activates_it(client: CheckedClient, db: Database) -> None:
    sign_up(client)
    ask(client)
    name, _recipient, body = last_mail(db)
    assert name == "activation"
    assert read(client.get(link_of(body, "/activation"))).find("button")
