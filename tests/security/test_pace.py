"""How often pages are sent: people never meet these limits, and past them nothing is kept, drawn, judged or lost."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database
from werkzeug.test import TestResponse

from tests.security.actors import a_link, a_parent, a_receipt, a_signup, an_entourage, loaded, right_icon
from tests.support.client import HTMX, CheckedClient, errors, form_of, read, submit, typed
from tests.support.walk import CHILD, IDENTITY, PASSWORD, sign_in
from wizard import clock, create_app
from wizard.db import transaction
from wizard.models import DraftKind
from wizard.services import pace, retention
from wizard.stores import drafts
from wizard.web import password_strength

HERE, ELSEWHERE = "203.0.113.7", "198.51.100.4"
USERNAME = {"username": "nouvelle@exemple.fr"}


def send(client: CheckedClient, path: str, address: str = HERE, **values: Any) -> TestResponse:
    return client.post(path, data=values, environ_base={"REMOTE_ADDR": address})


def rows(db: Database) -> list[Any]:
    tables = ("limits", "drafts", "draft_answers", "draft_posts", "outbox", "dossiers")
    return [db.execute(f"SELECT * FROM {table}").fetchall() for table in tables]


def test_a_draft_is_sent_two_hundred_and_forty_times_an_hour(client: CheckedClient, db: Database) -> None:
    token, other = a_signup(db), a_signup(db)
    path = f"/inscription/{token}/identite"
    statuses = [send(client, path, **IDENTITY).status_code for _time in range(240)]
    assert set(statuses) == {303}
    before = rows(db)
    refused = send(client, path, **IDENTITY | {"given_name": "Dominique"})
    assert refused.status_code == 429 and rows(db) == before, "a refusal writes nothing"
    assert send(client, path, ELSEWHERE, **IDENTITY).status_code == 429
    assert send(client, f"/inscription/{other}/identite", **IDENTITY).status_code == 303
    with time_machine.travel(clock.now() + timedelta(minutes=1), tick=False):
        assert send(client, path, **IDENTITY).status_code == 303


@pytest.fixture
def one_post(monkeypatch: pytest.MonkeyPatch) -> None:
    """A draft that may be sent to once."""
    monkeypatch.setattr(pace, "_POSTS_OF_A_DRAFT", 1)


@pytest.mark.usefixtures("one_post")
def test_a_refusal_says_how_long_to_wait_and_loses_nothing(client: CheckedClient, db: Database) -> None:
    path = f"/inscription/{a_signup(db)}/identite"
    send(client, path, **IDENTITY)
    refused = send(client, path, **IDENTITY | {"given_name": "Zoé"})
    assert refused.status_code == 429 and 3500 < int(refused.headers["Retry-After"]) <= 3600
    assert "Attendez 60 min" in refused.text
    again = form_of(read(refused))
    assert again["action"] == path and typed(again) == {name: [value] for name, value in IDENTITY.items()} | {
        "given_name": ["Zoé"]
    }
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
        assert send(client, path, **typed(again)).status_code == 303
        assert read(client.get(path)).select_one("[name=given_name]")["value"] == "Zoé"  # type: ignore[index]


@pytest.mark.usefixtures("one_post")
def test_with_scripts_the_page_stays_and_the_wait_is_said_under_it(client: CheckedClient, db: Database) -> None:
    path = f"/inscription/{a_signup(db)}/identite"
    send(client, path, **IDENTITY)
    refused = client.post(path, data=IDENTITY, headers=HTMX)
    assert refused.status_code == 429, "a status that HTMX does not swap"
    assert "Attendez" in read(refused).select_one("h1 + p").text and not read(refused).form  # type: ignore[union-attr]


@pytest.mark.usefixtures("one_post")
def test_a_password_is_asked_again_and_never_written_in_the_page(client: CheckedClient, db: Database) -> None:
    path = f"/inscription/{a_signup(db)}/identifiants"
    send(client, path)
    refused = send(client, path, **USERNAME, password=PASSWORD)
    assert refused.status_code == 429 and PASSWORD not in refused.text
    assert typed(form_of(read(refused))) == {"username": ["nouvelle@exemple.fr"], "password": [""]}


@pytest.mark.usefixtures("one_post")
@pytest.mark.parametrize(
    "tail",
    [
        "/etape-1",
        "/etape-2",
        "/etape-1/membre",
        "/etape-1/contact",
        "/etape-1/membre/0a1b2c3d",
        "/etape-1/membre/0a1b2c3d/retirer",
        "/etape-1/membre/0a1b2c3d/remettre",
    ],
)
def test_every_page_of_an_entourage_is_limited(
    client: CheckedClient, db: Database, password_hash: str, tail: str
) -> None:
    token = an_entourage(db, a_parent(db, "Le Goff", password_hash).account.id)
    send(client, f"/entourage/{token}/etape-1")
    assert send(client, f"/entourage/{token}{tail}").status_code == 429


@pytest.mark.usefixtures("one_post")
@pytest.mark.parametrize("slug", ["identite", "adresse", "contacts", "identifiants", "plus-tard"])
def test_every_page_of_a_sign_up_is_limited(client: CheckedClient, db: Database, slug: str) -> None:
    token = a_signup(db)
    send(client, f"/inscription/{token}/identite")
    assert send(client, f"/inscription/{token}/{slug}").status_code == 429


@pytest.mark.usefixtures("one_post")
def test_the_confirmation_is_limited_whatever_its_button(
    client: CheckedClient, db: Database, password_hash: str
) -> None:
    token = a_receipt(db, DraftKind.SIGNUP, a_parent(db, "Le Goff", password_hash).account.id, None)
    path = f"/inscription/{token}/confirmation"
    assert send(client, path, code="000000").status_code != 429
    for values in ({"code": "000000"}, {"renvoyer": "1"}, {"corriger": "1", "email": "x@exemple.fr"}):
        assert send(client, path, **values).status_code == 429


def test_a_made_up_address_leaves_no_row_of_its_own(client: CheckedClient, db: Database) -> None:
    for number in range(20):
        assert send(client, f"/inscription/{number:043}/identite", **IDENTITY).status_code == 410
    assert db.execute("SELECT count(*) FROM limits").fetchone() == (1,)


def test_a_network_sends_so_many_pages_a_minute_whatever_their_drafts(
    client: CheckedClient, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "_POSTS_A_MINUTE", 6)
    with time_machine.travel(clock.now(), tick=False):
        paths = [f"/inscription/{a_signup(db)}/identite" for _draft in range(7)]
        assert [send(client, path, **IDENTITY).status_code for path in paths] == [303] * 6 + [429]
        assert send(client, paths[0], ELSEWHERE, **IDENTITY).status_code == 303
    with time_machine.travel(clock.now() + timedelta(minutes=1), tick=False):
        assert send(client, paths[0], **IDENTITY).status_code == 303


@pytest.mark.parametrize(("width", "allowed"), [(64, 3), (56, 6), (48, 12)])
def test_the_networks_around_an_ipv6_one_are_counted_too(
    client: CheckedClient, db: Database, monkeypatch: pytest.MonkeyPatch, width: int, allowed: int
) -> None:
    """One customer of a provider has 256 networks of 64 bits, or 65,536: each is not a stranger to the others."""
    monkeypatch.setattr(pace, "_DRAFTS_AN_HOUR", 3)
    hosts = {64: "2001:db8:1:1::{:x}", 56: "2001:db8:1:{:x}::1", 48: "2001:db8:1:{:02x}00::1"}
    statuses = [
        send(client, "/inscription", hosts[width].format(number)).status_code for number in range(1, allowed + 5)
    ]
    assert statuses == [303] * allowed + [429] * 4
    assert send(client, "/inscription", "2001:db8:2:1::1").status_code == 303


def test_the_town_hall_s_own_network_has_no_limit(
    instance: Path, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "_POSTS_A_MINUTE", 1)
    monkeypatch.setattr(pace, "_DRAFTS_AN_HOUR", 1)
    town = create_app({"PORTAIL_INSTANCE": instance, "PORTAIL_TRUSTED_NETWORKS": "203.0.113.0/24"}).test_client()
    assert [town.post("/inscription", environ_base={"REMOTE_ADDR": HERE}).status_code for _time in range(4)] == [
        303
    ] * 4


def test_another_image_is_drawn_ten_times_a_quarter_of_an_hour(app: Flask, client: CheckedClient, db: Database) -> None:
    token = a_signup(db)
    path = f"/inscription/{token}/identifiants"
    statuses = [send(client, path, **USERNAME, autre_image="1").status_code for _time in range(12)]
    assert statuses == [303] * 10 + [429] * 2
    assert loaded(db, token).revision == 10, "the board on the page is still good"
    with time_machine.travel(clock.now() + timedelta(seconds=5), tick=False):
        send(client, path, **USERNAME, password="court", **right_icon(app, db, token))
    assert loaded(db, token).human_at
    assert send(client, f"/inscription/{a_signup(db)}/identifiants", autre_image="1").status_code == 303
    with time_machine.travel(clock.now() + timedelta(seconds=91), tick=False):
        assert send(client, path, **USERNAME, autre_image="1").status_code == 303, "one more every ninety seconds"


def test_past_the_limit_of_the_check_nothing_is_drawn_nor_judged(
    app: Flask, client: CheckedClient, db: Database
) -> None:
    token = a_signup(db)
    path = f"/inscription/{token}/identifiants"
    pages = [send(client, path, **USERNAME, password="Martin", security_icon="0", shown="0") for _time in range(6)]
    assert [page.status_code for page in pages] == [422] * 5 + [429]
    assert {"password", "security_icon"} == set(errors(pages[4])) and read(pages[4]).select(".board img")
    assert {"security_icon"} == set(errors(pages[5])) and not read(pages[5]).select(".board img")
    assert read(pages[5]).select("[name=sans_image]"), "the other way is still there"
    assert "réussi" not in pages[5].text
    assert typed(form_of(read(pages[5])))["username"] == ["nouvelle@exemple.fr"]


def test_a_draft_weighs_no_more_than_ten_large_families(
    client: CheckedClient, db: Database, password_hash: str
) -> None:
    token = an_entourage(db, a_parent(db, "Le Goff", password_hash).account.id)
    fat = {
        "birth_name": "𐐀" * 80,
        "usage_name": "𐐀" * 80,
        "given_name": "𐐀" * 80,
        "mobile": "06 12 34 56 78",
        "email": f"{'a' * 60}@{'b' * 60}.{'c' * 60}.fr",
        "same_address": "no",
        "link_0a1b2c3d": "father",
        "someone_else": " ".join(["𐐀" * 80] * 2),
    }
    path = f"/entourage/{token}/etape-1/co-representant"
    pages = [send(client, path, **fat, entry=f"{number:08x}") for number in range(60)]
    (stored,) = db.execute("SELECT sum(length(CAST(data AS BLOB))) FROM draft_answers").fetchone()
    assert stored <= 48 * 1024 and pages[0].status_code == 303
    assert "est plein" in errors(pages[-1])["birth_name"]
    for number in range(60):  # removed and put back, or corrected by what is as heavy, it stays within the same
        send(client, f"{path}/{number:08x}/retirer")
        send(client, path, **fat, entry=f"{number + 100:08x}")
    (stored,) = db.execute("SELECT sum(length(CAST(data AS BLOB))) FROM draft_answers").fetchone()
    assert stored <= 48 * 1024 + 2048


def test_forty_people_of_a_large_family_fit_in_a_draft(client: CheckedClient, db: Database, password_hash: str) -> None:
    token = an_entourage(db, a_parent(db, "Le Goff", password_hash).account.id)
    path = f"/entourage/{token}/etape-1"
    pages = [
        send(client, f"{path}/membre", **CHILD | {"given_name": f"Anne-Marguerite {'a' * n}"}, entry=f"{n:08x}")
        for n in range(1, 41)
    ]
    assert [page.status_code for page in pages] == [303] * 39 + [422]
    assert "est plein" in errors(pages[-1])["birth_name"]


def test_the_pages_sent_leave_few_rows_whatever_they_say_they_are(
    client: CheckedClient, db: Database, password_hash: str
) -> None:
    token = an_entourage(db, a_parent(db, "Le Goff", password_hash).account.id)
    path = f"/entourage/{token}/etape-1/membre"
    for number in range(1, 110):
        beyond = str(1_000_000 + number)
        never_was = ("-7", beyond, "0", beyond)[number % 4]
        send(client, path, **CHILD, entry=f"{number:08x}", revision=never_was)
        send(client, f"{path}/{number:08x}/retirer")
    assert db.execute("SELECT count(*) FROM draft_posts").fetchone()[0] <= drafts.REMEMBERED + 1


def test_an_account_deposits_five_dossiers_an_hour_and_keeps_the_sixth(
    client: CheckedClient, db: Database, password_hash: str
) -> None:
    account = a_parent(db, "Le Goff", password_hash).account.id
    db.execute("DELETE FROM dossiers")
    with time_machine.travel(clock.now(), tick=False):
        for _dossier in range(5):
            assert deposit(client, an_entourage(db, account)).status_code == 303
        token = an_entourage(db, account)
        refused = deposit(client, token)
        assert refused.status_code == 429 and "plusieurs dossiers" in refused.text and "12 min" in refused.text
        assert deposit(client, an_entourage(db, account), ELSEWHERE).status_code == 429
        assert asked(db) == 5
        assert db.execute("SELECT count(*) FROM outbox").fetchone() == (5,)
        assert loaded(db, token, DraftKind.ENTOURAGE).answers["membre:0a1b2c3d"]
        assert client.post(f"/entourage/{token}/etape-2", headers=HTMX).status_code == 422, "HTMX swaps it"
    with time_machine.travel(clock.now() + timedelta(minutes=13), tick=False):
        assert deposit(client, token).status_code == 303
        assert asked(db) == 6


def asked(db: Database) -> int:
    """Count the children asked about, all in one dossier."""
    assert db.execute("SELECT count(*) FROM dossiers").fetchone() == (1,)
    return int(db.execute("SELECT count(*) FROM dossier_people WHERE role = 'child'").fetchone()[0])


def deposit(client: CheckedClient, token: str, address: str = HERE) -> TestResponse:
    return send(client, f"/entourage/{token}/etape-2", address)


def test_an_account_deposits_fifteen_dossiers_a_day(client: CheckedClient, db: Database, password_hash: str) -> None:
    account, now, done = a_parent(db, "Le Goff", password_hash).account.id, clock.now(), 0
    for hour in range(12):
        with time_machine.travel(now + timedelta(hours=hour), tick=False):
            tokens = [an_entourage(db, account) for _dossier in range(5)]
            done += sum(deposit(client, token).status_code == 303 for token in tokens)
    assert done == 21, "and what eleven hours give back"


def test_an_account_s_draft_is_opened_thirty_times_an_hour(
    client: CheckedClient, db: Database, password_hash: str
) -> None:
    email = a_parent(db, "Le Goff", password_hash).account.email
    sign_in(client, email)
    statuses = [send(client, "/entourage").status_code for _time in range(32)]
    assert statuses == [303] * 30 + [429] * 2
    assert db.execute("SELECT count(*) FROM draft_tokens").fetchone() == (30,)
    with time_machine.travel(clock.now() + timedelta(seconds=121), tick=False):
        assert send(client, "/entourage").status_code == 303, "one more every two minutes"


def test_new_passwords_are_judged_ninety_times_a_minute_whatever_page_asks(
    app: Flask, client: CheckedClient, db: Database, password_hash: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one types, by a link, and in one's own pages: each judgement costs some milliseconds."""
    monkeypatch.setattr(password_strength, "_A_MINUTE", 3)
    account = a_parent(db, "Le Goff", password_hash).account
    sign_in(client, account.email)
    link = a_link(app, db, "password", account.id)
    own = "/espace/donnees/mot-de-passe"
    with time_machine.travel(clock.now(), tick=False):
        for page, name in ((f"/mot-de-passe/{link}", "password"), (own, "new_password"), (own, "new_password")):
            form = {"password": PASSWORD, name: "trop-court"}
            assert submit(client, client.get(page), **form).status_code == 422
        for page, name in ((f"/mot-de-passe/{link}", "password"), (own, "new_password")):
            refused = submit(client, client.get(page), **{"password": PASSWORD, name: "jeudi-tarte-velo-lampe"})
            assert refused.status_code == 429 and "jeudi-tarte" not in refused.text
        assert send(client, f"/inscription/{a_signup(db)}/force", "127.0.0.1", password="x").status_code == 429
    with time_machine.travel(clock.now() + timedelta(minutes=1), tick=False):
        done = submit(client, client.get(f"/mot-de-passe/{link}"), password="jeudi-tarte-velo-lampe")
        assert done.status_code == 200


def test_what_was_counted_for_an_account_does_not_keep_the_next_one_waiting(
    app: Flask, db: Database, password_hash: str
) -> None:
    numbers = set()
    for name in ("Le Goff", "Le Gall"):
        account = a_parent(db, name, password_hash).account
        numbers.add(account.id)
        with app.app_context(), transaction(db):
            retention.erase(db, account, clock.now())
    assert len(numbers) == 2
