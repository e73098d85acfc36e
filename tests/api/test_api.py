"""The API: a token each, read only, page after page, what changed since, and problems that programs read."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database
from werkzeug.test import TestResponse

from tests.exports.town import furnish
from tests.support.families import JEANNE, a_family, ask_more, decide, found, tick_both
from wizard import clock
from wizard.db import transaction
from wizard.models import Dossier, Permission
from wizard.services import consumers, retention, withdrawing
from wizard.stores import accounts, api_consumers, ledger, people

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
Call = Callable[..., TestResponse]


@pytest.fixture(autouse=True)
def moving() -> Any:
    """A Tuesday morning that only the test moves."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def token(app: Flask, db: Database) -> str:
    with app.app_context():
        return consumers.add(db, "Cantine")


@pytest.fixture
def call(client: FlaskClient, token: str) -> Call:
    """Ask the API something, as the consumer."""

    def ask(path: str, **parameters: object) -> TestResponse:
        headers = {"Authorization": f"Bearer {token}"}
        return client.get(f"/api/v1/{path}", query_string=parameters, headers=headers)

    return ask


@pytest.fixture
def dossier(db: Database) -> Dossier:
    dossier = a_family(db)
    decide(db, dossier.id)
    return found(db, dossier.id)


def items(call: Call, path: str, **parameters: object) -> list[dict[str, Any]]:
    """Return all the pages."""
    told: list[dict[str, Any]] = []
    cursor: dict[str, object] = {}
    while True:
        page = call(path, **parameters, **cursor).get_json()
        told += page["items"]
        if page["next_cursor"] is None:
            return told
        cursor = {"cursor": page["next_cursor"]}


def test_a_family_is_told_with_its_facts(db: Database, call: Call, dossier: Dossier) -> None:
    mother, child, contact = (line.person for line in dossier.lines)
    (family,) = items(call, "families")
    assert (family["children"], family["contacts"], family["departed"]) == ([child], [contact], False)
    assert family["address"]["city"] == "Oudon" and family["adults"][0]["mobile"] == "+33612345678"
    assert family["adults"][0]["links"] == [{"child": child, "link": "mother"}]
    (told,) = items(call, "children")
    assert (told["birthdate"], told["sex"]) == ("2019-09-03", None)
    assert told["homes"] == [{"family": dossier.household, "residence": "alternating", "main": True}]
    (told,) = items(call, "contacts")
    assert told["rights"] == [{"child": child, "may_collect": True, "emergency": False, "contested": []}]
    held = db.execute("SELECT password_hash, email, username FROM accounts").fetchone()
    assert not [one for one in held if one and str(one) in call("families").text]
    assert mother == family["adults"][0]["id"]


def test_nothing_that_is_only_asked_refused_or_withdrawn_is_told(
    app: Flask, db: Database, call: Call, dossier: Dossier
) -> None:
    a_family(db, name="Kervarrec")
    ask_more(db, dossier)
    for path in ("families", "children", "contacts"):
        assert "Dominique" not in call(path).text and "Ploumanac" not in call(path).text
    assert [right["emergency"] for right in items(call, "contacts")[0]["rights"]] == [False]
    refused = a_family(db, name="Trévidic")
    decide(db, refused.id, Jeanne="refused")
    assert len(items(call, "families")) == 2 and len(items(call, "contacts")) == 1
    tick_both(db)
    _withdraw(app, db, dossier, Permission.COLLECT)
    (told,) = items(call, "contacts")
    assert [(right["may_collect"], right["emergency"]) for right in told["rights"]] == [(False, True)]
    _withdraw(app, db, dossier, Permission.EMERGENCY)
    assert not items(call, "contacts")
    assert [family["contacts"] for family in items(call, "families")] == [[], []]


def _withdraw(app: Flask, db: Database, dossier: Dossier, what: Permission) -> None:
    _mother, child, contact = (line.person for line in dossier.lines)
    account = accounts.by_id(db, dossier.account)
    assert account
    with app.test_request_context():
        withdrawing.withdraw(db, account, contact, [(child, what)])


def test_pages_give_everyone_once(db: Database, call: Call) -> None:
    furnish(db, 60)
    for path, role in (("children", "child"), ("contacts", "contact")):
        query = "SELECT DISTINCT person FROM household_members WHERE role = ? ORDER BY person"
        known = [person for (person,) in db.execute(query, (role,)).fetchall()]
        assert [one["id"] for one in items(call, path, limit=7)] == known
    assert len(items(call, "families", limit=7)) == 60
    shared = {one["id"]: one["homes"] for one in items(call, "children") if len(one["homes"]) > 1}
    assert shared and all(sum(home["main"] for home in homes) == 1 for homes in shared.values())


CHANGES = [
    "UPDATE people SET mobile = '+33611111111' WHERE id = :mother",
    "UPDATE people SET given_name = 'Loïck' WHERE id = :child",
    "UPDATE addresses SET street = 'rue Neuve' WHERE person = :mother",
    "DELETE FROM addresses WHERE person = :mother",
    "INSERT INTO addresses (person, label, street, postcode, city, source, to_check)"
    " VALUES (:contact, 'x', 'x', '44521', 'Oudon', 'x', 0)",
    "INSERT INTO family_links VALUES (:contact, :mother, 'friend')",
    "UPDATE family_links SET link = 'other' WHERE adult = :mother",
    "DELETE FROM family_links WHERE adult = :contact",
    "UPDATE contact_rights SET emergency = 1 WHERE contact = :contact",
    "INSERT INTO contact_rights VALUES (:contact, :mother, 0, 1)",
    "DELETE FROM contact_rights WHERE contact = :contact",
    "UPDATE residences SET residence = 'here' WHERE child = :child",
    "INSERT INTO residences VALUES (:household, :contact, 'other')",
    "DELETE FROM residences WHERE child = :child",
    "DELETE FROM household_members WHERE person = :contact",
    "INSERT INTO household_members VALUES (:household, :someone, 'contact')",
    "UPDATE household_members SET role = 'co_representative' WHERE person = :contact",
    "INSERT INTO objections (household, against, contact, child, what, at)"
    " VALUES (:household, :household, :contact, :child, 'collect', '2026-11-24T09:00:00+00:00')",
    "UPDATE objections SET seen_at = NULL WHERE against = :household",
    "DELETE FROM objections WHERE against = :household",
    "UPDATE households SET enfance_key = '0042', key_origin = 'known' WHERE id = :household",
    "DELETE FROM households WHERE id = :household",
]


@pytest.mark.parametrize("change", CHANGES)
def test_each_fact_that_changes_is_told_to_whoever_asks_since(
    db: Database, call: Call, dossier: Dossier, moving: Any, change: str
) -> None:
    """Even when another consumer, or nobody, asked meanwhile."""
    mother, child, contact = (line.person for line in dossier.lines)
    someone = people.add_person(db, JEANNE, clock.now())
    db.execute(
        "INSERT INTO objections (household, against, contact, child, what, at) VALUES (?, ?, ?, ?, 'emergency', '')",
        (dossier.household, dossier.household, contact, child),
    )
    first = call("families").get_json()
    moving.shift(timedelta(hours=1))
    assert not items(call, "families", changed_since=clock.stamp(clock.now()))
    numbers = {"mother": mother, "child": child, "contact": contact, "household": dossier.household, "someone": someone}
    db.execute(change, {name: number for name, number in numbers.items() if f":{name}" in change})
    moving.shift(timedelta(hours=1))
    for _time in range(2):
        (told,) = items(call, "families", changed_since=first["read_at"])
        assert told["id"] == dossier.household and told["changed_at"] == clock.stamp(clock.now())
    moving.shift(timedelta(hours=1))
    assert not items(call, "families", changed_since=clock.stamp(clock.now()))


def test_a_family_erased_is_told_as_departed_and_its_numbers_are_nobody_else_s(
    app: Flask, db: Database, call: Call, dossier: Dossier
) -> None:
    since = call("families").get_json()["read_at"]
    account = accounts.by_id(db, dossier.account)
    assert account
    with app.app_context(), transaction(db):
        retention.erase(db, account, clock.now())
    assert [(one["id"], one["departed"]) for one in items(call, "families", changed_since=since)] == [
        (dossier.household, True)
    ]
    assert not items(call, "families") and not items(call, "children")
    again = a_family(db)
    assert again.household > dossier.household and again.lines[0].person > dossier.lines[2].person


def test_a_token_is_shown_once_kept_as_a_digest_and_revoked_at_once(
    app: Flask, db: Database, call: Call, token: str
) -> None:
    assert call("families").status_code == 200
    assert token not in str(db.execute("SELECT * FROM api_consumers").fetchall())
    with app.app_context():
        consumers.revoke(db, "cantine")
    refused = call("families")
    assert refused.status_code == 401 and refused.headers["WWW-Authenticate"].startswith("Bearer realm=")
    with app.app_context(), transaction(db):  # as a copy made before would be restored
        db.execute("UPDATE api_consumers SET revoked_at = NULL")
        assert consumers.revoke_again(db, ledger.read(ledger.beside(app.config["PORTAIL"].database)), clock.now()) == 1
    assert call("families").status_code == 401


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic Y2FudGluZTp4", "Bearer é", "Bearer x" * 9])
def test_without_a_good_token_nothing_is_answered(client: FlaskClient, token: str, header: str | None) -> None:
    response = client.get(f"/api/v1/families?token={token}", headers={"Authorization": header} if header else {})
    assert response.status_code == 401
    assert response.mimetype == "application/problem+json" and response.get_json(force=True)["status"] == 401


WRONG = {
    "inconnue": 404,
    "families?limit=0": 400,
    "families?limit=201": 400,
    "families?limit=dix": 400,
    "families?cursor=-1": 400,
    "families?cursor=99999999999999999999": 400,
    "families?changed_since=2026-11-24": 400,
    "families?changed_since=2026-11-24T09:00:00": 400,
    "families?changed_since=0001-01-01T00:00:00%2B14:00": 400,
    "families?limit=1&limit=2": 400,
    "families?token=x": 400,
}


def test_what_is_wrong_is_told_as_a_problem(client: FlaskClient, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    for path, status in WRONG.items():
        response = client.get(f"/api/v1/{path}", headers=headers)
        told = response.get_json(force=True)
        assert (response.status_code, response.mimetype) == (status, "application/problem+json"), path
        assert told.keys() == {"type", "title", "status", "detail"} and told["status"] == status
    for response, status in (
        (client.post("/api/v1/families", headers=headers), 405),
        (client.get("/api/v2/families", headers=headers), 404),
        (client.post("/api/v1/families", headers=headers | {"Sec-Fetch-Site": "cross-site"}), 403),
    ):
        assert (response.status_code, response.mimetype) == (status, "application/problem+json")


def test_it_opens_no_session_and_lets_no_page_in(client: FlaskClient, call: Call, dossier: Dossier) -> None:
    for response in (call("families"), call("inconnue"), client.get("/api/v1/openapi.json"), client.get("/api/v2")):
        headers = response.headers
        assert not {"Set-Cookie", "Access-Control-Allow-Origin"} & set(headers.keys())
        assert headers["X-Frame-Options"] == "DENY" and "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "no-store"


def test_each_call_is_written_down_without_anyone_s_data(db: Database, call: Call, dossier: Dossier) -> None:
    call("families", changed_since="2026-11-24T09:00:00Z")
    call("contacts")
    told = api_consumers.calls(db, START)
    assert [(one.consumer, one.resource, one.items) for one in told] == [
        ("Cantine", "families", 1),
        ("Cantine", "contacts", 1),
    ]
    (consumer,) = api_consumers.every(db)
    assert consumer.seen_at == START


def test_who_calls_too_often_waits(db: Database, client: FlaskClient, call: Call) -> None:
    answers = [call("families") for _time in range(125)]
    assert [one.status_code for one in answers[:120]] == [200] * 120
    assert answers[-1].status_code == 429 and int(answers[-1].headers["Retry-After"]) > 0
    assert answers[-1].mimetype == "application/problem+json"
    wrong = [client.get("/api/v1/families", headers={"Authorization": f"Bearer {time}"}) for time in range(35)]
    assert [one.status_code for one in wrong].count(401) == 30 and wrong[-1].status_code == 429
