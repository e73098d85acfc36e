"""What the town's own network does not lift: the limits on what one account may be tried on."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlite_utils import Database

from tests.support.client import CheckedClient, follow, submit
from tests.support.outbox import DOCUMENTS_KEY
from tests.support.walk import EMAIL, PASSWORD, sign_in, sign_up
from wizard import clock, create_app
from wizard.db import transaction
from wizard.services import mail_turns
from wizard.stores import accounts

WRONG = "ce n'est pas celui-là 9"


@pytest.fixture
def app(app: Flask, instance: Path, addresses: Path) -> Flask:
    """The town's portal, where the network of these tests is the town's own."""
    trusting = create_app(
        {
            "TESTING": True,
            "PORTAIL_INSTANCE": instance,
            "PORTAIL_ADDRESSES": addresses,
            "PORTAIL_PUBLIC_URL": "https://famille.oudon.example",
            "PORTAIL_SECRET_KEY": app.config["SECRET_KEY"],
            "PORTAIL_DOCUMENTS_KEY": DOCUMENTS_KEY,
            "PORTAIL_TRUSTED_NETWORKS": "127.0.0.0/8",
        }
    )
    trusting.test_client_class = CheckedClient
    return trusting


@pytest.fixture
def parent(client: CheckedClient, db: Database) -> CheckedClient:
    """Where a parent signed up, and waits for the mail."""
    sign_up(client)
    return client


def activate(db: Database) -> None:
    with transaction(db):
        accounts.activate(db, 1, clock.now())


def at_the_sign_in(client: CheckedClient) -> int:
    return sign_in(client, password=WRONG).status_code


def at_the_entourage(client: CheckedClient) -> int:
    return submit(client, client.get("/entourage"), username=EMAIL, password=WRONG).status_code


def before_a_deletion(client: CheckedClient) -> int:
    return submit(client, client.get("/espace/donnees/suppression"), password=WRONG).status_code


@pytest.mark.parametrize("way", [at_the_sign_in, at_the_entourage, before_a_deletion])
def test_a_password_is_not_tried_without_end(
    parent: CheckedClient, db: Database, way: Callable[[CheckedClient], int]
) -> None:
    activate(db)
    follow(parent, sign_in(parent))
    client = parent if way is before_a_deletion else parent.application.test_client()
    statuses = [way(client) for _time in range(6)]
    assert statuses[0] == 422 and statuses[-1] == 429


def test_a_mail_is_not_asked_for_without_end(parent: CheckedClient, db: Database) -> None:
    page = parent.get("/connexion")
    waiting = submit(parent, page, username=EMAIL, password=PASSWORD)
    assert waiting.status_code == 422
    resent = [submit(parent, waiting, renvoyer="1").status_code for _time in range(2)]
    assert resent == [200, 429]


def test_lost_accesses_are_counted_for_the_network_too(parent: CheckedClient, db: Database) -> None:
    for number in range(mail_turns.PER_NETWORK + 5):
        submit(parent, parent.get("/acces-oublie"), email=f"personne{number}@exemple.fr")
    (sent,) = db.execute("SELECT count(*) FROM outbox WHERE name = 'no_account'").fetchone()
    assert sent <= mail_turns.PER_NETWORK


def test_sign_ups_are_not_limited(client: CheckedClient, db: Database) -> None:
    for number in range(7):
        sign_up(client, f"parent{number}@exemple.fr")
    assert db.execute("SELECT count(*) FROM accounts").fetchone() == (7,)


@pytest.mark.slow
def test_sign_ups_with_one_address_do_not_write_to_it_without_end(client: CheckedClient, db: Database) -> None:
    pages = [sign_up(client, "camille@exemple.fr") for _number in range(15)]
    (written,) = db.execute("SELECT count(*) FROM outbox").fetchone()
    assert written <= 2 * mail_turns.PER_ADDRESS
    assert "le vôtre n'est pas parti" in pages[-1].text and "le vôtre n'est pas parti" not in pages[0].text
