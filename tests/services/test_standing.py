"""Where each one stands: the space, the copy of the data, the card and the list of the agents say the same."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from bs4 import BeautifulSoup
from flask import Flask
from sqlite_utils import Database

from tests.support.client import CheckedClient, read, submit
from tests.support.families import LOIC, a_family
from tests.support.walk import PASSWORD
from tests.townhall.browsers import Browser
from wizard import clock
from wizard.db import transaction
from wizard.french import plain
from wizard.models import AgentRole, Decision, Dossier, Role
from wizard.services import passwords, withdrawing
from wizard.services.outcome import latest_decisions
from wizard.stores import accounts, agents, dossiers, people

WHEN = {"asked": datetime(2026, 3, 3, 9, tzinfo=UTC), "answered": datetime(2026, 3, 5, 9, tzinfo=UTC)}
AGENT = "claire@oudon.example"
REASON = "Cette personne ne souhaite pas être contact. Voir la mairie."

# What was decided of the contact, then of the child, None while the dossier waits → what is said of the contact, of
# the right to collect, of the right to be called, and in the copy.
STANDINGS = {
    "asked": (None, None, "Demandé le 3 mars 2026", "Demandé : venir chercher Loïc.", "demandé"),
    "accepted": ("accepted", "accepted", "Validé le 5 mars 2026", "Peut venir chercher Loïc.", "oui"),
    "refused": (
        "refused", "accepted", f"Refusé le 5 mars 2026 : {REASON}", "Ne peut pas venir chercher Loïc.", "refusé"),
    "to correct": (
        "to_correct", "accepted", f"À corriger : {REASON}", "Pas encore accordé : venir chercher Loïc.", "à corriger"),
    "its child refused": (
        "accepted", "refused", "Validé le 5 mars 2026", "Ne peut pas venir chercher Loïc.", "refusé"),
    "its child to correct": (
        "accepted", "to_correct", "Validé le 5 mars 2026", "Pas encore accordé : venir chercher Loïc.", "à corriger"),
}  # fmt: skip
CALLED = {
    "demandé": "Demandé : appel en cas d'urgence pour Loïc.",
    "oui": "À appeler en cas d'urgence pour Loïc.",
    "refusé": "N'est pas à appeler en cas d'urgence pour Loïc.",
    "à corriger": "Pas encore accordé : appel en cas d'urgence pour Loïc.",
}
Standing = tuple[str | None, str | None, str, str, str]


def answered(db: Database, dossier: Dossier, contact: str, child: str) -> None:
    with transaction(db):
        for given_name, decision in (("Camille", "accepted"), ("Loïc", child), ("Jeanne", contact)):
            wrong = decision != "accepted"
            db.execute(
                "UPDATE dossier_people SET decision = ?, motive = ?, comment = ? WHERE dossier = ? AND person ="
                " (SELECT id FROM people WHERE given_name = ?)",
                (
                    decision,
                    "contact_declined" if wrong else None,
                    "Voir la mairie." if wrong else None,
                    dossier.id,
                    given_name,
                ),
            )
        dossiers.set_answered(db, dossier.id, WHEN["answered"])


def reopened(db: Database, dossier: Dossier) -> None:
    with transaction(db):
        dossiers.set_answered(db, dossier.id, None)


@pytest.fixture
def dossier(db: Database) -> Dossier:
    """A dossier deposited on 3 March, whose contact may collect and be called, and whose parent signs in."""
    with time_machine.travel(WHEN["asked"], tick=False):
        found = a_family(db)
    with transaction(db):
        db.execute("UPDATE contact_rights SET emergency = 1")
        accounts.set_password(db, found.account, passwords.hash_password(PASSWORD))
    return found


@pytest.fixture
def readers(app: Flask, db: Database, client: CheckedClient, dossier: Dossier) -> dict[str, Callable[[], list[str]]]:
    """What each reader says of the contact, sentence by sentence."""
    account = accounts.by_id(db, dossier.account)
    assert account is not None
    submit(client, client.get("/connexion"), username=account.email, password=PASSWORD)
    with transaction(db):
        agents.add(db, AGENT, AgentRole.INSTRUCTEUR, passwords.hash_password(PASSWORD), clock.now())
    agent = Browser(app)
    agent.sign_in(AGENT, PASSWORD)

    def space() -> list[str]:
        cards = read(client.get("/espace")).select(".cards .card")
        return [text(one) for card in cards if "Jeanne" in card.get_text() for one in card.select("p:not(:has(a))")[1:]]

    def card() -> list[str]:
        agent.get(f"/mairie/dossiers/{dossier.reference}")
        return [text(one) for one in agent.page.select("article")[-1].select(".recap dd")]

    def others() -> list[str]:
        with transaction(db):
            second = dossiers.add(
                db, dossiers.new_reference(db), dossier.household, dossier.account, [dossier.lines[0].person],
                clock.now())  # fmt: skip
        found = dossiers.by_id(db, second)
        assert found is not None
        agent.get(f"/mairie/dossiers/{found.reference}")
        return [text(one) for one in agent.page.select("main > ul > li") if "Jeanne" in one.get_text()]

    return {"space": space, "card": card, "others": others}


def text(tag: BeautifulSoup) -> str:
    return plain(" ".join(tag.get_text(" ").split()))


def copied(client: CheckedClient) -> tuple[str, str, str]:
    copy = json.loads(client.get("/espace/donnees/copie.json").data)
    (person,) = (one for one in copy["Personnes"] if one["Prénom"] == "Jeanne")
    (right,) = copy["Autorisations"]
    return person["Où en est la demande"], right["Peut venir le chercher"], right["À appeler en cas d'urgence"]


@pytest.mark.parametrize("standing", STANDINGS.values(), ids=list(STANDINGS))
@pytest.mark.parametrize("then", ["answered", "reopened"])
def test_the_four_readers_say_the_same_of_a_contact_and_of_each_right(
    db: Database,
    client: CheckedClient,
    dossier: Dossier,
    readers: dict[str, Callable[[], list[str]]],
    standing: Standing,
    then: str,
) -> None:
    contact, child, told, collecting, word = standing
    if contact and child:
        answered(db, dossier, contact, child)
    if then == "reopened":
        reopened(db, dossier)
        told, collecting, word = STANDINGS["asked"][2:]
    for name, reader in readers.items():
        said = " ".join(reader())
        assert told in said and collecting in said and CALLED[word] in said, (name, said)
        assert ("Peut venir chercher" in said) == ("À appeler en cas d'urgence" in said) == (word == "oui"), (
            name,
            said,
        )
    in_copy, *rights = copied(client)
    assert rights == [word, word]
    for day, moment in (("3 mars 2026", "03/03/2026 10:00"), ("5 mars 2026", "05/03/2026 10:00")):
        told = told.replace(day, moment)
    assert in_copy == told


def test_a_refusal_shows_its_reason_and_no_right_to_the_parent(
    db: Database, client: CheckedClient, dossier: Dossier, readers: dict[str, Callable[[], list[str]]]
) -> None:
    answered(db, dossier, "refused", "accepted")
    assert readers["space"]() == [
        f"Refusé le 5 mars 2026 : {REASON}",
        "Ne peut pas venir chercher Loïc.",
        "N'est pas à appeler en cas d'urgence pour Loïc.",
    ]
    assert "Peut venir chercher" not in client.get("/espace").text


def test_the_last_word_about_a_person_is_the_latest_answer_whichever_dossier_it_is_in(
    db: Database, dossier: Dossier, readers: dict[str, Callable[[], list[str]]]
) -> None:
    """Asked to correct, corrected and accepted; then the first dossier is reopened and the contact refused."""
    contact = dossier.lines[2].person
    answered(db, dossier, "to_correct", "accepted")
    days = {day: datetime(2026, 3, day, 9, tzinfo=UTC) for day in (6, 7, 8)}
    with transaction(db):
        again = dossiers.add(db, "CCCCDDDD", dossier.household, dossier.account, [contact], days[6])
    assert readers["space"]()[0] == "Demandé le 6 mars 2026"
    with transaction(db):
        db.execute("UPDATE dossier_people SET decision = 'accepted' WHERE dossier = ?", (again,))
        dossiers.set_answered(db, again, days[7])
    reopened(db, dossier)
    assert readers["space"]()[0] == "Validé le 7 mars 2026", "what a later answer decided is not asked again"
    with transaction(db):
        db.execute("UPDATE dossier_people SET decision = 'refused', motive = 'other' WHERE dossier = ?", (dossier.id,))
        dossiers.set_answered(db, dossier.id, days[8])
    assert readers["space"]()[0].startswith("Refusé le 8 mars 2026")
    assert latest_decisions(dossiers.of_household(db, dossier.household))[contact] is Decision.REFUSED


@pytest.mark.parametrize(("contact", "child"), [(None, None), ("accepted", "accepted"), ("to_correct", "accepted")])
def test_the_four_readers_say_the_same_of_what_is_withdrawn(
    app: Flask,
    db: Database,
    client: CheckedClient,
    dossier: Dossier,
    readers: dict[str, Callable[[], list[str]]],
    contact: str | None,
    child: str | None,
) -> None:
    if contact and child:
        answered(db, dossier, contact, child)
    account = accounts.by_id(db, dossier.account)
    assert account is not None
    with time_machine.travel(datetime(2026, 3, 9, 9, 5, tzinfo=UTC), tick=False), app.test_request_context():
        withdrawing.withdraw(db, account, dossier.lines[2].person, None)
    for name, reader in readers.items():
        said = " ".join(reader())
        assert "Retiré le 9 mars 2026" in said, (name, said)
        assert "Ne peut plus venir chercher Loïc depuis le 9 mars 2026 à 10 h 05." in said, (name, said)
        assert "N'est plus à appeler en cas d'urgence pour Loïc depuis le 9 mars 2026 à 10 h 05." in said, (name, said)
        assert "Demandé" not in said and "Validé" not in said and "À corriger" not in said, (name, said)
    assert copied(client) == ("Retiré le 09/03/2026 10:05", "retiré", "retiré")


def test_children_of_one_standing_are_named_together(
    db: Database, dossier: Dossier, readers: dict[str, Callable[[], list[str]]]
) -> None:
    contact = dossier.lines[2].person
    with transaction(db):
        zoe = people.add_person(db, LOIC, clock.now())
        db.execute("UPDATE people SET given_name = 'Zoé' WHERE id = ?", (zoe,))
        people.add_member(db, dossier.household, zoe, Role.CHILD)
        db.execute("INSERT INTO dossier_people (dossier, person) VALUES (?, ?)", (dossier.id, zoe))
        db.execute("INSERT INTO contact_rights (contact, child, may_collect, emergency) VALUES (?, ?, 1, 0)",
            (contact, zoe))  # fmt: skip
    assert readers["space"]()[1:] == [
        "Demandé : venir chercher Loïc et Zoé.",
        "Demandé : appel en cas d'urgence pour Loïc.",
    ]
