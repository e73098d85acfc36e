"""A family that lives here for years: declared again as it is, changed, grown; facts change by decision."""

import pytest
from flask import Flask
from sqlite_utils import Database
from werkzeug.test import TestResponse

from tests.security.actors import Cast
from tests.support.client import CheckedClient, errors, follow, read, submit
from tests.support.families import decide
from tests.support.walk import names
from wizard.french import plain
from wizard.services import household
from wizard.stores import dossiers


@pytest.fixture
def parent(db: Database, cast: Cast) -> CheckedClient:
    """A parent whose family is accepted: a son, and a grandmother who may collect him."""
    decide(db, cast.a.dossier.id)
    return cast.parent_a.client


@pytest.fixture
def step_1(parent: CheckedClient) -> str:
    return parent.post("/entourage").location


def sent(client: CheckedClient, step_1: str) -> TestResponse:
    """Go to the recap, and deposit."""
    return submit(client, follow(client, submit(client, client.get(step_1), "etape-1")), "etape-2")


def asked(db: Database, cast: Cast) -> list[tuple[str, str]]:
    """Return whom the open dossier asks about, and as what."""
    found = household.read(db, cast.a.account.household)
    assert found.open_dossier
    called = dossiers.names(db, found.open_dossier.id)
    return [(called[line.person].split()[0], str(line.role)) for line in found.open_dossier.asked]


def person(cast: Cast, line: int) -> int:
    return cast.a.dossier.lines[line].person


def test_step_1_shows_the_family_as_it_is(parent: CheckedClient, step_1: str) -> None:
    page = parent.get(step_1)
    assert names(page) == ["Loïc", "Jeanne"]
    said = plain(page.text)
    assert "Peut venir chercher Loïc." in said and said.count("Validé le") == 2
    assert "2019" not in said and "02 40 12 34 56" not in said, "whoever holds the address reads no more"


def test_nothing_changed_asks_nothing(db: Database, cast: Cast, parent: CheckedClient, step_1: str) -> None:
    refused = sent(parent, step_1)
    assert refused.status_code == 422 and "Rien n'a changé" in refused.text
    assert len(dossiers.of_household(db, cast.a.account.household)) == 1


def test_a_newborn_is_asked_their_link_with_every_adult_and_offered_the_contacts(
    db: Database, cast: Cast, parent: CheckedClient, step_1: str
) -> None:
    form = parent.get(f"{step_1}/membre")
    offered = read(form).select_one("[name=contacts]")
    assert offered is not None and offered["value"] == f"p{person(cast, 2)}"
    values = {"given_name": "Zoé", "birth_name": "Kervarrec", "birthdate": "01/10/2026", "link": "mother",
        "residence": "here", "contacts": f"p{person(cast, 2)}"}  # fmt: skip
    assert submit(parent, form, **values).status_code == 303
    assert sent(parent, step_1).status_code == 303
    assert asked(db, cast) == [("Jeanne", "contact"), ("Zoé", "child")]
    agent = cast.agent.client
    reference = household.read(db, cast.a.account.household).dossiers[0].reference
    card = plain(" ".join(read(agent.get(f"/mairie/dossiers/{reference}")).get_text(" ").split()))
    assert "Ce que la famille demande de changer" in card and "Venir chercher Zoé Kervarrec rien → oui" in card
    assert "Loïc Kervarrec" in card, "the whole household is in sight"
    assert "Peut venir chercher Loïc." in plain(parent.get("/espace").text)
    decide(db)
    assert "Peut venir chercher Loïc et Zoé." in plain(parent.get("/espace").text)


def test_a_co_representative_known_is_tied_to_a_newborn_by_the_child_s_own_page(
    db: Database, cast: Cast, parent: CheckedClient, step_1: str
) -> None:
    child = f"link_p{person(cast, 1)}"
    paul = {"birth_name": "Kervarrec", "given_name": "Paul", "mobile": "06 11 22 33 44", "same_address": "yes",
        child: "father"}  # fmt: skip
    assert submit(parent, parent.get(f"{step_1}/co-representant"), **paul).status_code == 303
    assert sent(parent, step_1).status_code == 303
    decide(db)
    again = parent.post("/entourage").location
    form = parent.get(f"{again}/membre")
    (link,) = [str(one["name"]) for one in read(form).select("select[name^=link_]")]
    values = {"given_name": "Zoé", "birth_name": "Kervarrec", "birthdate": "01/10/2026", "link": "mother",
        "residence": "here"}  # fmt: skip
    assert link in errors(submit(parent, form, **values, **{link: ""}))
    assert submit(parent, form, **values, **{link: "father"}).status_code == 303
    assert sent(parent, again).status_code == 303
    assert asked(db, cast) == [("Zoé", "child")], "nothing else is asked of the town hall"
    reference = household.read(db, cast.a.account.household).dossiers[0].reference
    (card,) = read(cast.agent.client.get(f"/mairie/dossiers/{reference}")).select("article")
    told = plain(" ".join(card.get_text(" ").split()))
    assert "Mère Camille Kervarrec" in told and "Père Paul Kervarrec" in told, "the agent reads who is who to the child"
    decide(db)
    query = "SELECT link FROM family_links JOIN people ON people.id = child WHERE given_name = 'Zoé' ORDER BY adult"
    assert db.execute(query).fetchall() == [("mother",), ("father",)]


def test_a_child_taken_out_leaves_once_the_town_hall_accepts_it(
    db: Database, cast: Cast, parent: CheckedClient, step_1: str
) -> None:
    values = {"given_name": "Zoé", "birth_name": "Kervarrec", "birthdate": "01/10/2020", "link": "mother",
        "residence": "here", "contacts": f"p{person(cast, 2)}"}  # fmt: skip
    submit(parent, parent.get(f"{step_1}/membre"), **values)
    parent.post(f"{step_1}/membre/p{person(cast, 1)}/retirer")
    assert names(parent.get(step_1)) == ["Zoé", "Jeanne"]
    summary = plain(follow(parent, submit(parent, parent.get(step_1), "etape-1")).text)
    assert "Loïc Kervarrec : vous demandez son retrait, la mairie vous répondra." in summary
    assert sent(parent, step_1).status_code == 303
    space = plain(parent.get("/espace").text)
    assert "Retrait demandé" in space and "Peut venir chercher Loïc." in space
    assert "Loïc" not in names(parent.get(parent.post("/entourage").location)), "it is asked already"
    decide(db)
    members = household.read(db, cast.a.account.household).members
    assert [one.identity.given_name for one in members] == ["Camille", "Jeanne", "Zoé"]
    assert "Loïc" not in plain(" ".join(one.get_text() for one in read(parent.get("/espace")).select(".cards .card")))


def test_a_contact_taken_out_has_no_right_from_then_on(
    db: Database, cast: Cast, parent: CheckedClient, step_1: str
) -> None:
    parent.post(f"{step_1}/contact/p{person(cast, 2)}/retirer")
    summary = plain(follow(parent, submit(parent, parent.get(step_1), "etape-1")).text)
    assert "Jeanne Le Goff : ses droits s'arrêtent dès que vous validez." in summary
    assert db.execute("SELECT count(*) FROM contact_rights").fetchone() == (1,), "not before it is sent"
    assert sent(parent, step_1).status_code == 303
    assert db.execute("SELECT count(*) FROM contact_rights").fetchone() == (0,)
    assert "Ne peut plus venir chercher Loïc depuis" in plain(parent.get("/espace").text)
    assert "ne peut plus venir chercher" in plain(cast.agent.client.get("/mairie").text)
    assert len(dossiers.of_household(db, cast.a.account.household)) == 1, "nobody has anything to decide"


def test_an_agent_who_decides_while_the_family_changes_its_mind_is_told_the_difference(
    app: Flask, db: Database, cast: Cast, parent: CheckedClient, step_1: str
) -> None:
    contact = person(cast, 2)
    submit(parent, parent.get(f"{step_1}/contact/p{contact}"), phone="02 40 11 11 11")
    sent(parent, step_1)
    reference = household.read(db, cast.a.account.household).dossiers[0].reference
    agent = cast.agent.client
    page = agent.get(f"/mairie/dossiers/{reference}")
    again = parent.post("/entourage").location
    submit(parent, parent.get(f"{again}/contact/p{contact}"), phone="02 40 22 22 22", emergency="y")
    sent(parent, again)
    late = submit(agent, page, f"/mairie/dossiers/{reference}", **{f"p{contact}-decision": "accepted"})
    said = plain(" ".join(read(late).get_text(" ").split()))
    assert late.status_code == 409 and "La famille vient de changer sa demande" in said
    assert "02 40 11 11 11 → 02 40 22 22 22" in said and "Appel en cas d'urgence pour Loïc rien → oui" in said
    assert db.execute("SELECT decision FROM dossier_people ORDER BY dossier DESC").fetchone() == (None,)
    kept = submit(agent, late, f"/mairie/dossiers/{reference}")
    assert kept.status_code == 303
    assert db.execute("SELECT decision FROM dossier_people ORDER BY dossier DESC").fetchone() == ("accepted",)


@pytest.mark.parametrize("again", ["same", "other"])
def test_who_was_of_the_household_is_asked_about_and_never_refused(
    db: Database, cast: Cast, parent: CheckedClient, again: str
) -> None:
    submit(parent, parent.get(f"/espace/personnes/{person(cast, 2)}/retirer"), right="tout")
    step_1 = parent.post("/entourage").location
    assert names(parent.get(step_1)) == ["Loïc"]
    name = "jeanne" if again == "same" else "Janine"
    values = {"given_name": name, "birth_name": "LE GOFF", "phone": "02 40 12 34 56", "link": "grandparent",
        "children": f"p{person(cast, 1)}", "may_collect": "y"}  # fmt: skip
    sent = submit(parent, parent.get(f"{step_1}/contact"), **values)
    assert (sent.status_code, "a déjà été dans votre entourage" in plain(sent.text)) == (
        (200, True) if again == "same" else (303, False)
    )
    if again == "same":
        assert submit(parent, sent).status_code == 303
    assert len(names(parent.get(step_1))) == 2


def test_a_parent_who_adds_themselves_is_asked_whether_it_is_someone_else(
    cast: Cast, parent: CheckedClient, step_1: str
) -> None:
    values = {"given_name": "CAMILLE", "birth_name": "Kervarrec", "phone": "02 40 12 34 56", "link": "grandparent",
        "children": f"p{person(cast, 1)}", "may_collect": "y"}  # fmt: skip
    asked = submit(parent, parent.get(f"{step_1}/contact"), **values)
    assert asked.status_code == 200 and "C'est votre nom : vous êtes déjà dans votre famille." in plain(asked.text)
    assert submit(parent, asked).status_code == 303


def test_a_child_may_have_all_the_names_of_their_parent(parent: CheckedClient, step_1: str) -> None:
    child = {"given_name": "Camille", "birth_name": "Kervarrec", "birthdate": "03/09/2021", "link": "mother",
        "residence": "here"}  # fmt: skip
    assert submit(parent, parent.get(f"{step_1}/membre"), **child).status_code == 303


def test_to_correct_opens_on_the_person_with_the_words_of_the_town_hall(
    db: Database, cast: Cast, parent: CheckedClient
) -> None:
    step_1 = parent.post("/entourage").location
    submit(parent, parent.get(f"{step_1}/contact/p{person(cast, 2)}"), phone="02 40 11 11 11")
    sent(parent, step_1)
    decide(db, comment="Ce numéro ne répond pas.", Jeanne="to_correct")
    page = follow(parent, submit(parent, parent.get("/espace"), "entourage"))
    assert page.request.path.endswith(f"/contact/p{person(cast, 2)}")
    assert "À corriger : Ce numéro ne répond pas." in plain(page.text)
    assert plain(read(page).select_one("h1").get_text()) == "Corriger : Jeanne"  # type: ignore[union-attr]
    assert "Enregistrer et ajouter un autre" not in page.text, "one thing to do"
    assert "À corriger : Ce numéro ne répond pas." in plain(parent.get(page.request.path.split("/contact")[0]).text)
    changed = follow(parent, submit(parent, page, phone="02 40 33 33 33"))
    assert "Modifié, pas encore envoyé" in plain(changed.text)
    assert "Peut venir chercher Loïc." in plain(parent.get("/espace").text), "what was accepted is still so"


def test_the_summary_says_what_becomes_of_whoever_is_taken_out_while_it_waits(
    db: Database, cast: Cast, parent: CheckedClient, step_1: str
) -> None:
    values = {"given_name": "Zoé", "birth_name": "Kervarrec", "birthdate": "01/10/2020", "link": "mother",
        "residence": "here"}  # fmt: skip
    submit(parent, parent.get(f"{step_1}/membre"), **values)
    sent(parent, step_1)
    again = parent.post("/entourage").location
    (zoe,) = db.execute("SELECT max(id) FROM people").fetchone()
    parent.post(f"{again}/membre/p{zoe}/retirer")
    page = follow(parent, submit(parent, parent.get(again), "etape-1"))
    assert "Zoé Kervarrec : sa demande est retirée." in plain(page.text)
    reference = household.read(db, cast.a.account.household).dossiers[0].reference
    submit(parent, parent.get(f"/espace/dossiers/{reference}/annuler"))
    assert "Zoé Kervarrec : sa demande" not in plain(parent.get(page.request.path).text)
