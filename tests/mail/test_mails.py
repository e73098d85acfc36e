"""What each mail says, and what it must never carry."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from bs4 import BeautifulSoup
from flask import Flask
from postman import Postman
from sqlite_utils import Database

from wizard.db import transaction
from wizard.french import plain
from wizard.services.outbox import enqueue, send_due
from wizard.services.personal_data import DELETION_LIFETIME, EMAIL_LIFETIME
from wizard.signup.resume import LINK_LIFETIME

FOLDER = Path(__file__).parents[2] / "templates" / "mail"
PORTAL = "https://famille.oudon.example"
LINK = f"{PORTAL}/activation/{'t' * 43}"
LINES = (
    {"name": "Zoé Martin", "decision": "Accepté", "motive": None, "comment": None, "next_step": None},
    {
        "name": "<b>Luc</b> & Fils",
        "decision": "À corriger",
        "motive": "Pièce illisible",
        "comment": "Le justificatif est coupé.",
        "next_step": "Déposez-le de nouveau.",
    },
)
CONTEXTS: dict[str, dict[str, Any]] = {
    "activation": {"link": LINK, "code": "123456", "lifetime": timedelta(hours=48)},
    "already_registered": {},
    "deposited": {"reference": "K7RM-4TXQ"},
    "outcome": {"reference": "K7RM-4TXQ", "lines": LINES, "link": f"{PORTAL}/espace"},
    "lost_access": {"identifier": "camille.martin", "link": LINK},
    "no_account": {},
    "password_changed": {},
    "email_change": {"link": LINK},
    "email_changed": {},
    "resume": {"link": LINK},
    "deletion": {"link": LINK},
    "inactivity_warning": {"deletion_day": date(2028, 11, 24)},
}


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
    (row,) = db.query("SELECT * FROM outbox")
    said = f"une seule fois, pendant {lifetime // timedelta(hours=1)} heures"
    assert said in plain(row["body_text"]) and said in plain(row["body_html"])


@pytest.mark.parametrize("name", CONTEXTS)
def test_a_mail_reads_the_same_in_text_and_in_html(app: Flask, db: Database, name: str) -> None:
    with transaction(db):
        enqueue(db, name, "camille@exemple.fr", **CONTEXTS[name])
    (row,) = db.query("SELECT * FROM outbox")

    assert re.fullmatch(r"Mairie de Oudon – \S.*\S", row["subject"])
    html = BeautifulSoup(row["body_html"], "html.parser")
    shown = " ".join(html.body.get_text(" ").split()) if html.body else ""
    for line in row["body_text"].split("\n"):
        if line.strip():
            assert " ".join(line.split()) in shown, "the text says what the HTML says"
    assert row["body_text"].startswith("Bonjour,\n") and "\n\n\n" not in row["body_text"]
    assert "Mairie de Oudon\nservice enfance" in row["body_text"] and "02" in row["body_text"]
    assert not html.find_all(["img", "script", "link", "iframe", "form", "object"])
    assert "url(" not in row["body_html"], "nothing is fetched, so nobody learns that it was read"
    for anchor in html.find_all("a"):
        assert str(anchor["href"]).startswith(f"{PORTAL}/")


def test_the_activation_mail_holds_a_link_and_a_code(app: Flask, db: Database) -> None:
    with transaction(db):
        enqueue(db, "activation", "camille@exemple.fr", **CONTEXTS["activation"])
    (row,) = db.query("SELECT * FROM outbox")
    assert row["subject"] == "Mairie de Oudon – Création de votre espace personnel"
    assert f"\n{LINK}\n" in row["body_text"] and "\n123456\n" in row["body_text"]
    assert "pendant 2\u00a0jours." in row["body_text"]


def test_the_outcome_gives_each_person_their_decision_and_what_to_do(app: Flask, db: Database) -> None:
    with transaction(db):
        enqueue(db, "outcome", "camille@exemple.fr", **CONTEXTS["outcome"])
    (row,) = db.query("SELECT * FROM outbox")
    assert "Zoé Martin : Accepté\n" in row["body_text"]
    assert (
        "<b>Luc</b> & Fils : À corriger\nMotif : Pièce illisible\nPrécision : Le justificatif est coupé.\n"
        "À faire : Déposez-le de nouveau.\n"
    ) in plain(row["body_text"])
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
