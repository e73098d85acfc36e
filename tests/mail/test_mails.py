"""What each mail says, and what it must never carry."""

import re
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from bs4 import BeautifulSoup
from flask import Flask
from sqlite_utils import Database

from tests.mail.letters import CONTEXTS, LINK, PORTAL
from tests.support.client import badly_spaced
from tests.support.outbox import WRITTEN
from tests.support.smtp import Postman
from wizard.clock import now
from wizard.db import transaction
from wizard.french import plain
from wizard.models import Decision, DecisionLine, Identity
from wizard.services import outcome
from wizard.services.outbox import enqueue, send_due
from wizard.services.personal_data import DELETION_LIFETIME, EMAIL_LIFETIME
from wizard.services.resuming import LINK_LIFETIME
from wizard.stores import accounts, people

FOLDER = Path(__file__).parents[2] / "templates" / "mail"


def test_every_mail_is_written_here_and_has_its_three_files() -> None:
    mails = {path.name: {file.name for file in path.iterdir()} for path in FOLDER.iterdir() if path.is_dir()}
    assert mails == {name: {"subject.txt", "body.txt", "body.html"} for name in CONTEXTS}


@pytest.mark.parametrize(
    ("name", "lifetime"),
    [("email_change", EMAIL_LIFETIME), ("deletion", DELETION_LIFETIME), ("resume", LINK_LIFETIME)],
)
def test_a_mail_says_how_long_its_link_serves(app: Flask, db: Database, name: str, lifetime: timedelta) -> None:
    with transaction(db):
        enqueue(db, name, "camille@exemple.fr", **CONTEXTS[name])
    (row,) = db.query(WRITTEN)
    said = f"une seule fois, pendant {lifetime // timedelta(hours=1)} heures"
    assert said in plain(row["body_text"]) and said in plain(row["body_html"])


def written(db: Database, name: str, **more: Any) -> dict[str, Any]:
    """Write one mail and return it as it is stored."""
    with transaction(db):
        enqueue(db, name, "camille@exemple.fr", **CONTEXTS[name] | more)
    (row,) = db.query(WRITTEN)
    return dict(row)


@pytest.mark.parametrize("name", ["documents", "child_file_reminder"])
def test_a_mail_that_warns_of_nothing_gives_the_number_of_the_town_hall_once(
    app: Flask, db: Database, name: str
) -> None:
    assert plain(written(db, name)["body_text"]).count("02 40 83 60 17") == 1


def create_account(db: Database, given_name: str, *, activated: bool = True) -> None:
    """Add an account of the address that these mails go to."""
    with transaction(db):
        household = people.add_household(db, f"CLE-{given_name[:4]}", "link", now())
        person = people.add_person(db, Identity("Martin", given_name), now())
        address = "camille@exemple.fr"
        account = accounts.add(
            db, household=household, person=person, email=address, username=None, password_hash="-", now=now()
        )
        if activated:
            accounts.activate(db, account, now())


@pytest.mark.parametrize("name", CONTEXTS)
def test_a_mail_reads_the_same_in_text_and_in_html(app: Flask, db: Database, name: str) -> None:
    row = written(db, name)
    html = BeautifulSoup(row["body_html"], "html.parser")
    assert html.body
    preheader = html.select_one("#preheader")
    assert preheader and preheader.extract().get_text().strip(), "what a phone shows beside the subject"
    for line_break in html.find_all("br"):
        line_break.replace_with("\n")
    assert Counter(html.body.get_text().split()) == Counter(row["body_text"].split())


@pytest.mark.parametrize("name", CONTEXTS)
def test_a_mail_bears_the_town_and_fetches_nothing(app: Flask, db: Database, name: str) -> None:
    row = written(db, name)
    town = "Mairie de Oudon" if name == "activation" else "Mairie d'Oudon"
    assert re.fullmatch(rf"{town} – \S.*\S", row["subject"])
    assert row["body_text"].startswith("Bonjour,") and "\n\n\n" not in row["body_text"]
    assert "\nMairie d'Oudon\nService enfance\n" in row["body_text"]
    html = BeautifulSoup(row["body_html"], "html.parser")
    band = html.select_one(".band")
    assert band and band.get_text() == "Mairie d'Oudon" and "background:#1f5f8b" in str(band["style"])
    assert html.select_one("meta[name=color-scheme]")["content"] == "light dark"  # type: ignore[index]
    assert not html.find_all(["img", "script", "link", "iframe", "form", "object"])
    assert "url(" not in row["body_html"], "nothing is fetched, so nobody learns that it was read"


@pytest.mark.parametrize("name", CONTEXTS)
def test_a_link_of_a_mail_leads_where_it_says(app: Flask, db: Database, name: str) -> None:
    html = BeautifulSoup(written(db, name)["body_html"], "html.parser")
    for anchor in html.find_all("a"):
        text, href = anchor.get_text(), str(anchor["href"])
        assert href.startswith((f"{PORTAL}/", "tel:+33240836017"))
        if "://" in text:
            assert text == href
    told = plain(html.get_text())
    assert len(re.findall("[Aa]ppelez", told)) == len(re.findall(r"[Aa]ppelez[^.]* au 02 40 83 60 17", told))
    calls = [text for text in html.find_all(string=re.compile("[Aa]ppelez .* au")) if text.find_next("a")]
    assert calls
    for text in calls:
        assert str(text.find_next("a")["href"]) == "tel:+33240836017"  # type: ignore[index]


@pytest.mark.parametrize("name", CONTEXTS)
def test_a_mail_is_set_as_french_is(app: Flask, db: Database, name: str) -> None:
    row = written(db, name)
    assert not badly_spaced(BeautifulSoup(row["body_html"], "html.parser"))
    for text in (row["subject"], row["body_text"]):
        assert not re.search(r"\S [:;?!»](?!\w)|« ", text)


@pytest.mark.parametrize(
    ("typed", "read"),
    [("Samira", "Bonjour Samira,"), ("evil.example", "Bonjour,"), ("Vous avez gagné un téléphone neuf", "Bonjour,")],
)
def test_a_mail_greets_by_the_given_name_unless_it_is_a_message(
    app: Flask, db: Database, typed: str, read: str
) -> None:
    create_account(db, given_name=typed)
    row = written(db, "deposited")
    assert row["body_text"].startswith(read + "\n") and f"<p>{read}</p>" in row["body_html"]


def test_two_sign_ups_with_one_address_and_two_names_are_greeted_by_none(app: Flask, db: Database) -> None:
    create_account(db, given_name="Samira", activated=False)
    create_account(db, given_name="Karim", activated=False)
    assert written(db, "activation")["body_text"].startswith("Bonjour, votre code")


def test_the_code_is_what_a_phone_shows_first(app: Flask, db: Database) -> None:
    row = written(db, "activation", given_name="Samira")
    assert row["body_text"].startswith("Bonjour Samira, votre code d'activation est 123456.\n")
    body = BeautifulSoup(row["body_html"], "html.parser").body
    assert body and "123456" in body.get_text().strip().split("\n")[0]


def test_the_activation_mail_holds_a_link_and_a_code(app: Flask, db: Database) -> None:
    with transaction(db):
        enqueue(db, "activation", "camille@exemple.fr", **CONTEXTS["activation"])
    (row,) = db.query(WRITTEN)
    assert row["subject"] == "Mairie de Oudon – Création de votre espace personnel"
    assert f"\n{LINK}\n" in row["body_text"] and "\n123456\n" in row["body_text"]
    assert "pendant 2\u00a0jours." in row["body_text"]


def test_the_outcome_gives_each_person_their_decision_and_what_to_do(app: Flask, db: Database) -> None:
    with transaction(db):
        enqueue(db, "outcome", "camille@exemple.fr", **CONTEXTS["outcome"])
    (row,) = db.query(WRITTEN)
    text = plain(row["body_text"])
    assert "Zoé Martin : demande acceptée\n" in text
    assert (
        "<b>Luc</b> & Fils : à corriger\nMotif : Pièce illisible\nPrécision : Le justificatif est coupé.\n"
        "À faire : Déposez-le de nouveau.\n"
    ) in text
    assert "&lt;b&gt;Luc&lt;/b&gt; &amp; Fils" in row["body_html"] and "<b>Luc" not in row["body_html"]


def test_a_mail_on_the_wire_is_from_the_town_and_asks_for_no_answer(
    app: Flask, db: Database, server: Controller, postman: Postman
) -> None:
    with transaction(db):
        enqueue(db, "activation", "camille@exemple.fr", **CONTEXTS["activation"])
    send_due(db)

    (mail,) = postman.taken
    assert mail["Subject"] == "Mairie de Oudon – Création de votre espace personnel"
    assert mail["From"].addresses[0].display_name == "Mairie d'Oudon"
    assert mail["From"].addresses[0].addr_spec == "no-reply@oudon.example"
    assert mail["To"] == "camille@exemple.fr"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<[0-9a-f-]{36}@famille\.oudon\.example>", mail["Message-ID"])
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None and LINK in text.get_content()
    assert html is not None and LINK in html.get_content()


def test_a_line_break_in_a_value_cannot_add_a_header(
    app: Flask, db: Database, server: Controller, postman: Postman
) -> None:
    context = {**CONTEXTS["outcome"], "reference": "K7RM\r\nBcc: thief@exemple.fr\r\n"}
    with transaction(db):
        enqueue(db, "outcome", "camille@exemple.fr", **context)
    assert send_due(db).sent == 1
    assert postman.recipients == ["camille@exemple.fr"] and postman.taken[0]["Bcc"] is None


@pytest.mark.parametrize("recipient", ["a@exemple.fr\r\nBcc: thief@exemple.fr", "zoé@exemple.fr"])
def test_an_address_that_cannot_be_written_to_is_given_up_in_sight(
    app: Flask, db: Database, server: Controller, postman: Postman, recipient: str
) -> None:
    with transaction(db):
        enqueue(db, "no_account", recipient)
        enqueue(db, "no_account", "camille@exemple.fr")
    result = send_due(db)
    assert (result.sent, result.given_up) == (1, 1)
    assert postman.recipients == ["camille@exemple.fr"]


def test_an_accented_domain_is_written_as_the_network_knows_it(
    app: Flask, db: Database, server: Controller, postman: Postman
) -> None:
    with transaction(db):
        enqueue(db, "no_account", "camille@école.fr")
    assert send_due(db).sent == 1
    assert postman.recipients == ["camille@xn--cole-9oa.fr"]


def test_a_refusal_gives_the_number_to_call_as_a_link(app: Flask, db: Database) -> None:
    refused = outcome.told(DecisionLine(1, Decision.REFUSED, "outside_town", None), "Samira")
    assert refused["decision"] == "demande refusée"
    row = written(db, "outcome", lines=[refused])
    told = "À faire : si vous pensez que c'est une erreur, appelez la mairie au "
    assert f"{told}02 40 83 60 17." in plain(row["body_text"])
    assert f'{told}<a href="tel:+33240836017">02 40 83 60 17</a>.' in plain(row["body_html"]).replace("&#39;", "'")
