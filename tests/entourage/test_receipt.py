"""A deposit is a receipt, page and mail alike: town, reference, moment, who was declared, what happens next."""

from datetime import UTC, datetime

import pytest
import time_machine
from bs4 import BeautifulSoup
from sqlite_utils import Database
from werkzeug.test import TestResponse

from tests.support.client import CheckedClient, follow, main_of, read, submit
from tests.support.families import JEANNE as CONTACT
from tests.support.families import a_family, ask, decide
from tests.support.outbox import WRITTEN
from tests.support.walk import CHILD, RELATIVE, add, deposit, open_entourage, sign_in
from wizard.db import transaction
from wizard.french import plain
from wizard.models import Declaration, Role
from wizard.services import receipt as service

AT = datetime(2026, 3, 3, 9, 42, tzinfo=UTC)
JEANNE = RELATIVE | {"phone": "02 41 22 33 44"}
TOLD = [
    "Camille Martin – vous",
    "Loïc Martin – enfant",
    "Anna Martin – enfant",
    "Jeanne Petit – contact Demandé : venir chercher Loïc et Anna. Demandé : appel en cas d'urgence pour Loïc et Anna.",
]
# What nobody needs on a paper that lies about: dates of birth, telephones, addresses.
SECRET = ("2019", "02 41 22 33 44", "06 12 34 56 78", "Moulin", "exemple.fr", "mère", "Mère", "Grand-parent")


@pytest.fixture
def receipt(parent: CheckedClient) -> TestResponse:
    """The page of a deposit, on the morning of 3 March."""
    with time_machine.travel(AT, tick=False):
        page = add(parent, open_entourage(parent), "membre", **CHILD)
        page = add(parent, page, "membre", **CHILD | {"given_name": "Anna"})
        return deposit(parent, add(parent, page, "contact", **JEANNE, may_collect="y", emergency="y"))


def words(text: str) -> str:
    return " ".join(plain(text).split())


def listed(soup: BeautifulSoup) -> list[str]:
    return [words(item.get_text(" ")) for item in soup.select("ul")[0].select("li")]


def test_the_page_says_what_was_deposited_when_and_what_happens_next(receipt: TestResponse) -> None:
    text = words(main_of(receipt))
    assert "La mairie d'Oudon l'a bien reçu" in text
    assert "Déposé le mardi 3 mars 2026 à 10 h 42." in text
    assert listed(read(receipt)) == TOLD
    assert "il sera traité sous 3 à 6 jours" in text
    assert read(receipt).select("main a[href='tel:+33240836017']")


def test_the_mail_says_the_same(db: Database, receipt: TestResponse) -> None:
    (mail,) = db.query(WRITTEN + " WHERE name = 'deposited'")
    text = words(mail["body_text"])
    assert "Déposé le mardi 3 mars 2026 à 10 h 42." in text and "sous 3 à 6 jours" in text
    assert listed(BeautifulSoup(mail["body_html"], "html.parser")) == TOLD
    assert all(line in text for line in TOLD)


def test_neither_says_more_of_them_than_their_names_and_what_is_asked(db: Database, receipt: TestResponse) -> None:
    (mail,) = db.query(WRITTEN + " WHERE name = 'deposited'")
    for text in (words(main_of(receipt)), words(mail["body_text"]), words(mail["body_html"])):
        assert not [secret for secret in SECRET if secret in text]


def test_a_parent_who_corrects_themselves_alone_is_told_so(
    db: Database, parent: CheckedClient, receipt: TestResponse
) -> None:
    decide(db, Camille="to_correct")
    follow(parent, sign_in(parent))
    follow(parent, submit(parent, parent.get("/espace/donnees/identite"), given_name="Camille Anne"))
    *_before, mail = db.query(WRITTEN + " WHERE name = 'deposited'")
    assert listed(BeautifulSoup(mail["body_html"], "html.parser")) == ["Camille Anne Martin – vous"]


@pytest.mark.usefixtures("app_context")
def test_of_someone_who_is_to_leave_it_says_nothing_but_that(db: Database) -> None:
    dossier = a_family(db)
    decide(db, dossier.id)
    with transaction(db):
        ask(db, dossier.id, dossier.lines[2].person, Declaration(Role.CONTACT, CONTACT, leaves=True))
    assert service.lines(db, dossier.id) == (service.Line("Jeanne Le Goff", "contact", "Retrait demandé."),)
