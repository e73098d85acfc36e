"""Lost access: the same answer for everyone, one use, every session ended."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database

from tests.support.client import CheckedClient, errors, form_of, read, submit
from tests.support.client import typed as sent
from tests.support.walk import EMAIL, PASSWORD, link_of, sign_in, sign_up
from wizard import clock
from wizard.hashing import keyed_hash

NEW = "brouette lampe cerisier 4"


def last_mail(db: Database) -> tuple[str, str, str]:
    row = db.execute("SELECT name, recipient, unsealed(body_text) FROM outbox ORDER BY id DESC LIMIT 1").fetchone()
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
    assert sign_in(parent).status_code == 422
    assert sign_in(parent, password=NEW).status_code == 303
    assert parent.get(path).status_code == 410


def test_who_has_another_password_is_made_to_wait_by_no_failure_before(
    app: Flask, parent: CheckedClient, db: Database
) -> None:
    for _time in range(7):
        wrong = sign_in(parent, password="pas le bon 44521")
    assert wrong.status_code == 429
    with app.app_context():
        own = f"signin {keyed_hash(EMAIL)}%"
    counts = "SELECT count(*) FROM limits WHERE bucket LIKE ?"
    assert db.execute(counts, (own,)).fetchone() == (2,), "in all, and from this network"
    ask(parent)
    submit(parent, parent.get(link_of(last_mail(db)[2], "/mot-de-passe")), password=NEW)
    assert db.execute(counts, (own,)).fetchone() == (0,)
    assert sign_in(parent, password=NEW).status_code == 303


def test_the_page_is_the_same_for_an_unknown_address(parent: CheckedClient, db: Database) -> None:
    assert ask(parent) == ask(parent, "inconnue@exemple.fr")
    assert last_mail(db)[:2] == ("no_account", "inconnue@exemple.fr")


def test_past_its_share_a_network_is_told_when_to_ask_again_and_no_mail_leaves(
    parent: CheckedClient, db: Database
) -> None:
    """Known or not, an address is told the same."""
    for email in (EMAIL, "inconnue@exemple.fr"):
        pages = [submit(parent, parent.get("/acces-oublie"), email=email) for _time in range(6)]
        assert [page.status_code for page in pages] == [200] * 4 + [429] * 2
        assert all("vient de partir" in page.text for page in pages[:4])
        assert all(
            "Aucun courriel n'est parti" in page.text and "vient de partir" not in page.text for page in pages[4:]
        )
        assert re.search(r"Redemandez-en un vers \d+ h \d\d", pages[5].text)
    assert db.execute("SELECT name, count(*) FROM outbox WHERE name <> 'activation' GROUP BY name").fetchall() == [
        ("lost_access", 4), ("no_account", 4),
    ]  # fmt: skip


def test_a_link_asked_for_before_still_serves_until_one_did(parent: CheckedClient, db: Database) -> None:
    ask(parent)
    first = link_of(last_mail(db)[2], "/mot-de-passe")
    ask(parent)
    second = link_of(last_mail(db)[2], "/mot-de-passe")
    assert parent.get(first).status_code == parent.get(second).status_code == 200
    with time_machine.travel(clock.now() + timedelta(minutes=31), tick=False):
        assert parent.get(first).status_code == parent.get(second).status_code == 410
    assert submit(parent, parent.get(first), password="tortue valise orage 4").status_code == 200
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
    sign_in(parent)
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
        sign_in(device)
        assert device.get("/espace").status_code == 200
    ask(phone)
    submit(phone, phone.get(link_of(last_mail(db)[2], "/mot-de-passe")), password=NEW)
    for device in (phone, computer):
        assert device.get("/espace").status_code == 303


def test_whoever_chose_another_password_has_no_more_to_wait(parent: CheckedClient, db: Database) -> None:
    with time_machine.travel(clock.now(), tick=False):
        for _try in range(5):
            refused = sign_in(parent, password="je ne sais plus")
        assert refused.status_code == 429
        ask(parent)
        submit(parent, parent.get(link_of(last_mail(db)[2], "/mot-de-passe")), password=NEW)
        assert sign_in(parent, password=NEW).status_code == 303


def test_an_account_that_waits_is_told_like_none_and_its_own_mail_still_serves(
    app: Flask, client: CheckedClient, db: Database
) -> None:
    """It may be a stranger's; and a stranger may ask."""
    sign_up(client)
    first = link_of(last_mail(db)[2], "/activation")
    ask(app.test_client())
    assert last_mail(db)[0] == "no_account"
    assert client.post(first, data={"password": PASSWORD}).status_code == 303
