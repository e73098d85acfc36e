"""An address accepted stays accepted: what a draft holds is judged without the network."""

import json
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlite_utils import Database
from werkzeug.test import TestResponse

from tests.support.client import CheckedClient, errors, form_of, read, submit, typed
from tests.support.geocoding_service import Service, serving
from tests.support.walk import CONTACTS, PASSWORD, answer, reach
from wizard.addresses import Geocoder

TYPED = "8 rue des penitents 44000 nantes"
LABEL = "8 Rue des Pénitents 44000 Nantes"


@pytest.fixture
def service(app: Flask) -> Iterator[Service]:
    """The national geocoder, set by the town."""
    with serving() as server:
        app.extensions["addresses"] = Geocoder(server.url, app.extensions["addresses"])
        yield server


@pytest.fixture
def contacts(app: Flask, client: CheckedClient, service: Service) -> TestResponse:
    """The step after an address that only the national geocoder knows, which answers no more."""
    page = answer(client, reach(client, "adresse"), address_query=TYPED)
    assert page.request.path.endswith("/contacts")
    service.status, service.asked = 503, []
    app.extensions["addresses"] = Geocoder(service.url, app.extensions["addresses"].index)  # another process
    return page


def test_a_service_that_answers_no_more_sends_nobody_back(
    client: CheckedClient, contacts: TestResponse, service: Service, db: Database
) -> None:
    for _look in range(4):
        assert client.get(contacts.request.path).status_code == 200
    page = answer(client, contacts, **CONTACTS)
    assert page.request.path.endswith("/identifiants")
    answer(client, page, password=PASSWORD, sans_image="1")
    assert service.asked == []
    row = dict(next(db.query("SELECT * FROM addresses")))
    assert (row["label"], row["ban_id"], row["source"]) == (LABEL, "44109_7777_00008", "api")


def test_the_step_is_seen_and_sent_again_as_it_was_accepted(
    client: CheckedClient, contacts: TestResponse, service: Service
) -> None:
    path = contacts.request.path.replace("contacts", "adresse")
    page = client.get(path)
    known = typed(form_of(read(page)))
    assert (known["address_query"], known["address_id"]) == ([LABEL], ["44109_7777_00008"])
    assert "Adresse reconnue" in page.text
    assert answer(client, page, apartment="4").request.path.endswith("/contacts")
    assert service.asked == []
    assert client.get(contacts.request.path).status_code == 200


def test_the_same_answer_sent_again_is_still_accepted(client: CheckedClient, contacts: TestResponse) -> None:
    path = contacts.request.path.replace("contacts", "adresse")
    for _click in range(3):
        assert client.post(path, data={"address_query": TYPED}).location == contacts.request.path


def test_another_text_is_another_address(client: CheckedClient, contacts: TestResponse, service: Service) -> None:
    path = contacts.request.path.replace("contacts", "adresse")
    page = submit(client, client.get(path), address_query="9 rue des penitents 44000 nantes")
    assert set(errors(page)) == {"address_query"}
    assert service.asked
    service.asked.clear()
    assert client.get(contacts.request.path).location == path
    assert service.asked == []


def test_a_browser_cannot_say_which_address_was_accepted(
    client: CheckedClient, contacts: TestResponse, db: Database
) -> None:
    kept = json.loads(db.execute("SELECT data FROM draft_answers WHERE step = 'adresse'").fetchone()[0])
    forged = json.loads(kept["found"][0]) | {"label": "zzzz", "id": "forged"}
    path = contacts.request.path.replace("contacts", "adresse")
    sent = {"address_query": "zzzz", "address_id": "forged", "found": json.dumps(forged)}
    assert client.post(path, data=sent).status_code == 422
    assert "found" not in json.loads(db.execute("SELECT data FROM draft_answers WHERE step = 'adresse'").fetchone()[0])


def test_an_address_kept_by_another_version_is_asked_again(
    client: CheckedClient, contacts: TestResponse, db: Database
) -> None:
    with db.conn:
        db.execute("""UPDATE draft_answers SET data = json_set(data, '$.found', json('["{\\"label\\": 1}"]'))
            WHERE step = 'adresse'""")
    assert client.get(contacts.request.path).location == contacts.request.path.replace("contacts", "adresse")


def test_what_is_known_of_the_address_is_no_personal_word(client: CheckedClient, contacts: TestResponse) -> None:
    page = answer(client, contacts, **CONTACTS)
    refused = submit(client, page, password="housenumber street postcode citycode", sans_image="1")
    assert "password" not in (errors(refused) if refused.status_code == 422 else {})
