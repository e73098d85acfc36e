"""What a parent changes of their own takes effect at once: the town hall reads old and new, until « Vu »."""

import json
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database

from tests.security.actors import Cast, csrf_of
from tests.support.client import CheckedClient, errors, follow, read, submit
from tests.support.walk import EMAIL, PASSWORD, link_of, sign_in, sign_up
from wizard import clock
from wizard.account.forms import IdentityForm
from wizard.db import transaction
from wizard.french import plain
from wizard.models import FACTS
from wizard.services import retention, withdrawing
from wizard.stores import accounts

IDENTITY = "/espace/donnees/identite"


@pytest.fixture
def cast(hand: time_machine.Traveller, cast: Cast) -> Cast:
    return cast


@pytest.fixture
def parent(cast: Cast) -> CheckedClient:
    return cast.parent_a.client


def told(client: CheckedClient, path: str = "/mairie") -> list[str]:
    return [plain(one.get_text()) for one in read(client.get(path)).select("section[aria-labelledby=retraits] strong")]


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("title", "monsieur", "Camille Kervarrec a changé « Civilité » : Madame → Monsieur"),
        ("birth_name", "Le Bihan", "Camille Le Bihan a changé « Nom de naissance » : Kervarrec → Le Bihan"),
        ("usage_name", "Le Bihan", "Camille Le Bihan a changé « Nom d'usage » : non indiqué → Le Bihan"),
        ("given_name", "Anne", "Anne Kervarrec a changé « Prénom » : Camille → Anne"),
        ("mobile", "+32 470 12 34 56", "… « Téléphone portable » : 06 12 34 56 78 → +32 470 12 34 56"),
        ("phone", "02 40 11 22 33", "Camille Kervarrec a changé « Téléphone » : non indiqué → 02 40 11 22 33"),
        ("preferred_contact", "sms", "Camille Kervarrec a changé « Contact préféré » : non indiqué → par SMS"),
        ("sms_ok", "y", "Camille Kervarrec a changé « Accepte les SMS » : non → oui"),
    ],
)
def test_each_thing_that_a_parent_changes_is_told_old_and_new(
    cast: Cast, parent: CheckedClient, field: str, typed: str, sentence: str
) -> None:
    assert submit(parent, parent.get(IDENTITY), **{field: typed}).status_code == 303
    expected = sentence.replace("…", "Camille Kervarrec a changé")
    dossier = f"/mairie/dossiers/{cast.a.dossier.reference}"
    assert told(cast.agent.client) == told(cast.reception.client) == told(cast.agent.client, dossier) == [expected]
    (change,) = json.loads(parent.get("/espace/donnees/copie.json").data)["Changements"]
    old, new = expected.partition(" : ")[2].split(" → ")
    assert (plain(change["Avant"]), plain(change["Après"])) == (old, new)


def test_whatever_the_identity_form_asks_is_among_what_is_compared() -> None:
    asked = {name for one in IdentityForm.__mro__ for name, field in vars(one).items() if hasattr(field, "field_class")}
    assert asked - set(FACTS) == {"single_name"}, "what is kept of it is not told to the town hall"


def test_nothing_is_told_of_what_did_not_change(db: Database, cast: Cast, parent: CheckedClient) -> None:
    for _click in range(2):
        submit(parent, parent.get(IDENTITY), phone="02 40 11 22 33")
    submit(parent, parent.get(IDENTITY))
    assert len(told(cast.agent.client)) == 1
    assert db.execute("SELECT count(*) FROM amendments").fetchone() == (1,)


def test_an_address_is_told_once_it_is_proved(db: Database, cast: Cast, parent: CheckedClient) -> None:
    submit(parent, parent.get("/espace/donnees/courriel"), email="neuve@exemple.fr", password=PASSWORD)
    assert told(cast.agent.client) == []
    text = db.execute("SELECT unsealed(body_text) FROM outbox WHERE name = 'email_change'").fetchone()[0]
    page = parent.get(link_of(text, "/courriel"))
    for _click in range(2):
        submit(parent, page)
    old = cast.a.account.email
    assert told(cast.agent.client) == [f"Camille Kervarrec a changé « Courriel » : {old} → neuve@exemple.fr"]


def test_one_of_the_agents_presses_seen_once_for_all(db: Database, cast: Cast, parent: CheckedClient) -> None:
    submit(parent, parent.get(IDENTITY), phone="02 40 11 22 33", sms_ok="y")
    page = cast.agent.client.get("/mairie")
    assert len(read(page).select("section form")) == 1 and len(told(cast.agent.client)) == 2
    assert cast.agent.client.post("/mairie/retraits", data={"amendment": "1"}).status_code == 400
    dossier = f"/mairie/dossiers/{cast.a.dossier.reference}"
    for _click in range(2):
        data = {"csrf_token": csrf_of(page), "amendment": ["1", "x", "999"], "reference": cast.a.dossier.reference}
        assert cast.agent.client.post("/mairie/retraits", data=data).location == dossier
    assert told(cast.agent.client) == told(cast.reception.client) == told(cast.agent.client, dossier) == []
    lines = db.execute("SELECT action, reference FROM agent_journal WHERE action LIKE '%seen'").fetchall()
    assert lines == [("amendment_seen", cast.a.dossier.reference)]
    (change, _sms) = json.loads(parent.get("/espace/donnees/copie.json").data)["Changements"]
    assert change["Vu par la mairie le"] == "24/11/2026 10:05"


def test_what_changes_after_the_agent_s_page_was_opened_is_not_marked_as_seen(
    cast: Cast, parent: CheckedClient, hand: time_machine.Traveller
) -> None:
    submit(parent, parent.get(IDENTITY), phone="02 40 11 22 33")
    opened = cast.agent.client.get("/mairie")
    hand.shift(timedelta(seconds=5))
    submit(parent, parent.get(IDENTITY), phone="02 40 11 22 44")
    submit(cast.agent.client, opened, "/mairie/retraits")
    assert told(cast.agent.client) == ["Camille Kervarrec a changé « Téléphone » : 02 40 11 22 33 → 02 40 11 22 44"]


def test_a_right_withdrawn_is_told_before_what_is_only_changed(
    app: Flask, db: Database, cast: Cast, parent: CheckedClient
) -> None:
    submit(parent, parent.get(IDENTITY), phone="02 40 11 22 33")
    with app.test_request_context():
        withdrawing.withdraw(db, cast.a.account, cast.a.dossier.lines[2].person, None)
    first, second = told(cast.agent.client)
    assert "ne peut plus venir chercher" in first and "a changé" in second


def test_a_parent_who_deposited_nothing_yet_is_no_news_to_the_town_hall(
    db: Database, cast: Cast, client: CheckedClient
) -> None:
    sign_up(client)
    with transaction(db):
        account = accounts.by_email(db, EMAIL)
        assert account is not None
        accounts.activate(db, account.id, clock.now())
    sign_in(client)
    follow(client, submit(client, client.get(IDENTITY), phone="02 40 11 22 33"))
    assert told(cast.agent.client) == []
    (change,) = json.loads(client.get("/espace/donnees/copie.json").data)["Changements"]
    assert change["Donnée"] == "Téléphone"


def test_a_flood_of_changes_is_bounded_and_what_was_typed_stays(
    db: Database, cast: Cast, parent: CheckedClient, hand: time_machine.Traveller
) -> None:
    for number in range(12):
        assert submit(parent, parent.get(IDENTITY), phone=f"02 40 11 22 {number:02}").status_code == 303, number
    page = submit(parent, parent.get(IDENTITY), phone="02 40 11 22 99")
    assert page.status_code == 429 and "Trop d'essais" in errors(page)["birth_name"]
    assert page.headers["Retry-After"] and 'value="02 40 11 22 99"' in page.text
    assert submit(parent, parent.get(IDENTITY)).status_code == 303, "what changes nothing is not counted"
    hand.shift(timedelta(minutes=10))
    assert submit(parent, page).status_code == 303
    assert len(told(cast.agent.client)) == 13


def test_a_family_deleted_leaves_none_of_its_changes(
    app: Flask, db: Database, cast: Cast, parent: CheckedClient
) -> None:
    submit(parent, parent.get(IDENTITY), phone="02 40 11 22 33")
    with app.app_context(), transaction(db):
        retention.erase(db, cast.a.account, clock.now())
    assert db.execute("SELECT count(*) FROM amendments").fetchone() == (0,)
    assert told(cast.agent.client) == []


def test_no_log_tells_what_was_changed(cast: Cast, parent: CheckedClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        submit(parent, parent.get(IDENTITY), phone="02 40 11 22 33")
        submit(cast.agent.client, cast.agent.client.get("/mairie"), "/mairie/retraits")
    assert "112233" not in caplog.text.replace(" ", "")


def test_a_town_that_sets_no_day_asks_nothing_and_writes_to_nobody(
    app: Flask, db: Database, cast: Cast, parent: CheckedClient, hand: time_machine.Traveller
) -> None:
    hand.shift(timedelta(minutes=5))
    for path in ("/espace", "/espace/donnees"):
        assert not read(parent.get(path)).select("a[href='/espace/confirmer']")
    page = parent.get("/espace/confirmer")
    assert "Rien ne vous est demandé" in plain(page.text)
    parent.post("/espace/confirmer", data={"csrf_token": csrf_of(page)})
    hand.shift(timedelta(days=400))
    with app.app_context():
        assert retention.purge(db, app.config["PORTAIL"], clock.now()).reminded == 0
    assert db.execute("SELECT count(*) FROM households WHERE confirmed_at IS NOT NULL").fetchone() == (0,)
