"""Proving an address: by the link of the mail, once, whoever else follows it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database
from werkzeug.test import TestResponse

from tests.support.client import CheckedClient, errors, follow, form_of, read, submit, typed
from tests.support.walk import EMAIL, PASSWORD, code_of, link_of, sign_in, sign_up
from wizard import clock
from wizard.db import close_connections
from wizard.stores import accounts


def mails(db: Database, name: str = "activation") -> list[str]:
    return [
        body for (body,) in db.execute("SELECT unsealed(body_text) FROM outbox WHERE name = ? ORDER BY id", (name,))
    ]


def link(db: Database) -> str:
    """Return the path of the last activation mail's link."""
    return link_of(mails(db)[-1], "/activation")


def is_active(db: Database, account: int = 1) -> bool:
    found = accounts.by_id(db, account)
    return found is not None and found.activated_at is not None


def activate(client: CheckedClient, path: str, password: str = PASSWORD) -> TestResponse:
    """Follow a link and give a password."""
    return client.post(path, data={"password": password})


def test_looking_at_the_link_changes_nothing_and_the_password_activates_and_signs_in(
    app: Flask, client: CheckedClient, db: Database
) -> None:
    sign_up(client)
    path, phone = link(db), app.test_client()
    for _look in range(5):
        assert phone.get(path).status_code == phone.head(path).status_code == 200
    page = phone.get(path)
    assert typed(form_of(read(page)))["username"] == [EMAIL]
    assert not is_active(db)
    welcome = follow(phone, submit(phone, page, password=PASSWORD))
    assert "Votre espace est activé" in welcome.text and "Nouvelles personnes" in welcome.text and is_active(db)
    assert phone.get("/espace").status_code == 200


@pytest.mark.parametrize("password", [None, "", "pas celui-là du tout", "x" * 5000])
def test_a_button_pressed_by_anyone_else_changes_nothing(
    app: Flask, client: CheckedClient, db: Database, password: str | None
) -> None:
    """A mail scanner, or the owner of a mailbox with which a stranger signed up."""
    sign_up(client)
    scanner = app.test_client()
    answered = scanner.post(link(db), data={} if password is None else {"password": password})
    assert answered.status_code == 422 and not is_active(db)
    assert scanner.get("/espace").status_code == 303
    assert activate(client, link(db)).status_code == 303 and is_active(db)


def test_of_a_stranger_s_sign_up_with_one_s_address_nobody_opens_anything(
    app: Flask, client: CheckedClient, db: Database
) -> None:
    stranger, secret = app.test_client(), "tortue valise orage 4"
    sign_up(stranger, password=secret)
    theirs = link(db)
    mine_page = sign_up(client)
    mine, code = link(db), code_of(mails(db)[-1])
    assert activate(client, theirs).status_code == 422  # her own password does not open what he wrote
    assert "Ce n'est pas le code" in errors(submit(client, mine_page, code=code_of(mails(db)[0])))["code"]
    assert (is_active(db, 1), is_active(db, 2)) == (False, False)
    assert activate(client, mine).status_code == 303
    assert (is_active(db, 1), is_active(db, 2)) == (False, True)
    assert activate(stranger, theirs, secret).status_code == 409 and not is_active(db, 1)
    assert code != code_of(mails(db)[0])


def test_the_password_of_a_link_is_not_guessed(app: Flask, client: CheckedClient, db: Database) -> None:
    sign_up(client)
    path = link(db)
    statuses = [activate(app.test_client(), path, f"ce n'est pas {number}").status_code for number in range(8)]
    assert statuses[:4] == [422] * 4 and statuses[-1] == 429
    assert activate(client, path).status_code == 429 and not is_active(db)


def test_twenty_clicks_at_once_activate_once(app: Flask, client: CheckedClient, db: Database) -> None:
    sign_up(client)
    path = link(db)

    def click(_: int) -> tuple[int, str]:
        answered = app.test_client().post(path, data={"password": PASSWORD})
        close_connections()
        return answered.status_code, answered.text

    with ThreadPoolExecutor(20) as pool:
        pages = list(pool.map(click, range(20)))
    assert sum(status == 303 for status, _page in pages) == 1
    assert sum(status in {200, 429} for status, _page in pages) == 19


def test_a_link_of_two_days_ago_offers_another(client: CheckedClient, db: Database) -> None:
    sign_up(client)
    with time_machine.travel(clock.now() + timedelta(hours=48, seconds=1), tick=False):
        expired = client.get(link(db))
        assert expired.status_code == activate(client, link(db)).status_code == 410
        assert "vient de partir" in submit(client, expired).text
        assert activate(client, link(db)).status_code == 303


def test_a_newer_mail_voids_the_link_before(client: CheckedClient, db: Database) -> None:
    page = sign_up(client)
    first = link(db)
    client.post(page.request.path, data={"renvoyer": "1"})
    assert link(db) != first
    assert activate(client, first).status_code == 410
    assert not is_active(db)


def test_an_older_link_of_an_active_account_says_so_and_sends_nothing(client: CheckedClient, db: Database) -> None:
    page = sign_up(client)
    first = link(db)
    client.post(page.request.path, data={"renvoyer": "1"})
    activate(client, link(db))
    sent = len(mails(db))
    for answer in (client.get(first), client.post(first), client.post(f"{first}/renvoi")):
        assert answer.status_code == 200 and "déjà activé" in answer.text and "vient de partir" not in answer.text
    again = client.post(page.request.path, data={"renvoyer": "1"})
    assert "Votre espace est activé" in again.text and "vient de partir" not in again.text
    assert len(mails(db)) == sent


def test_a_made_up_link_is_told_the_same_by_each_button(client: CheckedClient, db: Database) -> None:
    pages = {client.post(f"/activation/{'A' * 43}{tail}").text for tail in ("", "/renvoi")}
    assert len(pages) == 1 and "Ce lien ne sert plus" in pages.pop()
    assert mails(db) == []


def test_a_made_up_link_says_so(client: CheckedClient) -> None:
    for token in ("x", "é", "A" * 43, "%00"):
        assert client.get(f"/activation/{token}").status_code == 404
        assert client.post(f"/activation/{token}").status_code == 404
        assert client.post(f"/activation/{token}/renvoi").status_code == 404


def test_of_two_sign_ups_with_one_address_the_first_proved_holds_it(
    app: Flask, client: CheckedClient, db: Database
) -> None:
    sign_up(client)
    first = link(db)
    sign_up(app.test_client(), password="tortue valise orage 4")
    second = link(db)
    assert activate(client, first).status_code == 303
    outrun = activate(client, second, "tortue valise orage 4")
    assert outrun.status_code == 409 and "Un autre espace existe déjà" in outrun.text
    assert client.get(second).status_code == 409
    assert not is_active(db, 2)


def test_past_its_share_of_an_address_a_network_is_told_that_no_mail_left(
    app: Flask, client: CheckedClient, db: Database
) -> None:
    pages = [sign_up(app.test_client()) for _sign_up in range(5)]
    assert ["vient de partir" in page.text for page in pages] == [True] * 4 + [False]
    assert "le vôtre n'est pas parti" in pages[4].text
    assert len(mails(db)) == 4


def test_resending_waits_a_minute_then_a_quarter_of_an_hour(client: CheckedClient, db: Database) -> None:
    path = sign_up(client).request.path
    with time_machine.travel(clock.now(), tick=False) as hand:
        statuses = []
        for _time in range(5):
            statuses.append(client.post(path, data={"renvoyer": "1"}).status_code)
            statuses.append(client.post(path, data={"renvoyer": "1"}).status_code)
            hand.shift(timedelta(minutes=1, seconds=1))
        assert statuses == [200, 429] * 3 + [429] * 4
        assert len(mails(db)) == 1 + 3
        hand.shift(timedelta(minutes=15))
        assert client.post(path, data={"renvoyer": "1"}).status_code == 200


def test_five_wrong_codes_end_the_code_and_the_link_still_serves(client: CheckedClient, db: Database) -> None:
    page = sign_up(client)
    code = db.execute("SELECT unsealed(body_text) FROM outbox").fetchone()[0]
    right = next(word for word in code.split() if word.isdigit() and len(word) == 6)
    wrong = "000000" if right != "000000" else "111111"
    assert "Saisissez le code" in errors(submit(client, page, code=" "))["code"]
    told = [errors(submit(client, page, code=wrong))["code"] for _try in range(5)]
    assert all("Ce n'est pas le code" in sentence for sentence in told[:4]) and "Trop d'essais" in told[4]
    refused = submit(client, page, code=right)
    assert refused.status_code == 422 and "Trop d'essais avec ce code" in errors(refused)["code"]
    with time_machine.travel(clock.now() + timedelta(minutes=2), tick=False):
        client.post(page.request.path, data={"renvoyer": "1"})
        assert "Ce n'est pas le code" in errors(submit(client, page, code=right))["code"]
    assert activate(client, link(db)).status_code == 303


def test_whoever_proves_the_password_of_a_waiting_account_gets_another_mail(
    app: Flask, client: CheckedClient, db: Database
) -> None:
    sign_up(client)
    assert not read(sign_in(client, password="pas le bon")).select("[name=renvoyer]")
    refused = sign_in(client)
    form = read(refused).select_one("form:has([name=renvoyer])")
    assert refused.status_code == 422 and form is not None
    token = form.select_one("[name=csrf_token]")
    assert token is not None
    sent = client.post(str(form["action"]), data={"csrf_token": token["value"], "renvoyer": "1"})
    assert "vient de partir" in sent.text and len(mails(db)) == 2
    assert activate(app.test_client(), link(db)).status_code == 303
    late = client.post(str(form["action"]), data={"csrf_token": token["value"], "renvoyer": "1"})
    assert "déjà activé" in late.text and "vient de partir" not in late.text and len(mails(db)) == 2


def test_nobody_else_has_a_mail_sent_from_the_sign_in_page(app: Flask, client: CheckedClient, db: Database) -> None:
    sign_up(client)
    stranger = app.test_client()
    token = read(stranger.get("/connexion")).select_one("[name=csrf_token]")
    assert token is not None
    answered = stranger.post("/connexion", data={"csrf_token": token["value"], "renvoyer": "1"})
    assert answered.location == "/connexion"
    assert len(mails(db)) == 1
