"""The agent's side of the exports: the preview, the download, what changed since, what must be taken out."""

import io
from collections.abc import Callable

import pytest
from flask import Flask
from sqlite_utils import Database
from werkzeug.test import TestResponse

from tests.exports.reading import Lines, archive, csv_lines, sheets, words
from tests.support.families import a_family, ask_more, decide, found, tick_both, with_a_father
from tests.townhall.browsers import Browser
from wizard.clock import now
from wizard.db import transaction
from wizard.models import Dossier, Permission
from wizard.services import retention, withdrawing
from wizard.services.export import collect
from wizard.services.handover import PROFILES
from wizard.stores import accounts, agent_journal, exports, objections


def table(browser: Browser, name: str, what: str = "all", slug: str = "csv") -> Lines:
    """Download the tables, and return one."""
    browser.get(f"/mairie/exports/{slug}")
    response = download(browser, what)
    assert response.status_code == 200 and response.headers["Cache-Control"] == "no-store"
    return csv_lines(archive(io.BytesIO(response.data))[f"{name}.csv"], "utf-8-sig")


def download(browser: Browser, what: str = "all") -> TestResponse:
    """Press « Télécharger » on the page that is open."""
    action, fields = browser.fields("Télécharger")
    return browser.client.post(action, data=fields | {"what": what})


@pytest.fixture
def dossier(db: Database) -> Dossier:
    """A family that was accepted: Jeanne may collect Loïc."""
    dossier = a_family(db)
    decide(db, dossier.id)
    return found(db, dossier.id)


@pytest.fixture
def agent(signed_in: Callable[..., Browser]) -> Browser:
    return signed_in()


def withdraw(app: Flask, db: Database, dossier: Dossier, what: Permission = Permission.COLLECT) -> None:
    """Let the parent take back a right of the contact."""
    _parent, child, contact = (line.person for line in dossier.lines)
    account = accounts.by_id(db, dossier.account)
    assert account
    with app.test_request_context():
        withdrawing.withdraw(db, account, contact, [(child, what)])


def test_what_is_only_asked_refused_or_to_correct_is_in_no_file(db: Database, agent: Browser) -> None:
    dossier = a_family(db)
    for decisions in (None, {"Jeanne": "refused", "Loïc": "refused"}, {"Loïc": "to_correct"}):
        if decisions:
            dossier = a_family(db, name=f"Kervarrec{len(decisions)}")
            decide(db, dossier.id, **decisions)
        for slug in PROFILES:
            agent.get(f"/mairie/exports/{slug}")
            assert not [text for text in words(download(agent).data) if "Loïc" in text or "Jeanne" in text]
    assert not exports.handed_over(db, "csv")


def test_what_an_accepted_family_asks_besides_is_in_no_file(db: Database, agent: Browser, dossier: Dossier) -> None:
    db.execute("UPDATE people SET sex = 'm', title = 'madame'")
    ask_more(db, dossier)
    for slug in PROFILES:
        agent.get(f"/mairie/exports/{slug}")
        texts = words(download(agent).data)
        assert [text for text in texts if "Loïc" in text], slug
        assert not [text for text in texts if "Dominique" in text or "PLOUMANAC" in text.upper()], slug
    assert [line["À appeler en cas d'urgence"] for line in table(agent, "droits")] == ["non"]


def test_a_right_refused_or_withdrawn_is_in_no_file(app: Flask, db: Database, agent: Browser, dossier: Dossier) -> None:
    assert [line["Peut venir chercher"] for line in table(agent, "droits")] == ["oui"]
    refused = a_family(db, name="Trévidic")
    decide(db, refused.id, Jeanne="refused")
    assert len(table(agent, "droits")) == 1 and len(table(agent, "enfants")) == 2
    withdraw(app, db, dossier)
    assert not table(agent, "droits") and not table(agent, "contacts")


def test_only_what_changed_leaves_the_second_time(db: Database, agent: Browser, dossier: Dossier) -> None:
    other = a_family(db, name="Trévidic")
    decide(db, other.id)
    assert len(table(agent, "familles", "changes")) == 2
    assert not table(agent, "familles", "changes")
    db.execute("UPDATE people SET mobile = '+33611111111' WHERE id = ?", (other.lines[0].person,))
    assert "déjà exporté le 24 novembre 2026" in agent.get("/mairie/exports/csv").text.replace("\u00a0", " ")
    assert [line["Nom de naissance"] for line in table(agent, "adultes", "changes")] == ["Trévidic"]
    assert len(table(agent, "familles")) == 2


def test_a_right_withdrawn_since_is_to_take_out_until_an_agent_did(
    app: Flask, db: Database, agent: Browser, dossier: Dossier
) -> None:
    tick_both(db)
    table(agent, "droits")
    withdraw(app, db, dossier)
    for _time in range(2):  # downloading again takes nothing out of the other software
        table(agent, "droits", "changes")
        agent.get("/mairie/exports/csv")
        assert "À retirer de votre logiciel" in agent.text
        assert "N'a plus le droit : Jeanne Le Goff – Venir chercher Loïc Martin" in agent.text
        assert "à retirer : 1 famille" in agent.get("/mairie/exports").text.replace("\u00a0", " ")
        agent.get("/mairie/exports/csv")
    agent.send("C'est retiré")
    assert "C'est noté" in agent.text and "N'a plus le droit" not in agent.text
    done = [(entry.action, entry.reference) for entry in agent_journal.since(db, now())]
    assert done[-1][0] == "export_previewed" and ("taken_out", dossier.reference) in done


def test_what_was_gone_after_the_page_was_read_stays_to_take_out(
    app: Flask, db: Database, agent: Browser, dossier: Dossier
) -> None:
    with_a_father(db, dossier)
    decide(db, dossier.id)
    tick_both(db)
    table(agent, "droits")
    withdraw(app, db, dossier, Permission.EMERGENCY)
    agent.get("/mairie/exports/csv")
    assert "Appel en cas d'urgence" in agent.text
    withdraw(app, db, dossier)
    agent.send("C'est retiré")
    assert "Appel en cas d'urgence pour" not in agent.text and "Venir chercher Loïc Martin" in agent.text


def test_a_family_erased_is_to_take_out_and_its_number_is_never_another_s(
    app: Flask, db: Database, agent: Browser, dossier: Dossier
) -> None:
    table(agent, "familles")
    account = accounts.by_id(db, dossier.account)
    assert account
    with app.app_context(), transaction(db):
        retention.erase(db, account, now())
    other = a_family(db, name="Trévidic")
    assert other.household > dossier.household and other.lines[0].person > dossier.lines[2].person
    agent.get("/mairie/exports/csv")
    told = agent.text
    assert f"Famille n° {dossier.household}, effacée" in told and "personne n°" in told and "Martin" not in told
    agent.send("C'est retiré")
    assert not exports.handed_over(db, "csv") and "À retirer" not in agent.text


def test_an_export_is_written_down_and_nothing_personal_is_in_its_address(
    db: Database, agent: Browser, dossier: Dossier
) -> None:
    agent.get("/mairie/exports/noethysweb")
    response = download(agent)
    assert response.headers["Content-Disposition"] == "attachment; filename=oudon-noethysweb-2026-11-24.xlsx"
    assert response.request.path == "/mairie/exports/noethysweb" and not response.request.query_string
    told = [(entry.action, entry.reference) for entry in agent_journal.since(db, now())]
    assert told[-2:] == [("export_previewed", None), ("exported", None)]
    last = exports.last(db, "noethysweb")
    assert last and (last.agent, last.families, last.changes_only) == ("claire@oudon.example", 0, False)


def test_the_copy_of_a_family_s_data_tells_where_it_went(
    app: Flask, db: Database, agent: Browser, dossier: Dossier
) -> None:
    table(agent, "familles")
    account = accounts.by_id(db, dossier.account)
    assert account
    with app.test_request_context():
        told = collect(db, account, [])["Transmissions au logiciel de la mairie"]
    assert told == [{"Logiciel": "Tableau CSV (toutes les données)", "Transmis le": "24/11/2026 10:00"}]


def test_the_preview_tells_by_family_why_and_leads_to_its_dossier(
    db: Database, agent: Browser, dossier: Dossier
) -> None:
    agent.get("/mairie/exports/noethysweb")
    assert "Loïc Martin : sexe inconnu, à demander." in agent.text
    assert agent.page.select_one(f'td, th a[href="/mairie/dossiers/{dossier.reference}"]')
    db.execute("UPDATE people SET sex = 'm' WHERE given_name = 'Loïc'")
    agent.get("/mairie/exports/noethysweb")
    assert (
        "sexe inconnu" not in agent.text
        and "Jeanne Le Goff : droit de venir chercher Loïc Martin à saisir" in agent.text
    )
    data = download(agent).data
    assert [line["PRENOM"] for line in sheets(io.BytesIO(data))["INDIVIDUS"]] == ["Camille", "Loïc"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("contact_rights SET may_collect = 0, emergency = 1",
         "appel en cas d'urgence pour Loïc Martin à saisir à la main"),
        ("people SET phone = '+32470123456' WHERE given_name = 'Jeanne'",
         "peut venir chercher Loïc Martin mais n'a pas de numéro de métropole, à saisir à la main"),
        ("people SET given_name = 'Anne Marie' WHERE given_name = 'Jeanne'",
         "peut venir chercher Loïc Martin mais son nom serait mal découpé, à saisir à la main"),
    ],
)  # fmt: skip
def test_a_right_that_iloise_does_not_take_is_told_with_the_reason(
    db: Database, agent: Browser, dossier: Dossier, change: str, reason: str
) -> None:
    db.execute("UPDATE people SET sex = 'm' WHERE given_name = 'Loïc'")
    db.execute(f"UPDATE {change}")
    agent.get("/mairie/exports/iloise")
    assert f"Le Goff : {reason}." in agent.text


@pytest.mark.parametrize(
    ("parent", "child", "alike"),
    [
        (("Camille", "Durand"), ("Zoé", "Durand"), None),
        (("Camille", "Martin"), ("Zoé", "Durand"), "Camille Martin"),
        (("Anne", "Durand"), ("Loïc", "Martin"), "Loïc Martin"),
        (("Anne", "Durand"), ("Paul Loïc", "Martin"), None),
        (("Anne", "Durand"), ("Loïc Paul", "Saint Martin"), "Loïc Martin"),
        (("Camille", "Martin"), ("Loïc", "Martin"), "Camille Martin, Loïc Martin"),
    ],
)
def test_who_is_called_as_in_another_family_is_left_to_the_agent_of_iloise(
    db: Database, agent: Browser, dossier: Dossier, parent: tuple[str, str], child: tuple[str, str], alike: str | None
) -> None:
    other = a_family(db, name="Trévidic")
    decide(db, other.id)
    for line, name in zip(other.lines[:2], (parent, child), strict=True):
        db.execute("UPDATE people SET given_name = ?, birth_name = ? WHERE id = ?", (*name, line.person))
    db.execute("UPDATE people SET sex = 'm'")
    agent.get("/mairie/exports/iloise")
    words = f"Homonyme dans une autre famille, que ce logiciel confondrait : {alike}. À saisir à la main."
    assert (words in agent.text) == (alike is not None) and ("Homonyme" in agent.text) == (alike is not None)


def test_a_right_contested_is_told_and_is_not_among_those_of_iloise(
    db: Database, agent: Browser, dossier: Dossier
) -> None:
    db.execute("UPDATE people SET sex = 'm', mobile = NULL WHERE given_name = 'Loïc'")
    _parent, child, contact = (line.person for line in dossier.lines)
    other = a_family(db, name="Trévidic")
    db.execute(
        "INSERT INTO objections (household, against, contact, child, what, at) VALUES (?, ?, ?, ?, 'collect', ?)",
        (other.household, dossier.household, contact, child, "2026-11-24T09:00:00+00:00"),
    )
    assert [line["Contesté"] for line in table(agent, "droits")] == ["oui"]
    agent.get("/mairie/exports/iloise")
    told = "Jeanne Le Goff : droit de venir chercher Loïc Martin contesté par l'autre parent, à décider."
    assert told in agent.text
    files = archive(io.BytesIO(download(agent).data))
    (line,) = sheets(io.BytesIO(files["Enfants.xlsx"]), 3)["Enfants"]
    assert line["Adultes habilités"] == ""


@pytest.mark.parametrize("slug", ["noethysweb", "bl-enfance", "parascol"])
@pytest.mark.parametrize("contested", [*Permission, None])
@pytest.mark.parametrize("given", [*Permission, None])
def test_software_that_takes_no_contact_is_told_which_right_each_has_and_which_is_contested(
    db: Database, agent: Browser, dossier: Dossier, slug: str, contested: Permission | None, given: Permission | None
) -> None:
    db.execute("UPDATE people SET sex = 'm' WHERE given_name = 'Loïc'")
    rights = [one for one in Permission if given in {one, None}]
    boxes = (Permission.COLLECT in rights, Permission.EMERGENCY in rights)
    db.execute("UPDATE contact_rights SET may_collect = ?, emergency = ?", boxes)
    _parent, child, contact = (line.person for line in dossier.lines)
    other = a_family(db, name="Trévidic")
    if contested:
        with transaction(db):
            objections.add(db, other.household, dossier.household, contact, child, contested, now())
    agent.get(f"/mairie/exports/{slug}")
    asked = {
        Permission.COLLECT: "droit de venir chercher Loïc Martin",
        Permission.EMERGENCY: "appel en cas d'urgence pour Loïc Martin",
    }
    ends = ["contesté par l'autre parent, à décider" if one is contested else "à saisir à la main" for one in rights]
    told = ", ".join(f"{asked[one]} {end}" for one, end in zip(rights, ends, strict=True))
    assert f"Jeanne Le Goff : {told}." in agent.text
