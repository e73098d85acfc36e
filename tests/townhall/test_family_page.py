"""A family's page: who to call, who may collect, what was asked and answered, and its sheet, for those who process."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup, Tag
from flask import Flask
from sqlite_utils import Database

from tests.account.factories import an_account
from tests.support.families import JEANNE, a_family, ask, decide, found, tick_both, with_a_father
from tests.townhall.browsers import Browser
from wizard.clock import now
from wizard.db import transaction
from wizard.models import Account, AgentRole, Declaration, Dossier, Permission, Right, Role
from wizard.services import asking, household, mail_state, withdrawing
from wizard.stores import accounts, journal, notes, outbox, people


@pytest.fixture
def agent(signed_in: Callable[..., Browser]) -> Browser:
    return signed_in()


def address(dossier: Dossier, end: str = "") -> str:
    return f"/mairie/familles/{dossier.household}{end}"


def parent_of(db: Database, dossier: Dossier) -> Account:
    account = accounts.by_id(db, dossier.account)
    assert account is not None
    return account


def section(page: BeautifulSoup, name: str) -> str:
    """What the section of this heading says."""
    heading = next(one for one in page.find_all("h2") if one.get_text() == name)
    told = heading.find_next(["ol", "ul", "dl", "table"])
    assert isinstance(told, Tag)
    return " ".join(told.get_text(" ").split())


def test_every_dossier_leads_to_it_and_each_opening_is_in_the_journals(db: Database, agent: Browser) -> None:
    dossier = a_family(db)
    agent.get(f"/mairie/dossiers/{dossier.reference}")
    assert agent.page.find("a", href=address(dossier)) is not None
    for end in ("", "/fiche", f"/personnes/{dossier.lines[0].person}", "/adresse"):
        before = len(journal.of_dossier(db, dossier.id))
        assert agent.get(address(dossier, end)).status_code == 200
        latest, *_others = entries = journal.of_dossier(db, dossier.id)
        assert (len(entries), latest.action, latest.agent) == (before + 1, "read", "claire@oudon.example"), end
    rows = list(db.query("SELECT action FROM agent_journal WHERE reference = ?", [dossier.reference]))
    assert [row["action"] for row in rows] == ["opened", "read", "read", "read", "read"]


def test_the_reception_opens_none_of_it(db: Database, signed_in: Callable[..., Browser]) -> None:
    dossier = a_family(db)
    reception = signed_in("accueil@oudon.example", AgentRole.RECEPTION)
    for end in ("", "/fiche", "/adresse", f"/personnes/{dossier.lines[2].person}/retirer"):
        assert reception.get(address(dossier, end)).status_code == 403
        assert "Martin" not in reception.text


def test_a_household_that_deposited_nothing_has_no_page(db: Database, agent: Browser) -> None:
    account = an_account(db)
    for number in (account.household, 0, 2**63 - 1, 2**63, 2**70):
        assert agent.get(f"/mairie/familles/{number}").status_code == 404


def test_who_to_call_comes_first_each_number_a_link_and_nobody_who_is_only_asked(db: Database, agent: Browser) -> None:
    dossier = with_a_father(db, a_family(db))
    tick_both(db)
    agent.get(address(dossier))
    assert section(agent.page, "Qui appeler") == "06 12 34 56 78 Camille Martin – Représentant camille@exemple.fr"
    decide(db, dossier.id)
    agent.get(address(dossier))
    told = section(agent.page, "Qui appeler")
    order = ["06 12 34 56 78", "Représentant", "06 98 76 54 32", "Co-représentant", "02 40 12 34 56", "Loïc"]
    assert [one for one in order if one in told] == order == sorted(order, key=told.index)
    assert agent.page.select_one("ol.calls a[href='tel:+33612345678']") is not None
    first = agent.page.find("h2")
    assert isinstance(first, Tag) and first.get_text() == "Qui appeler"


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("waits", "en attente depuis le 24 novembre 2026 à 10 h 00"),
        ("sent", "envoyé le 24 novembre 2026 à 10 h 05"),
        ("postponed", "en attente depuis le 24 novembre 2026 à 10 h 00 : 421 réessayez"),
        ("given up", "refusé le 24 novembre 2026 à 10 h 05 : 550 adresse inconnue"),
    ],
)
def test_what_became_of_the_last_mails_is_told(db: Database, agent: Browser, what: str, words: str) -> None:
    dossier, at = a_family(db), now()
    later = at + timedelta(minutes=5)
    texts = {"subject": "s", "body_text": "t", "body_html": "h"}
    with transaction(db):
        parent = parent_of(db, dossier)
        to = {"recipient": parent.email, "now": at, "due_at": at, "whom": (dossier.household, parent.person)}
        outbox.add(db, message_id="<1@exemple>", name="deposited", reply=None, address_hmac="-", **to, **texts)  # type: ignore[arg-type]
        mail = outbox.claim(db, lease="l", now=at, until=later)
        assert mail is not None
        if what == "sent":
            outbox.mark_sent(db, mail, later)
        elif what == "postponed":
            outbox.postpone(db, mail, later, "421 réessayez")
        elif what == "given up":
            outbox.give_up(db, mail, later, "550 adresse inconnue")
    agent.get(address(dossier))
    assert f"Derniers courriels {words}" in section(agent.page, "La famille")


def test_the_mails_of_a_contact_or_of_another_family_are_not_theirs(app: Flask, db: Database) -> None:
    dossier, other = a_family(db), a_family(db, name="Durand", given_name="Zoé")
    at = now()
    with app.test_request_context(), transaction(db):
        theirs = (other.household, other.lines[0].person), (dossier.household, dossier.lines[2].person)
        for number, whom in enumerate(theirs):
            texts = {"subject": "s", "body_text": "t", "body_html": "h", "now": at, "due_at": at, "whom": whom}
            outbox.add(
                db,
                message_id=f"<{number}@exemple>",
                name="named",
                recipient="x@exemple.fr",
                reply=None,
                address_hmac="-",
                **texts,
            )  # type: ignore[arg-type]
        assert mail_state.last(db, dossier.household) == ()
        assert len(mail_state.last(db, other.household)) == 1


def test_rights_are_told_in_the_present_tense_once_they_are_facts_and_then_only(
    app: Flask, db: Database, agent: Browser
) -> None:
    dossier = a_family(db)
    child, contact = dossier.lines[1].person, dossier.lines[2].person

    def told() -> str:
        agent.get(address(dossier))
        return section(agent.page, "Les personnes")

    assert "Demandé : venir chercher Loïc." in told() and "Peut venir" not in told()
    decide(db, dossier.id)
    assert "Peut venir chercher Loïc." in told()
    with transaction(db):
        both = (Right(child, may_collect=True, emergency=True),)
        ask(db, dossier.id, contact, Declaration(Role.CONTACT, replace(JEANNE, phone="+33240000000"), rights=both))
    assert "→ 02 40 00 00 00" in told() and "Peut venir chercher Loïc." in told()
    with app.test_request_context():
        withdrawing.withdraw(db, parent_of(db, dossier), contact, [(child, Permission.COLLECT)])
    assert "Ne peut plus venir chercher Loïc depuis" in told() and "Peut venir" not in told()


def test_its_dossiers_are_one_thread_in_order_with_their_references(
    app: Flask, db: Database, agent: Browser, clock: time_machine.Traveller
) -> None:
    dossier = a_family(db)
    account = parent_of(db, dossier)
    agent.get(f"/mairie/dossiers/{dossier.reference}")
    agent.send("Enregistrer toutes", **{f"p{one.person}-decision": "accepted" for one in dossier.lines})
    agent.get(f"/mairie/dossiers/{dossier.reference}/reponse")
    agent.send("Envoyer la réponse")
    clock.shift(timedelta(minutes=5))
    child = dossier.lines[1].person
    with app.test_request_context():
        said = household.read(db, dossier.household).current(child)
        assert said is not None
        with transaction(db):
            later = asking.ask(db, account, {child: replace(said, residence=None)}, now())
        reference = found(db, later).reference
        asking.cancel(db, account, reference)
    agent.get(address(dossier))
    spaced, other = (f"{one[:4]} {one[4:]}" for one in (dossier.reference, reference))
    told = section(agent.page, "Les dossiers")
    events = [
        f"{spaced} – Dossier déposé par la famille",
        f"{spaced} – Décision : Loïc Martin, demande acceptée",
        f"{spaced} – Réponse donnée à la famille, courriel à 10 h 10",
        f"{other} – Dossier déposé par la famille",
        f"{other} – Demande retirée par la famille : Loïc Martin",
    ]
    assert [one for one in events if one in told] == events == sorted(events, key=told.index)
    assert "Première ouverture" not in told and "Première ouverture" in agent.text
    assert f"{other} Annulé · {spaced} Accepté" in agent.text


def test_the_sheet_has_no_form_and_says_who_may_collect_each_child_dated_and_signed(
    app: Flask, db: Database, agent: Browser
) -> None:
    dossier = with_a_father(db, a_family(db))
    agent.get(address(dossier, "/fiche"))
    assert "Jeanne" not in agent.text, "nobody who is only asked may collect"
    tick_both(db)
    decide(db, dossier.id)
    page = agent.get(address(dossier, "/fiche"))
    assert not agent.page.select("form, input, button, select, script, link:not([href^='data:']), img, iframe")
    told = section(agent.page, "Qui peut venir chercher les enfants")
    assert told.endswith(
        "Loïc Martin 3 septembre 2019 Mère : Camille Martin, Père : Dominique Durand Jeanne Le Goff Jeanne Le Goff"
    )
    assert "02 40 12 34 56 Jeanne Le Goff En cas d'urgence pour Loïc" in section(agent.page, "Qui appeler")
    assert "Fiche du 24 novembre 2026 à 10 h 00, faite par claire@oudon.example" in agent.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    child, contact = dossier.lines[1].person, dossier.lines[2].person
    with app.test_request_context():
        withdrawing.withdraw(db, parent_of(db, dossier), contact, [(child, Permission.COLLECT)])
    agent.get(address(dossier, "/fiche"))
    assert "Père : Dominique Durand personne Jeanne Le Goff" in section(
        agent.page, "Qui peut venir chercher les enfants"
    )


def test_no_query_of_it_reads_a_whole_table(db: Database) -> None:
    dossier = a_family(db)
    seen: list[str] = []
    db.conn.set_trace_callback(seen.append)
    journal.of_household(db, dossier.household)
    notes.of_household(db, dossier.household)
    outbox.of_household(db, dossier.household, 3)
    people.members(db, dossier.household)
    db.conn.set_trace_callback(None)
    for query in seen:
        plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {query}").fetchall()]
        assert not [one for one in plan if one.startswith("SCAN") and "CONSTANT" not in one], (query, plan)
