"""Where each one stands: the space, the copy of the data, the card and the list of the agents say the same."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import time_machine
from bs4 import BeautifulSoup
from flask import Flask
from sqlite_utils import Database

from tests.support.client import CheckedClient, read
from tests.support.families import LOIC, a_family, ask, decide, found, tick_both
from tests.support.walk import PASSWORD, sign_in
from tests.townhall.browsers import Browser
from wizard import clock
from wizard.db import transaction
from wizard.french import plain
from wizard.models import AgentRole, Declaration, Dossier, Right, Role
from wizard.services import household, passwords, withdrawing
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
    with time_machine.travel(WHEN["answered"], tick=False):
        decide(db, dossier.id, "contact_declined", Jeanne=contact, Loïc=child)


def reopened(db: Database, dossier: Dossier) -> None:
    with transaction(db):
        dossiers.reopen(db, dossier.id, [line.person for line in dossier.lines])


@pytest.fixture
def dossier(db: Database) -> Dossier:
    """A dossier deposited on 3 March, whose contact may collect and be called, and whose parent signs in."""
    with time_machine.travel(WHEN["asked"], tick=False):
        deposited = a_family(db)
    with transaction(db):
        tick_both(db)
        accounts.set_password(db, deposited.account, passwords.hash_password(PASSWORD))
    return deposited


@pytest.fixture
def readers(app: Flask, db: Database, client: CheckedClient, dossier: Dossier) -> dict[str, Callable[[], list[str]]]:
    """What each reader says of the contact, sentence by sentence."""
    account = accounts.by_id(db, dossier.account)
    assert account is not None
    sign_in(client, account.email)
    with transaction(db):
        agents.add(db, AGENT, AgentRole.CASEWORKER, passwords.hash_password(PASSWORD), clock.now())
    agent = Browser(app)
    agent.enter(AGENT, PASSWORD)

    def space() -> list[str]:
        cards = read(client.get("/espace")).select(".cards .card")
        return [text(one) for card in cards if "Jeanne" in card.get_text() for one in card.select("p:not(:has(a))")[1:]]

    def card() -> list[str]:
        agent.get(f"/mairie/dossiers/{dossier.reference}")
        return [text(one) for one in agent.page.select("article")[-1].select(".facts dd")]

    def others() -> list[str]:
        with transaction(db):
            second = dossiers.add(db, dossiers.new_reference(db), dossier.household, dossier.account, clock.now())
            ask(db, second, people.add_person(db, LOIC, clock.now()), Declaration(Role.CHILD, LOIC))
        agent.get(f"/mairie/dossiers/{found(db, second).reference}")
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
    if then == "reopened" and contact:
        reopened(db, dossier)
        told, collecting, word = STANDINGS["accepted" if (contact, child) == ("accepted",) * 2 else "asked"][2:]
        if contact == "accepted":
            told = "Validé le 5 mars 2026"
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
    assert "Peut venir chercher Loïc." not in client.get("/espace").text


def test_what_was_accepted_holds_until_an_answer_refuses_it(
    db: Database, dossier: Dossier, readers: dict[str, Callable[[], list[str]]]
) -> None:
    """Asked to correct, corrected and accepted; then reopened, and the contact refused."""
    contact, days = dossier.lines[2].person, {day: datetime(2026, 3, day, 9, tzinfo=UTC) for day in (6, 7, 8)}
    answered(db, dossier, "to_correct", "accepted")
    with time_machine.travel(days[6], tick=False), transaction(db):
        ask(db, dossier.id, contact, household.read(db, dossier.household).pending[contact].declaration)
        dossiers.set_corrected(db, dossier.id, days[6])
    assert readers["space"]()[0] == "Demandé le 6 mars 2026"
    with time_machine.travel(days[7], tick=False):
        decide(db, dossier.id)
    reopened(db, dossier)
    assert readers["space"]()[0] == "Validé le 7 mars 2026", "an agent who looks again takes nothing away"
    with time_machine.travel(days[8], tick=False):
        decide(db, dossier.id, Jeanne="refused")
    assert readers["space"]() == [
        "Refusé le 8 mars 2026 : Voir la mairie.",
        "Ne peut pas venir chercher Loïc.",
        "N'est pas à appeler en cas d'urgence pour Loïc.",
    ]


def test_a_change_that_is_asked_leaves_what_is_granted_as_it_is(
    db: Database, dossier: Dossier, readers: dict[str, Callable[[], list[str]]]
) -> None:
    contact = dossier.lines[2].person
    answered(db, dossier, "accepted", "accepted")
    was = household.declaration_of(*(household.read(db, dossier.household).facts[one] for one in (contact, 1)))
    with time_machine.travel(datetime(2026, 4, 5, 9, tzinfo=UTC), tick=False), transaction(db):
        second = dossiers.add(db, "CCCCDDDD", dossier.household, dossier.account, clock.now())
        ask(db, second, contact, replace(was, identity=replace(was.identity, given_name="Janie"), rights=()))
    granted = ["Peut venir chercher Loïc.", "À appeler en cas d'urgence pour Loïc."]
    assert readers["space"]() == ["Modification demandée le 5 avril 2026", *granted]
    decide(db, second, Janie="refused", Jeanne="refused")
    assert readers["space"]()[1:] == granted


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
    with time_machine.travel(WHEN["asked"], tick=False), transaction(db):
        zoe = people.add_person(db, replace(LOIC, given_name="Zoé"), clock.now())
        ask(db, dossier.id, zoe, Declaration(Role.CHILD, replace(LOIC, given_name="Zoé")))
        asked = household.read(db, dossier.household).pending[contact].declaration
        ask(db, dossier.id, contact, replace(asked, rights=(*asked.rights, Right(zoe, True, False))))
    assert readers["space"]()[1:] == [
        "Demandé : venir chercher Loïc et Zoé.",
        "Demandé : appel en cas d'urgence pour Loïc.",
    ]
