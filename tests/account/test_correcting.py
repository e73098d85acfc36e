"""What a family is asked to correct: the parent's own identity too, and nothing once there is nothing to do."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine
from sqlite_utils import Database
from werkzeug.test import TestResponse

from tests.security.actors import Cast
from tests.support.client import CheckedClient, follow, read, submit
from tests.support.families import ask, decide, tick_both
from tests.support.outbox import WRITTEN
from wizard.clock import now
from wizard.db import transaction
from wizard.french import plain
from wizard.models import Declaration, Identity, Link, Residence, Right, Role
from wizard.services import household
from wizard.stores import declarations, dossiers, people

IDENTITY = "/espace/donnees/identite"


@pytest.fixture
def cast(hand: time_machine.Traveller, cast: Cast) -> Cast:
    """The cast, come in that morning."""
    return cast


@pytest.fixture
def parent(cast: Cast) -> CheckedClient:
    return cast.parent_a.client


def answer(db: Database, cast: Cast, *to_correct: int) -> None:
    """Answer the dossier of family A: the people of these lines are to correct, the others accepted."""
    called = dict.fromkeys((("Camille", "Loïc", "Jeanne")[line] for line in to_correct), "to_correct")
    decide(db, cast.a.dossier.id, "address_to_confirm", "Quel étage ?", **called)


def buttons(page: TestResponse) -> dict[str, str]:
    """Return where each of the main buttons leads."""
    found = read(page).select("main a.button, main form[action='/entourage'] button")
    return {plain(one.get_text(strip=True)): str(one.get("href") or one.parent["action"]) for one in found}


def said(page: TestResponse) -> str:
    return plain(" ".join(read(page).get_text(" ").split()))


def test_the_parent_corrects_themselves_on_their_own_page_and_the_town_hall_is_sent_it(
    db: Database, cast: Cast, parent: CheckedClient, hand: time_machine.Traveller
) -> None:
    answer(db, cast, 0)
    assert buttons(parent.get("/espace")) == {
        "Corriger mon identité": IDENTITY,
        "Modifier ou compléter mon entourage": "/entourage",
    }
    form = parent.get(IDENTITY)
    assert "À corriger : L'adresse est à confirmer. Quel étage ?" in said(form)
    hand.shift(timedelta(minutes=10))
    space = follow(parent, submit(parent, form, given_name="Camille Anne"))
    assert "C'est envoyé à la mairie" in said(space) and "Demandé le 24 novembre 2026" in said(space)
    assert list(buttons(space)) == ["Modifier ou compléter mon entourage"]
    (dossier,) = dossiers.of_household(db, cast.a.account.household)
    assert [line.person for line in dossier.lines if line.waits_for_town] == [cast.a.account.person]
    assert (dossier.reference, dossier.status) == (cast.a.dossier.reference, "corrected")
    queue = said(cast.agent.client.get("/mairie"))
    assert "Camille Anne Kervarrec" in queue and "Corrigé" in queue
    assert "Camille Anne" in said(cast.agent.client.get(f"/mairie/dossiers/{dossier.reference}"))
    (mail,) = db.query(WRITTEN + " WHERE name = 'deposited'")
    assert mail["recipient"] == cast.a.account.email


def test_a_second_click_and_a_later_change_send_no_other_dossier(
    db: Database, cast: Cast, parent: CheckedClient
) -> None:
    answer(db, cast, 0)
    form = parent.get(IDENTITY)
    for _time in range(3):
        assert submit(parent, form).status_code == 303
    assert "À corriger" not in said(parent.get(IDENTITY))
    assert versions(db, cast) == 2
    submit(parent, parent.get(IDENTITY), given_name="Anne")
    assert versions(db, cast) == 3, "the town hall decides on the parent as they are"
    assert len(dossiers.of_household(db, cast.a.account.household)) == 1


def versions(db: Database, cast: Cast) -> int:
    return declarations.latest_version(db, cast.a.account.person)


def test_a_parent_of_whom_nothing_is_asked_changes_their_identity_without_a_dossier(
    db: Database, cast: Cast, parent: CheckedClient
) -> None:
    answer(db, cast, 2)
    assert buttons(parent.get("/espace")) == {"Corriger : Jeanne": "/entourage"}
    assert submit(parent, parent.get(IDENTITY), given_name="Anne").location == "/espace/donnees?fait=corrige"
    assert len(dossiers.of_household(db, cast.a.account.household)) == 1


def test_the_parent_and_others_to_correct_each_keep_their_way(db: Database, cast: Cast, parent: CheckedClient) -> None:
    answer(db, cast, 0, 2)
    assert buttons(parent.get("/espace")) == {
        "Corriger mon identité": IDENTITY,
        "Corriger : Jeanne": "/entourage",
    }
    submit(parent, parent.get(IDENTITY))
    assert buttons(parent.get("/espace")) == {"Corriger : Jeanne": "/entourage"}
    step = parent.get(parent.post("/entourage").location)
    assert "Jeanne" in step.text
    follow(parent, submit(parent, follow(parent, submit(parent, step, "etape-1")), "etape-2"))
    assert buttons(parent.get("/espace")) == {"Modifier ou compléter mon entourage": "/entourage"}


def test_the_agent_sees_first_what_came_back_and_the_rest_short_unless_they_ask(
    db: Database, cast: Cast, parent: CheckedClient
) -> None:
    agent, address = cast.agent.client, f"/mairie/dossiers/{cast.a.dossier.reference}"
    *accepted, contact = (line.person for line in cast.a.dossier.lines)
    decided = {f"p{one}-decision": "accepted" for one in accepted} | {f"p{contact}-decision": "to_correct",
        f"p{contact}-reason": "address_to_confirm", f"p{contact}-comment": "Quel étage ?"}  # fmt: skip
    submit(agent, agent.get(address), address, **decided)
    submit(agent, agent.get(f"{address}/reponse"), f"{address}/reponse")
    page = follow(parent, submit(parent, parent.get("/espace"), "/entourage"))
    step = follow(parent, submit(parent, page, phone="02 40 33 33 33"))
    submit(parent, follow(parent, submit(parent, step, "etape-1")), "etape-2")
    jeanne, *others = read(agent.get(address)).select("article")
    told = plain(" ".join(jeanne.get_text(" ").split()))
    assert "Jeanne" in told and not jeanne.select("details")
    assert "Décision avant ce changement : À corriger – adresse à confirmer – « Quel étage ? »" in told
    assert "02 40 12 34 56 → 02 40 33 33 33" in told, "what it was when it was decided, what it is"
    assert [len(one.select("details [type=radio]")) for one in others] == [3, 3]
    assert "Déjà répondu" in plain(others[0].get_text()) and "Revoir cette décision" in others[0].get_text()
    child = cast.a.dossier.lines[1].person
    again = {f"p{child}-decision": "refused"}
    refused = read(submit(agent, agent.get(address), address, **again))
    assert refused.select(f"#personne-{child} .error") and not refused.select(f"#personne-{child} details")
    told = {**again, f"p{child}-reason": "duplicate"}
    submit(agent, agent.get(address), address, **told)
    assert "Il reste une décision" in said(agent.get(address)), "a decision looked at again counts"


def test_an_agent_who_answers_the_correction_says_the_last_word(
    db: Database, cast: Cast, parent: CheckedClient
) -> None:
    answer(db, cast, 0)
    submit(parent, parent.get(IDENTITY))
    decide(db, cast.a.dossier.id)
    assert list(buttons(parent.get("/espace"))) == ["Modifier ou compléter mon entourage"]
    assert "Validé le 24 novembre 2026" in said(parent.get("/espace"))


def waiting(cast: Cast) -> bool:
    """Whether the queue counts the dossier of family A among those that wait for the family."""
    queue = read(cast.agent.client.get("/mairie?etat=a-corriger")).select("table a")
    return any(str(link["href"]).endswith(cast.a.dossier.reference) for link in queue)


def status(cast: Cast, parent: CheckedClient) -> tuple[str, str]:
    """Return where the first dossier stands, for the family and for the agent."""
    steps = read(parent.get("/espace")).select("section.card")[-1].select("[aria-current=step]")
    badge = read(cast.agent.client.get(f"/mairie/dossiers/{cast.a.dossier.reference}")).select_one("h1 .badge")
    assert badge
    return plain(steps[-1].get_text(" ", strip=True)).partition(" – ")[0], badge.get_text()


def test_a_dossier_to_correct_waits_for_the_family_until_they_corrected_all_of_it(
    db: Database, cast: Cast, parent: CheckedClient
) -> None:
    answer(db, cast, 0, 2)
    submit(parent, parent.get(IDENTITY))
    assert waiting(cast) and status(cast, parent) == ("À corriger", "À corriger")
    step = parent.post("/entourage").location
    follow(parent, submit(parent, follow(parent, submit(parent, parent.get(step), "etape-1")), "etape-2"))
    assert not waiting(cast) and status(cast, parent) == ("Corrigé", "Corrigé")


def test_a_dossier_to_correct_for_a_contact_withdrawn_since_waits_for_nobody(
    db: Database, cast: Cast, parent: CheckedClient
) -> None:
    tick_both(db)
    answer(db, cast, 2)
    contact, child = cast.a.dossier.lines[2].person, cast.a.dossier.lines[1].person
    page = f"/espace/personnes/{contact}/retirer"
    submit(parent, parent.get(page), right=f"collect-{child}")
    assert waiting(cast) and buttons(parent.get("/espace")) == {"Corriger : Jeanne": "/entourage"}
    submit(parent, parent.get(page), right="tout")
    assert not waiting(cast) and status(cast, parent) == ("Accepté", "Accepté")
    assert buttons(parent.get("/espace")) == {"Modifier ou compléter mon entourage": "/entourage"}
    assert "choisissez « Corriger »" not in said(parent.get("/espace"))


def test_a_correction_that_is_to_correct_again_waits_again(
    db: Database, cast: Cast, parent: CheckedClient, hand: time_machine.Traveller
) -> None:
    answer(db, cast, 0)
    submit(parent, parent.get(IDENTITY))
    assert not waiting(cast)
    answer(db, cast, 0)
    assert waiting(cast) and status(cast, parent) == ("À corriger", "À corriger")
    assert buttons(parent.get("/espace"))["Corriger mon identité"] == IDENTITY


@pytest.mark.parametrize("opened", ["before", "after"])
def test_a_draft_does_not_ask_again_one_right_withdrawn_and_says_so_on_the_recap(
    db: Database, cast: Cast, parent: CheckedClient, opened: str
) -> None:
    tick_both(db)
    answer(db, cast, 2)
    contact, child = cast.a.dossier.lines[2].person, cast.a.dossier.lines[1].person
    step = parent.post("/entourage").location if opened == "before" else ""
    submit(parent, parent.get(f"/espace/personnes/{contact}/retirer"), right=f"collect-{child}")
    step = step or parent.post("/entourage").location
    recap = follow(parent, submit(parent, parent.get(step), "etape-1"))
    assert ("Vous avez retiré un droit à cette personne" in said(recap)) is (opened == "before")
    assert "eut venir chercher" not in said(recap) and "en cas d'urgence pour Loïc" in said(recap)
    assert "droit_retire" not in parent.get("/espace/donnees/copie.json").text
    follow(parent, submit(parent, recap, "etape-2"))
    assert rights(db, cast, contact) == [(child, 0, 1)]
    assert "Demandé : venir chercher" not in said(parent.get("/espace"))


def rights(db: Database, cast: Cast, contact: int) -> list[tuple[int, int, int]]:
    """Return the rights that a contact waits for."""
    found = household.read(db, cast.a.account.household)
    asked = found.pending[contact].declaration.rights
    return [(right.child, right.may_collect, right.emergency) for right in asked]


def test_a_right_ticked_again_after_its_withdrawal_is_asked(db: Database, cast: Cast, parent: CheckedClient) -> None:
    tick_both(db)
    answer(db, cast, 2)
    contact, child = cast.a.dossier.lines[2].person, cast.a.dossier.lines[1].person
    step = parent.post("/entourage").location
    submit(parent, parent.get(f"/espace/personnes/{contact}/retirer"), right=f"collect-{child}")
    page = parent.get(f"{step}/contact/p{contact}")
    assert not read(page).select_one("[name=may_collect]").has_attr("checked")
    again = follow(parent, submit(parent, page, may_collect="y"))
    assert "Vous avez retiré un droit" not in said(again)
    follow(parent, submit(parent, follow(parent, submit(parent, again, "etape-1")), "etape-2"))
    assert rights(db, cast, contact) == [(child, 1, 1)]


@pytest.mark.parametrize("opened", ["before", "after"])
def test_of_a_contact_of_two_children_nothing_withdrawn_for_one_is_asked_again(
    db: Database, cast: Cast, parent: CheckedClient, opened: str
) -> None:
    """A box is for all the children of a contact, who no longer names a child of whom no right is left."""
    contact, child = cast.a.dossier.lines[2].person, cast.a.dossier.lines[1].person
    sister = Identity("Kervarrec", "Nolwenn", birthdate=date(2021, 3, 1))
    with transaction(db):
        other = people.add_person(db, sister, now())
        mine = {cast.a.account.person: Link.MOTHER}
        ask(db, cast.a.dossier.id, other, Declaration(Role.CHILD, sister, Residence.HERE, links=mine))
        asked = household.read(db, cast.a.account.household).pending[contact].declaration
        links, given = {**asked.links, other: Link.GRANDPARENT}, (*asked.rights, Right(other, True, True))
        ask(db, cast.a.dossier.id, contact, replace(asked, links=links, rights=given))
        tick_both(db)
    answer(db, cast, 2)
    page = f"/espace/personnes/{contact}/retirer"
    step = parent.post("/entourage").location if opened == "before" else ""
    submit(parent, parent.get(page), right=f"collect-{child}")
    shown = said(parent.get(step or parent.post("/entourage").location))
    assert "Vous avez retiré un droit à cette personne" in shown and "eut venir chercher Loïc" not in shown
    if opened == "after":
        return
    submit(parent, parent.get(page), right=f"emergency-{child}")
    follow(parent, submit(parent, follow(parent, submit(parent, parent.get(step), "etape-1")), "etape-2"))
    assert rights(db, cast, contact) == [(other, 0, 1)]


def test_my_data_tell_what_a_parent_may_do_when_the_people_around_the_child_change(parent: CheckedClient) -> None:
    page = parent.get("/espace/donnees")
    assert "déclarez ou modifiez quelqu'un, ou retirez un droit à un contact" in said(page)
    assert read(page).select_one("main p a[href='/espace']")
