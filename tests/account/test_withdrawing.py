"""A right withdrawn by a parent: at once, for good, told to the parent and to the town hall, and of nobody else's."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from bs4 import Tag
from flask import Flask
from sqlite_utils import Database

from tests.security.actors import Cast, csrf_of
from tests.support.client import CheckedClient, errors, follow, read, submit
from tests.support.families import decide, found, tick_both
from tests.support.outbox import WRITTEN
from tests.support.walk import PASSWORD
from wizard.clock import now
from wizard.db import close_connections, get_db, transaction
from wizard.french import plain
from wizard.models import Decision, DecisionLine, Dossier
from wizard.services import decisions, household, retention, withdrawing
from wizard.services.decisions import Choice
from wizard.stores import agent_journal, agents, journal

START = datetime(2026, 11, 24, 9, 5, tzinfo=UTC)
COLLECTS, CALLED = "Peut venir chercher Loïc.", "À appeler en cas d'urgence pour Loïc."
NOT_COLLECTS = "Ne peut plus venir chercher Loïc depuis le 24 novembre 2026 à 10 h 05."
NOT_CALLED = "N'est plus à appeler en cas d'urgence pour Loïc depuis le 24 novembre 2026 à 10 h 05."
TOLD = "Jeanne ne peut plus venir chercher Loïc depuis le 24 novembre 2026 à 10 h 05."


@pytest.fixture
def cast(hand: time_machine.Traveller, db: Database, cast: Cast) -> Cast:
    """Two families, whose contacts may collect and be called for one child each."""
    tick_both(db)
    return cast


@pytest.fixture
def parent(cast: Cast) -> CheckedClient:
    return cast.parent_a.client


@pytest.fixture
def page(cast: Cast) -> str:
    """The address where the contact of family A loses a right."""
    return f"/espace/personnes/{contact_of(cast)}/retirer"


def contact_of(cast: Cast) -> int:
    return cast.a.dossier.lines[2].person


def child_of(cast: Cast) -> int:
    return cast.a.dossier.lines[1].person


def code(cast: Cast, what: str = "collect") -> str:
    return f"{what}-{child_of(cast)}"


def card(client: CheckedClient) -> list[str]:
    """Return what the space says of the contact."""
    cards = [one for one in read(client.get("/espace")).select(".cards .card") if "Jeanne" in one.get_text()]
    return [said(one) for one in cards[0].select("p")[1:] if not one.select("a")]


def said(tag: Tag) -> str:
    return plain(" ".join(tag.get_text(" ").split()))


def answer(db: Database, cast: Cast, contact: str = "accepted") -> None:
    """Answer the dossier of family A: everyone is accepted, the contact as told."""
    decide(db, cast.a.dossier.id, comment="x", Jeanne=contact)


def asked(db: Database, dossier: Dossier) -> tuple[DecisionLine, ...]:
    return found(db, dossier.id).asked


def mails(db: Database) -> list[dict[str, str]]:
    return [dict(row) for row in db.query(WRITTEN + " WHERE name = 'withdrawn'")]


def count(db: Database, table: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


@pytest.mark.parametrize(("what", "left"), [("collect", [NOT_COLLECTS, CALLED]), ("emergency", [COLLECTS, NOT_CALLED])])
def test_one_right_is_withdrawn_at_once_and_the_other_stays(
    db: Database, cast: Cast, parent: CheckedClient, page: str, what: str, left: list[str]
) -> None:
    answer(db, cast)
    assert card(parent) == ["Validé le 24 novembre 2026", COLLECTS, CALLED]
    assert read(parent.get("/espace")).select_one(f"a[href='{page}']")
    choices = [said(one) for one in read(parent.get(page)).select("fieldset label")]
    assert choices == ["Venir chercher Loïc", "Appel en cas d'urgence pour Loïc", "Tous ses droits"]
    space = follow(parent, submit(parent, parent.get(page), right=code(cast, what)))
    told = f"Jeanne {left[what == 'emergency'][0].lower()}{left[what == 'emergency'][1:]}"
    (status,) = read(space).select(".check[role=status]")
    assert said(status) == f"{told} La mairie est prévenue."
    assert card(parent) == ["Validé le 24 novembre 2026", *left]
    (mail,) = mails(db)
    assert mail["recipient"] == cast.a.account.email
    assert mail["subject"] == "Mairie d'Oudon – Un droit est retiré"
    assert told in plain(mail["body_text"]) and told in plain(mail["body_html"]).replace("&#39;", "'")


def test_the_whole_contact_is_withdrawn(db: Database, cast: Cast, parent: CheckedClient, page: str) -> None:
    answer(db, cast)
    space = follow(parent, submit(parent, parent.get(page), right="tout"))
    (status,) = read(space).select(".check[role=status]")
    assert TOLD in said(status) and "Jeanne n'est plus à appeler en cas d'urgence pour Loïc depuis" in said(status)
    assert card(parent) == ["Retiré le 24 novembre 2026", NOT_COLLECTS, NOT_CALLED]
    assert count(db, "contact_rights WHERE contact = " + str(contact_of(cast))) == 0
    assert "n'a plus aucun droit" in parent.get(page).text
    assert not read(parent.get("/espace")).select(f"a[href='{page}']")
    copy = json.loads(parent.get("/espace/donnees/copie.json").data)
    (right,) = copy["Autorisations"]
    assert (right["Peut venir le chercher"], right["À appeler en cas d'urgence"]) == ("retiré", "retiré")
    assert copy["Droits retirés"][0] == {
        "Contact": "Jeanne Le Goff",
        "Enfant": "Loïc Kervarrec",
        "Droit": "Venir chercher Loïc Kervarrec",
        "Retiré le": "24/11/2026 10:05",
    }
    assert {one["Prénom"]: one["Où en est la demande"] for one in copy["Personnes"]}["Jeanne"].startswith("Retiré le")


@pytest.mark.parametrize("before", ["asked", "accepted", "to_correct", "reopened"])
def test_whatever_the_state_of_the_dossier_an_agent_who_accepts_later_grants_nothing(
    app: Flask, db: Database, cast: Cast, parent: CheckedClient, page: str, before: str
) -> None:
    dossier = cast.a.dossier
    if before != "asked":
        answer(db, cast, "accepted" if before == "reopened" else before)
    agent = agents.by_email(db, "instruction@oudon.example")
    assert agent is not None
    with app.test_request_context():
        if before == "reopened":
            decisions.reopen(db, agent, dossier.id)
        submit(parent, parent.get(page), right="tout")
        if before in {"accepted", "to_correct"}:
            decisions.reopen(db, agent, dossier.id)
        lines = decisions.decidable(household.read(db, dossier.household), found(db, dossier.id))
        accepted = [DecisionLine(line.person, Decision.ACCEPTED, None, None) for line in lines]
        latest = journal.latest_of_each(db, dossier.id)
        decisions.decide(db, agent, dossier.id, [Choice(one, latest.get(one.person, 0)) for one in accepted])
        decisions.answer(db, agent, dossier.id, journal.latest_change(db, dossier.id), "https://x.example")
    assert card(parent) == ["Retiré le 24 novembre 2026", NOT_COLLECTS, NOT_CALLED]
    shown = plain(cast.agent.client.get(f"/mairie/dossiers/{dossier.reference}").text)
    assert NOT_COLLECTS in shown and "Peut venir chercher" not in shown and "À appeler en cas" not in shown
    copied = json.loads(parent.get("/espace/donnees/copie.json").data)["Autorisations"]
    assert "oui" not in copied[0].values()
    told = plain(list(db.query(WRITTEN + " WHERE name = 'outcome' ORDER BY id"))[-1]["body_text"])
    assert "Jeanne Le Goff : retiré le 24 novembre 2026\n" in told and told.count(": demande acceptée") == 2
    decided = [said(one) for one in read(parent.get("/espace")).select("section.card li") if "Jeanne" in one.get_text()]
    assert decided == ["Jeanne Le Goff Retiré le 24 novembre 2026"]


def test_a_second_click_changes_nothing_and_says_the_same(
    db: Database, cast: Cast, parent: CheckedClient, page: str, hand: time_machine.Traveller
) -> None:
    for right in (code(cast), "tout"):
        form = parent.get(page)
        first = follow(parent, submit(parent, form, right=right))
        hand.shift(timedelta(seconds=2))
        again = follow(parent, submit(parent, form, right=right))
        assert [said(one) for one in read(first).select(".check[role=status]")] == [
            said(one) for one in read(again).select(".check[role=status]")
        ]
    assert (count(db, "withdrawals"), len(mails(db))) == (2, 2)


def test_ten_clicks_at_once_are_one_withdrawal(app: Flask, db: Database, cast: Cast) -> None:
    def withdraw(_index: int) -> None:
        with app.test_request_context():
            try:
                withdrawing.withdraw(get_db(), cast.a.account, contact_of(cast), None)
            finally:
                close_connections()

    with ThreadPoolExecutor(10) as threads:
        list(threads.map(withdraw, range(10)))
    assert (count(db, "withdrawals"), len(mails(db))) == (2, 1)


def test_nothing_is_withdrawn_of_others_nor_without_the_page_s_own_token(
    db: Database, cast: Cast, parent: CheckedClient, page: str
) -> None:
    strangers = [line.person for line in cast.b.dossier.lines] + [line.person for line in cast.a.dossier.lines[:2]]
    token = csrf_of(parent.get(page))
    for person in [*strangers, 999_999_999, 2**70]:
        path = f"/espace/personnes/{person}/retirer"
        assert parent.get(path).status_code == 404, person
        assert parent.post(path, data={"csrf_token": token, "right": "tout"}).status_code == 404
    assert parent.post(page, data={"right": "tout"}).status_code == 400
    assert cast.anonymous.client.get(page).location.startswith("/connexion")
    other = cast.b.dossier.lines[1].person
    for wrong in ("", f"collect-{other}", "collect-1 OR 1=1", "collect"):
        assert "right" in errors(submit(parent, parent.get(page), right=wrong)), wrong
    for reference in (cast.b.dossier.lines[2].person, 2**70, "x", -1):
        assert not read(parent.get(f"/espace?retrait={reference}")).select(".check[role=status]")
    assert (count(db, "withdrawals"), len(mails(db))) == (0, 0)


def test_a_choice_sent_after_the_session_ended_is_there_after_the_sign_in(
    db: Database, cast: Cast, parent: CheckedClient, page: str, hand: time_machine.Traveller
) -> None:
    form = parent.get(page)
    hand.shift(timedelta(minutes=31))
    late = submit(parent, form, right=code(cast))
    assert late.location == f"/connexion?suite={page}" and count(db, "withdrawals") == 0
    email = cast.a.account.email
    back = follow(parent, submit(parent, parent.get(late.location), username=email, password=PASSWORD))
    chosen = read(back).select_one("input[name=right][checked]")
    assert back.request.path == page and chosen is not None and chosen["value"] == code(cast)
    submit(parent, back)
    assert count(db, "withdrawals") == 1


def notices(client: CheckedClient, path: str = "/mairie") -> list[str]:
    section = read(client.get(path)).select_one("section[aria-labelledby=retraits]")
    return [said(one) for one in section.select("strong")] if section else []


@pytest.mark.parametrize("who", ["reception", "agent"])
def test_every_agent_is_told_above_the_queue_until_one_presses_seen(
    db: Database, cast: Cast, parent: CheckedClient, page: str, who: str, hand: time_machine.Traveller
) -> None:
    submit(parent, parent.get(page), right="tout")
    lost = ("ne peut plus venir chercher", "n'est plus à appeler en cas d'urgence pour")
    told = [f"Jeanne Le Goff {one} Loïc Kervarrec depuis le 24 novembre 2026 à 10 h 05." for one in lost]
    assert notices(cast.reception.client) == notices(cast.agent.client) == told
    dossier = f"/mairie/dossiers/{cast.a.dossier.reference}"
    links = {name: f'"{dossier}"' in getattr(cast, name).client.get("/mairie").text for name in ("reception", "agent")}
    assert links["agent"] and notices(cast.agent.client, dossier) == told
    client = getattr(cast, who).client
    seen = client.get("/mairie")
    assert client.post("/mairie/retraits", data={"withdrawal": ["1", "2"]}).status_code == 400
    assert notices(client) == told
    hand.shift(timedelta(minutes=10))
    for _time in range(2):
        assert submit(client, seen, "/mairie/retraits", withdrawal=["1", "2"]).location == "/mairie"
    assert notices(cast.reception.client) == notices(cast.agent.client) == []
    assert notices(cast.agent.client, dossier) == told
    assert "Vu le 24 novembre 2026 à 10 h 15 par" in plain(cast.agent.client.get(dossier).text)
    lines = [one for one in agent_journal.since(db, START) if one.action == "withdrawal_seen"]
    assert [(one.reference, one.at) for one in lines] == [(cast.a.dossier.reference, now())]


def test_what_is_withdrawn_after_the_agent_s_page_was_opened_is_not_marked_as_seen(
    cast: Cast, parent: CheckedClient, page: str
) -> None:
    submit(parent, parent.get(page), right=code(cast))
    client = cast.agent.client
    opened = client.get("/mairie")
    submit(parent, parent.get(page), right=code(cast, "emergency"))
    submit(client, opened, "/mairie/retraits")
    (left,) = notices(client)
    assert "urgence" in left


def test_a_contact_declared_again_is_asked_again_and_the_former_stays_withdrawn(
    app: Flask, db: Database, cast: Cast, parent: CheckedClient, page: str
) -> None:
    answer(db, cast)
    submit(parent, parent.get(page), right="tout")
    step = parent.post("/entourage").location
    again = {"entry": "4e5f6a7b", "birth_name": "Le Goff", "given_name": "Jeanne", "phone": "02 40 12 34 56",
        "link": "grandparent", "children": f"p{child_of(cast)}", "may_collect": "y"}  # fmt: skip
    alike = parent.post(f"{step}/contact", data=again)
    assert "a déjà été dans votre entourage" in alike.text and submit(parent, alike).status_code == 303
    recap = follow(parent, submit(parent, parent.get(step), "etape-1"))
    follow(parent, submit(parent, recap, "etape-2"))
    cards = [one for one in read(parent.get("/espace")).select(".cards .card") if "Jeanne" in one.get_text()]
    assert "Retiré le 24 novembre 2026" in said(cards[0]) and "Demandé : venir chercher Loïc." in said(cards[1])
    assert COLLECTS not in plain(parent.get("/espace").text)


def test_a_correction_typed_before_the_withdrawal_does_not_bring_the_contact_back(
    db: Database, cast: Cast, parent: CheckedClient, page: str
) -> None:
    answer(db, cast, "to_correct")
    step = parent.post("/entourage").location
    assert "Jeanne" in parent.get(step).text
    submit(parent, parent.get(page), right="tout")
    assert "Jeanne" not in parent.get(step).text
    recap = follow(parent, submit(parent, parent.get(step), "etape-1"))
    assert submit(parent, recap, "etape-2").status_code == 303
    assert household.read(db, cast.a.account.household).pending == {}
    assert count(db, "contact_rights WHERE contact = " + str(contact_of(cast))) == 0
    with transaction(db):
        db.execute("DELETE FROM drafts")
    assert "Jeanne" not in parent.get(parent.post("/entourage").location).text


def test_a_family_deleted_leaves_no_withdrawal(
    app: Flask, db: Database, cast: Cast, parent: CheckedClient, page: str
) -> None:
    submit(parent, parent.get(page), right="tout")
    with app.app_context(), transaction(db):
        retention.erase(db, cast.a.account, now())
    assert count(db, "withdrawals") == 0
    assert notices(cast.agent.client) == []
