"""The made-up families of the demonstration: in every state, written to nobody, made anew by one button."""

import io
from collections import Counter
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlite_utils import Database
from werkzeug.datastructures import FileStorage

from tests.support.client import CheckedClient, follow, form_of, read, submit, typed
from tests.support.photos import a_photo
from wizard import clock
from wizard.demo import agent, families, people
from wizard.models import Status
from wizard.services import notices, objecting
from wizard.stores import accounts, dossier_queue, dossiers


def stands(db: Database) -> list[tuple[str, Status, str]]:
    """Return whom each dossier is about, where it stands and since when."""
    numbers = [row[0] for row in db.execute("SELECT id FROM dossiers")]
    found = [one for number in numbers if (one := dossiers.by_id(db, number))]
    names = {one.id: ", ".join(dossiers.names(db, one.id).values()) for one in found}
    return sorted((names[one.id], one.status, one.deposited_at.date().isoformat()) for one in found)


def test_a_visitor_finds_a_queue_at_work(app: Flask, demonstration: CheckedClient, db: Database) -> None:
    made = [accounts.by_email(db, people.email(number)) for number in range(30)]
    assert all(made) and families.HOW_MANY == 30
    assert set(Status) == {status for _names, status, _day in stands(db)}
    assert dossier_queue.counts(db, clock.now() - timedelta(days=15)).late >= 1
    with app.test_request_context():
        assert len(notices.unseen(db)) >= 3 and len(objecting.unseen(db)) == 1
    assert db.execute("SELECT count(*) FROM outbox").fetchone() == (0,)


def test_one_button_makes_them_anew_and_leaves_a_visitor_alone(demonstration: CheckedClient, db: Database) -> None:
    before = stands(db)
    db.execute("UPDATE dossier_people SET decision = 'refused', motive = 'other' WHERE decision = 'accepted'")
    assert Counter(stands(db)) != Counter(before)
    page = follow(demonstration, submit(demonstration, demonstration.get("/demo/familles"), "/demo/familles"))
    assert "comme au premier jour" in page.text
    assert [one for one in stands(db) if "Visiteur" in one[0]] and stands(db) == before


def test_one_of_them_has_a_document_to_send(demonstration: CheckedClient, instance: Path) -> None:
    values = {"username": people.email(7), "password": agent.password(instance)}
    submit(demonstration, demonstration.get("/connexion"), "/connexion", **values)
    space = read(demonstration.get("/espace"))
    assert "il manque un document" in " ".join(space.get_text(" ").split())
    dossier = next(one["href"] for one in space.select("main a") if str(one["href"]).endswith("/dossier"))
    asked = read(demonstration.get(str(dossier))).select_one("section li a[href*='/documents/']")
    assert asked and "assurance" in asked.get_text()
    page = demonstration.get(str(asked["href"]))
    photo = FileStorage(io.BytesIO(a_photo((600, 800))), "attestation.jpg")
    sent = demonstration.post(str(asked["href"]), data=typed(form_of(read(page), asked["href"])) | {"files": photo})  # type: ignore[arg-type]
    assert "Document envoyé" in follow(demonstration, sent).text


def test_a_real_town_asks_for_no_document_that_it_did_not_name(app: Flask, demonstrated: Flask) -> None:
    assert app.config["PORTAIL"].dossier.documents == {}
    assert demonstrated.config["PORTAIL"].dossier.documents == {"assurance": True}


def test_one_signs_in_as_any_of_them(demonstration: CheckedClient, instance: Path) -> None:
    page = demonstration.get("/demo/familles")
    assert agent.password(instance) in page.text, page.text
    values = {"username": people.email(2), "password": agent.password(instance)}
    assert submit(demonstration, demonstration.get("/connexion"), "/connexion", **values).status_code == 303
    assert "Mes enfants" in demonstration.get("/espace").text
