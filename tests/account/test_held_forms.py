"""A form sent after its session ended: given back to whoever filled it in, and to nobody else."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database
from werkzeug.datastructures import MultiDict

from tests.security.actors import an_agent, sign_agent_in
from tests.support.client import CheckedClient, follow, read, submit
from tests.support.walk import EMAIL, PASSWORD, sign_up, signed_in
from wizard import clock
from wizard.db import transaction
from wizard.models import AgentRole
from wizard.services import passwords, sessions
from wizard.stores import accounts
from wizard.web import held_forms

OTHER = "dominique@exemple.fr"
FORM = "/espace/donnees/courriel"


@pytest.fixture
def hand() -> Iterator[time_machine.Traveller]:
    """The hand of the clock."""
    with time_machine.travel(clock.now(), tick=False) as hand:
        yield hand


@pytest.fixture
def parents(app: Flask, db: Database, hand: time_machine.Traveller) -> CheckedClient:
    """Two parents' accounts; the browser where the first is signed in."""
    for email in (EMAIL, OTHER):
        sign_up(app.test_client(), email)
    with transaction(db):
        for account in (1, 2):
            accounts.activate(db, account, clock.now())
    return signed_in(app.test_client(), EMAIL)


def send_late(client: CheckedClient, hand: time_machine.Traveller, after: timedelta = timedelta(minutes=31)) -> str:
    """Fill in the form, let the session end, send it, and return the page one is led to."""
    page = client.get(FORM)
    hand.shift(after)
    return str(submit(client, page, email="neuve@exemple.fr", password=PASSWORD).location)


def value(client: CheckedClient, field: str) -> str:
    tag = read(client.get(FORM)).select_one(f"#{field}")
    assert tag is not None
    return str(tag["value"])


def test_what_was_typed_comes_back_once_after_the_sign_in_but_no_password(
    parents: CheckedClient, hand: time_machine.Traveller
) -> None:
    page = parents.get(send_late(parents, hand))
    assert "vous attend" in page.text
    back = follow(parents, submit(parents, page, username=EMAIL, password=PASSWORD))
    field, password = (read(back).select_one(name) for name in ("#email", "#password"))
    assert field is not None and field["value"] == "neuve@exemple.fr"
    assert password is not None and password["value"] == ""
    assert value(parents, "email") == ""


def test_a_page_left_open_for_the_night_is_not_typed_for_nothing(
    parents: CheckedClient, hand: time_machine.Traveller
) -> None:
    page = parents.get(send_late(parents, hand, timedelta(hours=12)))
    back = follow(parents, submit(parents, page, username=EMAIL, password=PASSWORD))
    field = read(back).select_one("#email")
    assert field is not None and field["value"] == "neuve@exemple.fr"


def test_nothing_was_done_before_the_sign_in(
    parents: CheckedClient, db: Database, hand: time_machine.Traveller
) -> None:
    before = db.execute("SELECT count(*) FROM outbox").fetchone()
    send_late(parents, hand)
    assert db.execute("SELECT count(*) FROM outbox").fetchone() == before


def test_no_password_is_kept_with_the_form(app: Flask, parents: CheckedClient, db: Database) -> None:
    secrets = {"password": PASSWORD, "new_password": "le nouveau", "code": "271828", "csrf_token": "x"}
    with app.test_request_context(FORM, method="POST", data=secrets | {"email": "neuve@exemple.fr"}):
        held_forms.hold(account=1)
        (sealed,) = db.execute("SELECT fields FROM held_forms").fetchone()
        assert "neuve@exemple.fr" not in sealed, "what opens it is in the browser alone"
        assert held_forms.give_back(account=1) == MultiDict({"email": ["neuve@exemple.fr"]})


def test_someone_else_who_signs_in_on_the_same_device_gets_an_empty_form(
    parents: CheckedClient, hand: time_machine.Traveller
) -> None:
    send_late(parents, hand)
    signed_in(parents, OTHER)
    assert value(parents, "email") == ""


def test_what_was_typed_is_kept_for_an_hour(parents: CheckedClient, hand: time_machine.Traveller) -> None:
    send_late(parents, hand)
    hand.shift(timedelta(minutes=61))
    signed_in(parents, EMAIL)
    assert value(parents, "email") == ""


def test_what_was_typed_waits_for_its_own_page(parents: CheckedClient, hand: time_machine.Traveller) -> None:
    send_late(parents, hand)
    signed_in(parents, EMAIL)
    other = read(parents.get("/espace/donnees/identite")).select_one("#birth_name")
    assert other is not None and other["value"] == "Martin"
    assert value(parents, "email") == "neuve@exemple.fr"


def test_only_the_last_form_is_kept_however_many_are_sent(
    parents: CheckedClient, db: Database, hand: time_machine.Traveller
) -> None:
    page = parents.get(FORM)
    hand.shift(timedelta(minutes=31))
    for number in range(5):
        submit(parents, page, email=f"neuve{number}@exemple.fr", password=PASSWORD)
    assert db.execute("SELECT count(*) FROM held_forms").fetchone() == (1,)
    signed_in(parents, EMAIL)
    assert value(parents, "email") == "neuve4@exemple.fr"


@pytest.mark.parametrize("late", [timedelta(0), timedelta(minutes=31)], ids=["at once", "after the session"])
def test_a_form_of_an_account_deleted_from_another_device_leads_to_the_sign_in(
    parents: CheckedClient, app: Flask, db: Database, hand: time_machine.Traveller, late: timedelta
) -> None:
    page, other_device = parents.get(FORM), signed_in(app.test_client(), EMAIL)
    submit(other_device, other_device.get("/espace/donnees/suppression"), password=PASSWORD)
    (body,) = db.execute("SELECT unsealed(body_text) FROM outbox WHERE name = 'deletion'").fetchone()
    link = re.search(r"/suppression/\S+", body)
    assert link and submit(other_device, other_device.get(link[0]), sure="y").status_code == 303
    hand.shift(late)
    answer = submit(parents, page, email="neuve@exemple.fr", password=PASSWORD)
    assert answer.status_code == 303 and answer.location.startswith("/connexion")
    assert db.execute("SELECT count(*) FROM held_forms").fetchone() == (0,)
    assert "vous attend" not in parents.get(answer.location).text


def test_a_form_of_an_agent_who_is_no_more_leads_to_the_sign_in(
    app: Flask, db: Database, hand: time_machine.Traveller
) -> None:
    an_agent(db, "claire@oudon.example", AgentRole.CASEWORKER, passwords.hash_password(PASSWORD))
    clerk = app.test_client()
    sign_agent_in(clerk, db, "claire@oudon.example")
    page = clerk.get("/mairie")
    for table in ("sessions", "agent_journal", "agents"):
        db.execute(f"DELETE FROM {table}")
    answer = submit(clerk, page, "/mairie", text="Martin")
    assert answer.status_code == 303 and answer.location.startswith("/mairie/connexion")


def test_signing_out_leaves_nothing_to_the_next_one(parents: CheckedClient, hand: time_machine.Traveller) -> None:
    send_late(parents, hand)
    signed_in(parents, OTHER)
    submit(parents, parents.get("/espace"), "/deconnexion")
    signed_in(parents, EMAIL)
    assert value(parents, "email") == ""


def test_a_form_held_before_an_update_is_given_back_after_it() -> None:
    key = "b1d23e49a04d85c64efe9cba855f5f67872231b8a207a785bc3badc1498d71b8"
    assert sessions._key("a token").hex() == key, "what seals it is worked out as it always was"
