"""The waiting page, and coming back to a sign-up by mail."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database
from werkzeug.test import TestResponse

from tests.support.client import HTMX, CheckedClient, errors, follow, form_of, read, submit, typed
from tests.support.walk import CONTACTS, EMAIL, PASSWORD, answer, code_of, link_of, reach, sign_in, sign_up
from wizard import clock
from wizard.db import transaction
from wizard.stores import accounts


def looks(client: CheckedClient, page_path: str) -> list[float]:
    """Follow the waiting page's polling to its end, and return the pauses it asks for."""
    pauses = []
    fragment = client.get(page_path)
    while tag := read(fragment).select_one("[hx-trigger^=load]"):
        pauses.append(float(re.search(r"delay:(\d+)s", str(tag["hx-trigger"]))[1]))  # type: ignore[index]
        fragment = client.get(str(tag["hx-get"]), headers=HTMX)
    return pauses


def test_the_waiting_page_asks_less_and_less_often_then_stops(client: CheckedClient) -> None:
    pauses = looks(client, sign_up(client).request.path)
    assert pauses == sorted(pauses)
    assert 10 < len(pauses) < 30
    assert pauses[0] <= 5 <= 60 <= pauses[-1]


def test_the_waiting_page_moves_on_when_the_link_was_opened_elsewhere(client: CheckedClient, db: Database) -> None:
    page = sign_up(client)
    poll = str(read(page).select_one("[hx-trigger^=load]")["hx-get"])
    with transaction(db):
        accounts.activate(db, 1, clock.now())
    moved = client.get(poll, headers=HTMX)
    assert "Votre espace est activé" in moved.text
    assert moved.headers["HX-Retarget"] == "#main"
    assert "Espace activé" in str(read(client.get(page.request.path)).title)


@pytest.mark.parametrize("look", ["-1", "99", "x", "٣"])
def test_no_look_breaks_the_waiting_page(client: CheckedClient, look: str) -> None:
    path = sign_up(client).request.path
    assert client.get(f"{path}/attente?n={look}", headers=HTMX).status_code == 200


def test_a_link_by_mail_finishes_a_sign_up_on_another_device_once(
    app: Flask, client: CheckedClient, db: Database
) -> None:
    page = reach(client, "contacts")
    later = client.get(page.request.path.replace("/contacts", "/plus-tard"))
    sent = submit(client, later, email="camille.martin@exemple.fr")
    assert "Le lien est parti" in sent.text
    assert read(sent).select_one(f"main a[href='{page.request.path}']")
    (body,) = db.execute("SELECT unsealed(body_text) FROM outbox WHERE name = 'resume'").fetchone()
    link = link_of(body, "/inscription/reprendre")
    phone = app.test_client()
    for _look in range(3):
        assert phone.get(link).status_code == 200
    resumed = follow(phone, submit(phone, phone.get(link)))
    assert resumed.request.path.endswith("/contacts")
    used = phone.get(link)
    assert used.status_code == phone.post(link).status_code == 410
    assert "Ce lien ne sert plus" in used.text and read(used).select_one("main a[href='/inscription']")
    identity = phone.get(resumed.request.path.replace("contacts", "identite"))
    assert typed(form_of(read(identity)))["birth_name"] == ["Martin"]


def test_a_sign_up_resumed_by_mail_is_none_of_who_began_it(app: Flask, client: CheckedClient, db: Database) -> None:
    page, other = reach(client, "contacts"), app.test_client()
    begun = page.request.path
    submit(client, client.get(begun.replace("/contacts", "/plus-tard")), email="camille.martin@exemple.fr")
    (body,) = db.execute("SELECT unsealed(body_text) FROM outbox WHERE name = 'resume'").fetchone()
    assert client.get(begun).status_code == 200
    resumed = follow(other, submit(other, other.get(link_of(body, "/inscription/reprendre"))))
    assert client.get(begun).status_code == client.post(begun, data=CONTACTS).status_code == 410
    assert "Camille" not in client.get("/inscription").text
    done = answer(other, answer(other, resumed, **CONTACTS), password=PASSWORD, sans_image="1")
    assert done.request.path.endswith("/confirmation")
    former = begun.replace("/contacts", "/confirmation")
    taking = {"corriger": "1", "email": "voleur@exemple.fr", "password": PASSWORD}
    assert client.get(former).status_code == client.post(former, data=taking).status_code == 410


def test_a_new_link_ends_the_one_before(client: CheckedClient, db: Database) -> None:
    later = client.get(reach(client, "contacts").request.path.replace("/contacts", "/plus-tard"))
    links = []
    for _time in range(2):
        submit(client, later, email="camille.martin@exemple.fr")
        links.append(link_of(last_mail(db), "/inscription/reprendre"))
    assert [client.get(link).status_code for link in links] == [410, 200]
    assert client.post(links[0]).status_code == 410


def test_the_link_of_a_sign_up_serves_for_a_day_even_if_it_goes_on(client: CheckedClient, db: Database) -> None:
    page = reach(client, "contacts")
    submit(client, client.get(page.request.path.replace("/contacts", "/plus-tard")), email=EMAIL)
    link = link_of(last_mail(db), "/inscription/reprendre")
    with time_machine.travel(clock.now(), tick=False) as hand:
        hand.shift(timedelta(hours=23))
        submit(client, page, **CONTACTS)
        assert client.get(link).status_code == 200
        hand.shift(timedelta(hours=2))
        assert client.get(page.request.path).status_code == 200
        assert client.get(link).status_code == client.post(link).status_code == 410


def test_the_page_of_a_finished_sign_up_is_there_for_a_week(client: CheckedClient) -> None:
    page = sign_up(client)
    path, step = page.request.path, page.request.path.replace("/confirmation", "/identite")
    for days, statuses in ((6, (200, 303)), (8, (410, 410))):
        with time_machine.travel(clock.now() + timedelta(days=days), tick=False):
            assert (client.get(path).status_code, client.get(step).status_code) == statuses


def test_correcting_the_address_asks_the_password(client: CheckedClient, db: Database) -> None:
    page = sign_up(client)
    for password in ("", "pas le bon du tout"):
        data = {"corriger": "1", "email": "voleur@exemple.fr", "password": password}
        refused = client.post(page.request.path, data=data)
        assert refused.status_code == 422 and "password" in errors(refused)
        assert typed(form_of(read(refused).select_one("details")))["email"] == ["voleur@exemple.fr"]
    assert db.execute("SELECT email FROM accounts").fetchall() == [(EMAIL,)]
    client.post(page.request.path, data=data | {"email": "juste@exemple.fr", "password": PASSWORD})
    assert db.execute("SELECT email FROM accounts").fetchall() == [("juste@exemple.fr",)]


def test_the_code_goes_on_to_the_entourage_without_asking_the_password_again(
    app: Flask, client: CheckedClient, db: Database
) -> None:
    page = sign_up(client)
    (body,) = db.execute("SELECT unsealed(body_text) FROM outbox").fetchone()
    for _click in range(2):  # the second of two clicks leads where the first did
        done = submit(client, page, code=code_of(body))
        assert "Votre espace est activé" in done.text and "Famille de Camille Martin" in done.text
        begin = read(done).find("a", string="Commencer")
        assert "Votre entourage" in client.get(str(begin["href"])).text
    fragment = client.post(page.request.path, data={"code": code_of(body)}, headers=HTMX)
    assert client.get(fragment.headers["HX-Push-Url"]).status_code == 200
    assert "Nouvelles personnes" not in submit(client, page, code="000000").text
    with time_machine.travel(clock.now() + timedelta(minutes=31), tick=False):
        late = submit(client, page, code=code_of(body))
        assert "Nouvelles personnes" not in late.text and "Votre espace est activé" in late.text


def test_a_link_asked_for_too_often_leaves_a_way_on(client: CheckedClient) -> None:
    page = reach(client, "contacts")
    later = client.get(page.request.path.replace("/contacts", "/plus-tard"))
    answers = [submit(client, later, email="camille.martin@exemple.fr") for _click in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [429]
    assert read(answers[4]).select_one(f"main a[href='{page.request.path}']")


def test_an_unknown_link_or_draft_says_so(client: CheckedClient) -> None:
    for path in (
        "/inscription/reprendre/inconnu",
        "/inscription/inconnu/plus-tard",
        "/inscription/inconnu/confirmation",
    ):
        assert client.get(path).status_code == 410


def test_a_mail_asked_for_too_soon_is_told_in_the_page(client: CheckedClient) -> None:
    page = sign_up(client)
    answers = [client.post(page.request.path, data={"renvoyer": "1"}, headers=HTMX) for _click in range(3)]
    assert "Un nouveau courriel vient de partir" in answers[0].text
    assert answers[2].status_code == 422  # swapped, where a 429 would leave the page as it is
    assert "Redemandez-en un vers" in answers[2].text
    assert client.post(page.request.path, data={"renvoyer": "1"}).status_code == 429


def last_mail(db: Database) -> str:
    return str(db.execute("SELECT unsealed(body_text) FROM outbox ORDER BY id DESC LIMIT 1").fetchone()[0])


def ended_by_the_button_of_the_frame(client: CheckedClient, code_typed: TestResponse) -> None:
    assert submit(client, code_typed, "terminer").status_code == 303


def ended_by_signing_out_elsewhere(client: CheckedClient, _code_typed: TestResponse) -> None:
    phone = client.application.test_client()
    sign_in(phone)
    assert submit(phone, phone.get("/espace"), "deconnexion").status_code == 303


@pytest.mark.parametrize("end", [ended_by_the_button_of_the_frame, ended_by_signing_out_elsewhere])
def test_a_code_typed_again_by_whoever_comes_next_opens_nothing(
    client: CheckedClient, db: Database, end: Callable[[CheckedClient, TestResponse], None]
) -> None:
    page, next_one = sign_up(client), client.application.test_client()
    form = {"code": code_of(last_mail(db))}
    first = client.post(page.request.path, data=form)
    assert "Nouvelles personnes" in first.text
    assert "Nouvelles personnes" in client.post(page.request.path, data=form).text, "the second of two clicks"
    end(client, first)
    again = next_one.post(page.request.path, data=form)
    assert "Nouvelles personnes" not in again.text and "Votre espace est activé" in again.text


def test_the_page_of_a_finished_sign_up_tells_no_password_once_it_is_activated(
    client: CheckedClient, db: Database
) -> None:
    page = sign_up(client)
    client.post(page.request.path, data={"code": code_of(last_mail(db))})
    form = {"corriger": "1", "email": "autre@exemple.fr"}
    tries = [client.post(page.request.path, data=form | {"password": one}) for one in ("faux", PASSWORD)]
    assert tries[0].status_code == tries[1].status_code and tries[0].text == tries[1].text
    assert not db.execute("SELECT 1 FROM limits WHERE bucket LIKE 'waiting %'").fetchone()
