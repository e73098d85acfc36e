"""A dossier that a family takes back before any agent opens it, or changes under the same reference."""

import pytest
from sqlite_utils import Database

from tests.security.actors import Cast, csrf_of
from tests.support.client import CheckedClient, follow, read, submit
from tests.support.families import decide
from wizard.french import plain
from wizard.services import household
from wizard.stores import dossiers


@pytest.fixture
def parent(cast: Cast) -> CheckedClient:
    return cast.parent_a.client


@pytest.fixture
def page(cast: Cast) -> str:
    return f"/espace/dossiers/{cast.a.dossier.reference}/annuler"


def links(client: CheckedClient) -> list[str]:
    return [plain(one.get_text(strip=True)) for one in read(client.get("/espace")).select("section.card .actions > *")]


def test_a_dossier_that_nobody_opened_is_cancelled_and_the_town_hall_has_nothing_to_do(
    db: Database, cast: Cast, parent: CheckedClient, page: str
) -> None:
    assert links(parent) == ["Modifier ma demande", "Annuler ma demande"]
    asked = parent.get(page)
    assert "Elle concerne Camille Kervarrec, Loïc Kervarrec et Jeanne Le Goff." in plain(asked.text)
    assert "serait à saisir de nouveau : pour le corriger, modifiez plutôt votre demande" in plain(asked.text)
    assert read(asked).select_one("button[formaction='/entourage']")
    assert dossiers.of_household(db, cast.a.account.household)[0].asked
    space = follow(parent, submit(parent, asked))
    assert "Votre demande est annulée" in space.text and "Annulé" in space.text and links(parent) == []
    again = follow(parent, submit(parent, asked))
    assert "Votre demande est annulée" in again.text, "a second click finds it done"
    agent = cast.agent.client
    assert cast.a.dossier.reference not in agent.get("/mairie").text
    seen = agent.get(f"/mairie/dossiers/{cast.a.dossier.reference}")
    assert "Demande retirée par la famille : Loïc Kervarrec" in plain(seen.text), "the journal names whoever is gone"
    assert "La famille a annulé ce dossier" in plain(seen.text) and not read(seen).select("[name$=decision]")
    assert household.read(db, cast.a.account.household).pending == {}


def test_what_is_asked_after_a_cancellation_is_a_new_dossier_about_the_parent_too(
    db: Database, cast: Cast, parent: CheckedClient, page: str
) -> None:
    submit(parent, parent.get(page))
    step = parent.post("/entourage").location
    child = {"birth_name": "Kervarrec", "given_name": "Zoé", "birthdate": "03/09/2020", "link": "mother",
        "residence": "here", "entry": "0a1b2c3d"}  # fmt: skip
    assert parent.post(f"{step}/membre", data=child).status_code == 303
    follow(parent, submit(parent, follow(parent, submit(parent, parent.get(step), "etape-1")), "etape-2"))
    new, first = dossiers.of_household(db, cast.a.account.household)
    assert (new.status, first.status) == ("deposited", "cancelled")
    assert [line.role for line in new.lines] == ["representative", "child"]


def test_a_dossier_that_an_agent_opened_is_not_cancelled_and_its_page_says_whom_to_call(
    db: Database, cast: Cast, parent: CheckedClient, page: str
) -> None:
    asked = parent.get(page)
    cast.agent.client.get(f"/mairie/dossiers/{cast.a.dossier.reference}")
    late = submit(parent, asked)
    assert late.status_code == 409 and "La mairie traite déjà cette demande" in late.text
    assert "tel:" in late.text and "La mairie traite déjà" in parent.get(page).text and links(parent) == []
    assert dossiers.of_household(db, cast.a.account.household)[0].status == "opened"


def test_nobody_cancels_the_dossier_of_another_family(db: Database, cast: Cast, parent: CheckedClient) -> None:
    other = f"/espace/dossiers/{cast.b.dossier.reference}/annuler"
    token = csrf_of(parent.get(f"/espace/dossiers/{cast.a.dossier.reference}/annuler"))
    assert parent.get(other).status_code == 404
    assert parent.post(other, data={"csrf_token": token}).status_code == 404
    assert dossiers.of_household(db, cast.b.dossier.household)[0].asked


def test_a_correction_of_what_was_accepted_is_cancelled_without_touching_it(
    db: Database, cast: Cast, parent: CheckedClient
) -> None:
    decide(db, cast.a.dossier.id)
    before = household.read(db, cast.a.account.household).members
    contact = cast.a.dossier.lines[2].person
    step = parent.post("/entourage").location
    page = submit(parent, parent.get(f"{step}/contact/p{contact}"), phone="02 40 99 99 99", emergency="y")
    follow(parent, submit(parent, follow(parent, submit(parent, follow(parent, page), "etape-1")), "etape-2"))
    new = dossiers.of_household(db, cast.a.account.household)[0]
    assert [line.person for line in new.lines] == [contact]
    assert "Modification demandée" in parent.get("/espace").text
    submit(parent, parent.get(f"/espace/dossiers/{new.reference}/annuler"))
    assert household.read(db, cast.a.account.household).members == before
    assert "Modification demandée" not in parent.get("/espace").text
