"""The made-up families of the demonstration: in every state, written to nobody, made anew by one button."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlite_utils import Database
from werkzeug.test import TestResponse

from tests.conftest import configured
from tests.support.client import CheckedClient, follow, submit
from tests.support.families import a_family
from wizard import clock, create_app
from wizard.demo import agent, families, people
from wizard.models import Status
from wizard.services import notices, objecting
from wizard.stores import accounts, dossier_queue, dossiers


class Visitor(CheckedClient):
    """A browser on the machine of the demonstration."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return super().open(*args, base_url="http://localhost:8000", **kwargs)


@pytest.fixture
def demonstration(app: Flask, db: Database, instance: Path, addresses: Path) -> CheckedClient:
    """A demonstration prepared by its command, in a browser; a visitor deposited a dossier in it."""
    here = {"PORTAIL_DEMO": "1", "PORTAIL_PUBLIC_URL": "http://localhost:8000"}
    own = create_app({**configured(instance, addresses), **here})
    own.test_client_class = Visitor
    a_family(db, "Visiteur")
    with own.app_context():
        agent.prepare(db, instance)
        families.prepare(db, instance)
    return own.test_client()  # type: ignore[return-value]


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


def test_one_signs_in_as_any_of_them(demonstration: CheckedClient, instance: Path) -> None:
    page = demonstration.get("/demo/familles")
    assert agent.password(instance) in page.text, page.text
    values = {"username": people.email(2), "password": agent.password(instance)}
    assert submit(demonstration, demonstration.get("/connexion"), "/connexion", **values).status_code == 303
    assert "Mes enfants" in demonstration.get("/espace").text
