"""The notes about a family: never sent, put right within the day by who wrote them, in the copy of its data."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database

from tests.support.families import a_family
from tests.townhall.browsers import Browser
from wizard import clock as present
from wizard.db import transaction
from wizard.models import Account, Dossier, Note
from wizard.services import copies, export, retention
from wizard.stores import accounts, journal, notes

ADD = "Ajouter la note"


@pytest.fixture
def agent(signed_in: Callable[..., Browser]) -> Browser:
    return signed_in()


def page_of(dossier: Dossier, end: str = "") -> str:
    return f"/mairie/familles/{dossier.household}{end}"


def write(agent: Browser, dossier: Dossier, kind: str, text: str) -> int:
    agent.get(page_of(dossier))
    return agent.send(ADD, kind=kind, text=text).status_code


def kept(db: Database, dossier: Dossier) -> list[tuple[str, str]]:
    return [(one.kind, one.text) for one in notes.of_household(db, dossier.household)]


def only(db: Database, dossier: Dossier) -> Note:
    (note,) = notes.of_household(db, dossier.household)
    return note


def account_of(db: Database, dossier: Dossier) -> Account:
    account = accounts.by_id(db, dossier.account)
    assert account is not None
    return account


@pytest.mark.parametrize(("kind", "text", "status"), [
    ("note", "Rappeler jeudi.\nAprès 17 h.", 200),
    ("reached", "", 200),
    ("message", "", 200),
    ("absent", "Sonne dans le vide.", 200),
    ("situation", "Le père vient le mardi.", 200),
    ("note", " ", 422),
    ("situation", "", 422),
    ("", "Sans savoir quoi.", 422),
    ("autre", "Sans savoir quoi.", 422),
    ("note", "a" * 1001, 422),
])  # fmt: skip
def test_a_note_is_kept_with_what_it_is_or_told_what_it_lacks(
    db: Database, agent: Browser, kind: str, text: str, status: int
) -> None:
    dossier = a_family(db)
    assert write(agent, dossier, kind, text) == status
    assert kept(db, dossier) == ([(kind, text)] if status == 200 else [])
    assert text.split("\n")[0] in agent.text, "kept or not, it is still there"
    assert db.table("outbox").count == 0, "it is never sent"
    if status == 200:
        assert journal.of_dossier(db, dossier.id)[1].action == "noted"


def test_a_double_click_writes_one_note_and_the_same_words_again_another(db: Database, agent: Browser) -> None:
    dossier = a_family(db)
    agent.get(page_of(dossier))
    action, fields = agent.fields(ADD)
    for _click in range(2):
        agent.client.post(action, data=fields | {"kind": "absent"})
    assert kept(db, dossier) == [("absent", "")]
    write(agent, dossier, "absent", "")
    assert kept(db, dossier) == [("absent", "")] * 2


def test_who_wrote_it_puts_it_right_that_day_and_nobody_else(
    db: Database, agent: Browser, signed_in: Callable[..., Browser]
) -> None:
    dossier = a_family(db)
    write(agent, dossier, "note", "Rapeler jeudi.")
    path = page_of(dossier, f"/notes/{only(db, dossier).id}")
    other = signed_in("paul@oudon.example")
    assert other.get(path).status_code == 403
    assert path not in other.get(page_of(dossier)).text
    token = other.page.select_one("[name=csrf_token]")
    assert token is not None
    sent = other.client.post(path, data={"text": "Autre chose", "csrf_token": token["value"]})
    assert (sent.status_code, only(db, dossier).text) == (403, "Rapeler jeudi.")
    agent.get(path)
    agent.send("Enregistrer", text="Rappeler jeudi.")
    assert only(db, dossier).text == "Rappeler jeudi." and "Corrigée à 10 h 00." in agent.text


def test_a_note_is_put_right_no_more_once_its_day_is_over_in_the_town(
    db: Database, signed_in: Callable[..., Browser], clock: time_machine.Traveller
) -> None:
    clock.move_to(datetime(2026, 11, 24, 22, 55, tzinfo=UTC))  # five to midnight in Paris
    agent, dossier = signed_in(), a_family(db)
    write(agent, dossier, "note", "Rappeler jeudi.")
    path = page_of(dossier, f"/notes/{only(db, dossier).id}")
    agent.get(path)
    action, fields = agent.fields("Enregistrer")
    clock.shift(10 * 60)
    sent = agent.client.post(action, data=fields | {"text": "Trop tard."})
    assert (sent.status_code, only(db, dossier).text) == (403, "Rappeler jeudi.")
    assert "Une note ne se corrige que le jour même" in agent.get(path).text
    assert "Corriger" not in agent.get(page_of(dossier)).text


def test_a_situation_stands_above_the_page_until_an_agent_says_it_is_over(
    db: Database, agent: Browser, signed_in: Callable[..., Browser]
) -> None:
    dossier = a_family(db)
    write(agent, dossier, "situation", "Le père vient le mardi.")
    first = agent.page.find("h2")
    assert first is not None and first.get_text() == "Situation à connaître"
    agent.get(f"/mairie/dossiers/{dossier.reference}")
    assert "Situation à connaître : Le père vient le mardi." in agent.text, "who decides reads it too"
    other = signed_in("paul@oudon.example")
    other.get(page_of(dossier))
    action, fields = other.fields("N'est plus à connaître")
    for _click in range(2):
        assert other.client.post(action, data=fields).status_code == 303
    other.get(page_of(dossier))
    assert not other.page.find("section", {"aria-labelledby": "a-connaitre"})
    assert "N'est plus à connaître depuis le 24 novembre 2026 à 10 h 00 (paul@oudon.example)." in other.text
    assert "Le père vient le mardi." in other.text, "what was known stays in the notes"
    other.get(f"/mairie/dossiers/{dossier.reference}")
    assert "Le père vient" not in other.text


def test_a_note_of_another_family_is_not_there(db: Database, agent: Browser) -> None:
    mine, other = a_family(db), a_family(db, name="Durand")
    write(agent, mine, "situation", "Le père vient le mardi.")
    number = only(db, mine).id
    assert agent.get(page_of(other, f"/notes/{number}")).status_code == 404
    assert "mardi" not in agent.get(page_of(other)).text
    _action, fields = agent.fields(ADD)
    assert agent.client.post(page_of(other, f"/notes/{number}/fin"), data=fields).status_code == 404
    assert agent.client.post(page_of(mine, f"/notes/{2**70}/fin"), data=fields).status_code == 404
    assert only(db, mine).ended_at is None


def test_it_is_in_the_parent_s_copy_without_the_agent_and_deleted_with_the_family(
    app: Flask, db: Database, agent: Browser
) -> None:
    dossier = a_family(db)
    write(agent, dossier, "reached", "=Rappeler jeudi.")
    assert "le parent a droit à la copie de ses données, et les notes y sont" in agent.text
    with app.test_request_context():
        records = export.collect(db, account_of(db, dossier), [])
        copy = copies.as_json(records)
        assert json.loads(copy)["Notes de la mairie"] == [
            {"Quoi": "Appel : joint", "Note": "=Rappeler jeudi.", "Écrite le": "24/11/2026 10:00"}
        ]
        assert "claire@oudon.example" not in copy.decode()
        assert "'=Rappeler" in copies.as_csv(records).decode("utf-8-sig")
        with transaction(db):
            retention.erase(db, account_of(db, dossier), present.now())
    assert db.table("notes").count == 0
