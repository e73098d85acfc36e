"""Traceability: who opened which family; what stays of it once deleted; a family's copy and its deletion."""

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from bs4 import Tag
from flask import Flask
from sqlite_utils import Database

from tests.support.families import a_family
from tests.support.outbox import WRITTEN
from tests.townhall.browsers import Browser
from wizard.clock import now
from wizard.db import transaction
from wizard.models import AgentRole
from wizard.services import retention
from wizard.stores import accounts, agent_journal, people

TRACE = "/mairie/tracabilite"


def administrator(signed_in: Callable[..., Browser]) -> Browser:
    return signed_in("direction@oudon.example", AgentRole.ADMINISTRATOR)


def rows(browser: Browser) -> list[str]:
    return [" ".join(row.get_text(" ").split()) for row in browser.page.select("tbody tr")]


def number(browser: Browser, name: str) -> str:
    """Return the number of an agent, by which a page looks for what they did."""
    found = browser.page.find("option", string=f"{name}@oudon.example")
    assert isinstance(found, Tag)
    return str(found["value"])


def test_who_opened_a_family_and_what_an_agent_opened_by_period(
    db: Database, signed_in: Callable[..., Browser], clock: time_machine.Traveller
) -> None:
    family, other = a_family(db), a_family(db, name="Durand")
    clerk = signed_in()
    clerk.get(f"/mairie/dossiers/{family.reference}")
    clock.shift(timedelta(days=2))
    browser = administrator(signed_in)
    for text in (family.reference.lower(), str(family.household)):
        browser.get(f"{TRACE}?famille={text}")
        assert any("claire@oudon.example Première ouverture" in row for row in rows(browser))
        assert f"Famille n° {family.household}" in browser.text and "Martin" not in browser.text
        own = agent_journal.lines(db, agent_journal.Wanted(), 1)[0]
        assert (own.agent, own.action, own.reference) == ("direction@oudon.example", "traced", family.reference)
    browser.get(f"{TRACE}?famille={other.reference}")
    assert not any("claire" in row for row in rows(browser))
    browser.get(TRACE)
    action, fields = browser.fields("Chercher")
    assert fields.keys() == {"famille", "agent", "du", "au"}
    browser.get(f"{action}?agent={number(browser, 'claire')}&du=24/11/2026&au=24/11/2026")
    assert [row.partition("example ")[2].split(" – ")[0][:9] for row in rows(browser)] == ["Première ", "Connexion"]
    browser.get(f"{action}?agent={number(browser, 'claire')}&du=25/11/2026")
    assert not any("Connexion" in row for row in rows(browser))
    browser.get(TRACE)
    assert rows(browser)[0].endswith("Traçabilité consultée claire@oudon.example")  # its own reading is told
    for wrong in ("famille=CCCC DDDD", "famille=999", "agent=999", "agent=claire@oudon.example", "du=hier"):
        assert browser.get(f"{TRACE}?{wrong}").status_code == 422


def test_a_day_asked_for_is_that_of_the_town(db: Database, signed_in: Callable[..., Browser]) -> None:
    browser = administrator(signed_in)
    for at in ("10-31T22:59:59", "10-31T23:00:00", "11-01T22:59:59", "11-01T23:00:00"):  # in Paris, in winter
        db.execute("INSERT INTO agent_journal (at, agent, action) VALUES (?, 1, 'read')", (f"2026-{at}+00:00",))
    browser.get(f"{TRACE}?du=01/11/2026&au=01/11/2026")
    assert [row[:27] for row in rows(browser)] == ["1er novembre 2026 à 23 h 59", "1er novembre 2026 à 0 h 00 "]


@pytest.mark.parametrize("page", ["", "/fiche", "/adresse", "/personnes/1"])
def test_a_family_asked_for_by_a_number_that_nobody_has_is_traced(
    app: Flask, db: Database, signed_in: Callable[..., Browser], page: str
) -> None:
    family, clerk, browser = a_family(db), signed_in(), administrator(signed_in)
    clerk.get(f"/mairie/dossiers/{family.reference}")
    account = accounts.by_id(db, family.account)
    assert account
    with app.test_request_context(), transaction(db):
        retention.erase(db, account, now())
    assert clerk.get(f"/mairie/familles/{family.household}{page}").status_code == 404
    browser.get(f"{TRACE}?famille={family.household}")
    assert "Cette famille est effacée" in browser.text
    told = [row.partition("example ")[2] for row in rows(browser)]
    assert sum(one.startswith("Dossier consulté") for one in told) == 1 and "Première ouverture" in " ".join(told)
    assert clerk.get("/mairie/familles/999999").status_code == 404
    assert db.execute("SELECT action FROM agent_journal WHERE reference = '999999'").fetchall() == [("read",)]


def test_lines_are_paged(db: Database, signed_in: Callable[..., Browser]) -> None:
    browser = administrator(signed_in)
    db.execute("""WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
        INSERT INTO agent_journal (at, agent, action) SELECT '2026-11-01T09:00:00+00:00', 1, 'signed_in' FROM n""")
    browser.get(TRACE)
    browser.get(f"{TRACE}?agent={number(browser, 'direction')}")
    assert len(rows(browser)) == 50
    following = browser.page.find("a", string="Page suivante")
    assert following
    browser.get(following["href"])
    assert 10 < len(rows(browser)) < 50


def test_a_family_is_deleted_once_its_reference_is_typed_again_and_a_trace_stays_a_year(
    app: Flask, db: Database, signed_in: Callable[..., Browser], clock: time_machine.Traveller
) -> None:
    people.add_household(db, "VIDE", "link", now())  # type: ignore[arg-type]
    family, clerk, browser = a_family(db, name="Kervarrec"), signed_in(), administrator(signed_in)
    clerk.get(f"/mairie/dossiers/{family.reference}")
    for _often in range(2):
        browser.get(f"{TRACE}/{family.reference}/effacer")
        assert browser.send("Effacer pour de bon", typed="CCCC DDDD").status_code == 422
    action, fields = browser.fields("Effacer pour de bon")
    for _twice in range(2):
        browser.response = browser.client.post(
            action, data=fields | {"typed": family.reference.lower()}, follow_redirects=True
        )
        assert browser.response.status_code == 200
    assert sum("Famille effacée" in row for row in rows(browser)) == 1
    assert db.execute("SELECT count(*) FROM households").fetchone() == (1,)
    told = db.execute(f"{WRITTEN} ORDER BY id").fetchall()
    assert [(name, to) for name, to, *_text in told] == [("erased", f"parent{family.lines[0].person}@exemple.fr")]
    for text in told[0][2:]:
        assert not set(re.findall(r"\w+", text)) & {"Loïc", "Kervarrec", "Jeanne", "Goff", family.reference}
    assert all("Bonjour Camille" in body and "a supprimé votre espace" in body for body in told[0][3:])
    kept = str(db.execute("SELECT * FROM traces").fetchall())
    assert "Kervarrec" not in kept and family.reference not in kept
    with app.app_context():
        assert people.add_household(db, "AUTRE", "link", now()) > family.household  # type: ignore[arg-type]
    browser.get(f"{TRACE}?famille={family.household}")
    assert "Cette famille est effacée" in browser.text and "claire@oudon.example" in rows(browser)[-1]
    with app.app_context():
        for days, left in ((364, True), (367, False)):
            retention.purge(db, app.config["PORTAIL"], now() + timedelta(days=days))
            assert bool(db.execute("SELECT 1 FROM traces").fetchone()) == left


def test_the_copy_is_the_parent_s_own_and_is_journaled(db: Database, signed_in: Callable[..., Browser]) -> None:
    family, browser = a_family(db), administrator(signed_in)
    browser.get(f"{TRACE}?famille={family.reference}")
    found = json.loads(browser.send("Copie de ses données (JSON)").data)
    assert found["Personnes"][1]["Prénom"] == "Loïc" and found["Dossiers"][0]["Référence"] == family.reference
    browser.get(f"{TRACE}?famille={family.reference}")
    assert "Référence" in browser.send("Copie de ses données (tableur)").data.decode("utf-8-sig")
    browser.get(f"{TRACE}?famille={family.reference}")
    assert sum("Copie des données d'une famille remise" in row for row in rows(browser)) == 2
