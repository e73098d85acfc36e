"""A family moves: at once, with the day, whoever lives with the parent too; the town hall reads old and new."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database
from werkzeug.test import TestResponse

from tests.security.actors import Cast
from tests.support.client import HTMX, CheckedClient, errors, follow, form_of, main_of, read, submit, typed
from tests.support.families import ADDRESS, JEANNE, decide
from tests.support.walk import MANUAL, PASSWORD
from wizard.clock import now, today
from wizard.db import close_connections, get_db, transaction
from wizard.french import plain
from wizard.models import Role
from wizard.services import moving, retention
from wizard.stores import people

PATH = "/espace/donnees/adresse"
OLD, NEW = "12 rue de la Loire, 44521 Oudon", "2 Rue d'Anjou 44521 Oudon"
TOLD = f"Camille Kervarrec a changé d'adresse : {OLD} → {NEW}, depuis le 24 novembre 2026"


@pytest.fixture
def cast(hand: time_machine.Traveller, cast: Cast) -> Cast:
    return cast


@pytest.fixture
def parent(cast: Cast) -> CheckedClient:
    return cast.parent_a.client


@pytest.fixture
def housemate(db: Database, cast: Cast) -> int:
    """A contact of family A who has the very same address as the parent."""
    contact = cast.a.dossier.lines[2].person
    decide(db, cast.a.dossier.id)
    with transaction(db):
        people.set_address(db, contact, ADDRESS)
    return contact


def label(db: Database, person: int) -> str:
    found = people.address(db, person)
    return found.label if found else ""


def shown(page: TestResponse) -> str:
    return plain(" ".join(read(page).get_text(" ").split()))


def press(client: CheckedClient, page: TestResponse, button: str, **values: str) -> TestResponse:
    """Press a button of the form that only asks for its page again."""
    return follow(client, submit(client, page, **values, **{button: "1"}))


def notices(client: CheckedClient, path: str = "/mairie") -> list[str]:
    return [plain(one.get_text()) for one in read(client.get(path)).select("section[aria-labelledby=retraits] strong")]


def test_a_move_is_kept_at_once_with_its_day(db: Database, cast: Cast, parent: CheckedClient) -> None:
    for path in ("/espace", "/espace/donnees"):
        assert read(parent.get(path)).select_one(f"main a[href='{PATH}']"), path
    page = parent.get(PATH)
    assert OLD in page.text and typed(form_of(read(page)))["moved_on"] == ["24/11/2026"]
    done = follow(parent, submit(parent, page, address_query="2 rue d'anjou 44521 oudon", apartment="4"))
    assert "C'est enregistré" in shown(done)
    assert f"{NEW}, appartement 4, depuis le 24 novembre 2026" in shown(done)
    (told,) = notices(cast.agent.client)
    assert told == TOLD.replace(NEW, f"{NEW}, appartement 4")
    assert notices(cast.agent.client, f"/mairie/dossiers/{cast.a.dossier.reference}") == [told]
    assert notices(cast.reception.client) == [told]
    seen = cast.reception.client.get("/mairie")
    assert submit(cast.reception.client, seen, "/mairie/retraits").location == "/mairie"
    assert (
        notices(cast.agent.client) == notices(cast.agent.client, f"/mairie/dossiers/{cast.a.dossier.reference}") == []
    )
    (line,) = db.execute("SELECT reference FROM agent_journal WHERE action = 'amendment_seen'").fetchall()
    assert line == (cast.a.dossier.reference,)
    changes = json.loads(parent.get("/espace/donnees/copie.json").data)["Changements"]
    assert changes[0] == {
        "Personne": "Camille Kervarrec",
        "Donnée": "Adresse",
        "Avant": OLD,
        "Après": f"{NEW}, appartement 4",
        "Changé le": "24/11/2026 10:05",
        "Vu par la mairie le": "24/11/2026 10:05",
    }
    assert {one["Donnée"]: one["Après"] for one in changes}["Date du déménagement"] == "24 novembre 2026"


def test_an_address_that_is_nowhere_never_blocks_and_is_told_to_be_checked(cast: Cast, parent: CheckedClient) -> None:
    page = press(parent, parent.get(PATH), "saisir", address_query="12 bis rue du Moulin", floor="3")
    form = typed(form_of(read(page)))
    assert (form["house_number"], form["street"], form["floor"]) == (["12 bis"], ["rue du Moulin"], ["3"])
    missing = submit(parent, page)
    assert missing.status_code == 422 and set(errors(missing)) == {"postcode", "city"}
    assert typed(form_of(read(missing)))["floor"] == ["3"]
    done = follow(parent, submit(parent, missing, **MANUAL))
    assert "à vérifier par la mairie" in done.text
    (told,) = notices(cast.agent.client)
    assert "12 bis rue du Moulin 44521 Oudon, étage 3 (à vérifier), depuis le" in told


def test_a_family_may_move_abroad(db: Database, cast: Cast, parent: CheckedClient) -> None:
    page = press(parent, parent.get(PATH), "saisir")
    follow(parent, submit(parent, page, street="Rue Neuve 5", city="Bruxelles", country="Belgique"))
    assert label(db, cast.a.account.person) == "Rue Neuve 5 Bruxelles, Belgique"


def test_without_javascript_a_search_goes_back_and_forth_and_nothing_typed_is_lost(parent: CheckedClient) -> None:
    page = press(parent, parent.get(PATH), "chercher", address_query="rue d", moved_on="1/12/26")
    found = read(page).select("input[type=radio][name=address_id]")
    assert len(found) > 1 and typed(form_of(read(page)))["moved_on"] == ["1/12/26"]
    by_hand = press(parent, page, "saisir")
    again = press(parent, by_hand, "liste")
    assert typed(form_of(read(again)))["address_query"] == ["rue d"]
    assert follow(parent, submit(parent, page, address_id=str(found[0]["value"]))).request.path == "/espace/donnees"


def test_with_htmx_the_page_is_asked_again_in_place(parent: CheckedClient) -> None:
    form = form_of(read(parent.get(PATH)))
    sent = typed(form) | {"address_query": "12 bis rue du Moulin", "saisir": "1"}
    fragment = parent.post(PATH, data=sent, headers=HTMX)
    assert fragment.status_code == 200 and "<main" not in fragment.text
    assert main_of(fragment) == main_of(press(parent, parent.get(PATH), "saisir", address_query="12 bis rue du Moulin"))
    sent = typed(form) | {"address_query": NEW}
    assert parent.post(PATH, data=sent, headers=HTMX).headers["HX-Redirect"] == "/espace/donnees?fait=corrige"


def test_those_who_have_the_very_same_address_move_too_unless_unticked(
    db: Database, cast: Cast, parent: CheckedClient, housemate: int
) -> None:
    page = parent.get(PATH)
    assert [one.get_text(strip=True) for one in read(page).select("#people label")] == [JEANNE.name]
    submit(parent, page, address_query=NEW)
    assert label(db, housemate) == NEW
    moved = TOLD.removeprefix("Camille Kervarrec")
    assert notices(cast.agent.client) == [f"Camille Kervarrec{moved}", f"Jeanne Le Goff{moved}"]
    assert len(read(cast.agent.client.get("/mairie")).select("section form")) == 1, "a household is seen at once"
    submit(parent, parent.get(PATH), address_query="1 Rue d'Anjou 44521 Oudon", people=[])
    assert (label(db, cast.a.account.person), label(db, housemate)) == ("1 Rue d'Anjou 44521 Oudon", NEW)
    assert not read(parent.get(PATH)).select("#people")


def test_whoever_lives_elsewhere_or_in_another_family_does_not_move(
    db: Database, cast: Cast, parent: CheckedClient, housemate: int
) -> None:
    with transaction(db):
        people.set_address(db, housemate, replace(ADDRESS, apartment="2"))
    strangers = [housemate, cast.b.account.person, cast.a.dossier.lines[1].person, 2**70, "x"]
    submit(parent, parent.get(PATH), address_query=NEW, people=strangers)
    assert (label(db, housemate), label(db, cast.b.account.person)) == (OLD, OLD)
    assert db.execute("SELECT count(*) FROM addresses WHERE label = ?", (NEW,)).fetchone() == (1,)


def test_a_move_to_come_is_kept_with_its_day_and_stays_in_the_dossier_until_then(
    cast: Cast, parent: CheckedClient, hand: time_machine.Traveller
) -> None:
    done = follow(parent, submit(parent, parent.get(PATH), address_query=NEW, moved_on="15/01/27"))
    assert f"{NEW}, à partir du 15 janvier 2027" in shown(done)
    (told,) = notices(cast.agent.client)
    assert told.endswith("à partir du 15 janvier 2027")
    submit(cast.agent.client, cast.agent.client.get("/mairie"), "/mairie/retraits")
    dossier = f"/mairie/dossiers/{cast.a.dossier.reference}"
    assert (notices(cast.agent.client), notices(cast.agent.client, dossier)) == ([], [told])
    corrected = submit(parent, parent.get(PATH), address_query=NEW, moved_on="20 janvier 2027")
    assert "à partir du 20 janvier 2027" in shown(follow(parent, corrected))
    assert notices(cast.agent.client) == [
        "Camille Kervarrec a changé la date de son déménagement : 15 janvier 2027 → 20 janvier 2027"
    ]


@pytest.mark.parametrize("day", ["31/02/2027", "25/11/2028", "demain", "12/2026", "2026", "01/01/1226"])
def test_a_day_that_is_none_is_told_beside_it_and_nothing_is_lost(
    db: Database, cast: Cast, parent: CheckedClient, day: str
) -> None:
    page = submit(parent, parent.get(PATH), address_query=NEW, building="B", moved_on=day)
    assert page.status_code == 422 and set(errors(page)) == {"moved_on"}
    kept = typed(form_of(read(page)))
    assert (kept["address_query"], kept["building"], kept["moved_on"]) == ([NEW], ["B"], [day])
    assert label(db, cast.a.account.person) == OLD


@pytest.mark.parametrize(("day", "told"), [("", "24 novembre 2026"), ("1er mars 1998", "1er mars 1998"),
    ("24/11/2027", "24 novembre 2027"), ("031298", "3 décembre 1998"), ("031226", "3 décembre 2026")])  # fmt: skip
def test_a_day_is_read_as_people_write_it(parent: CheckedClient, day: str, told: str) -> None:
    done = follow(parent, submit(parent, parent.get(PATH), address_query=NEW, moved_on=day))
    assert told in shown(done)


def test_a_second_click_changes_nothing(db: Database, cast: Cast, parent: CheckedClient, housemate: int) -> None:
    page = parent.get(PATH)
    for _click in range(3):
        assert submit(parent, page, address_query=NEW).location == "/espace/donnees?fait=corrige"
    assert db.execute("SELECT count(*) FROM amendments").fetchone() == (2,)
    assert len(notices(cast.agent.client)) == 2


def test_ten_clicks_at_once_are_one_move(app: Flask, db: Database, cast: Cast) -> None:
    def move(_index: int) -> None:
        with app.test_request_context():
            try:
                moving.move(get_db(), cast.a.account, replace(ADDRESS, label=NEW), today(), ())
            finally:
                close_connections()

    with ThreadPoolExecutor(10) as threads:
        list(threads.map(move, range(10)))
    assert db.execute("SELECT count(*) FROM amendments").fetchone() == (1,)


def test_what_is_sent_after_the_session_ended_is_there_after_the_sign_in(
    db: Database, cast: Cast, parent: CheckedClient, housemate: int, hand: time_machine.Traveller
) -> None:
    page = parent.get(PATH)
    hand.shift(timedelta(minutes=31))
    late = submit(parent, page, address_query=NEW, building="B", people=[], moved_on="1/12/2026")
    assert late.location == f"/connexion?suite={PATH}" and label(db, cast.a.account.person) == OLD
    email = cast.a.account.email
    back = follow(parent, submit(parent, parent.get(late.location), username=email, password=PASSWORD))
    kept = typed(form_of(read(back)))
    assert (kept["address_query"], kept["building"], kept["moved_on"]) == ([NEW], ["B"], ["1/12/2026"])
    submit(parent, back)
    assert (label(db, cast.a.account.person), label(db, housemate)) == (NEW, OLD)


def test_a_flood_of_moves_is_bounded_and_what_was_typed_stays(
    db: Database, cast: Cast, parent: CheckedClient, hand: time_machine.Traveller
) -> None:
    for number in range(12):
        by_hand = {"manual": "1", "street": f"Chemin {number}", "postcode": "44521", "city": "Oudon"}
        assert submit(parent, parent.get(PATH), **by_hand).status_code == 303, number
    page = submit(parent, parent.get(PATH), address_query=NEW)
    assert page.status_code == 429 and "Trop d'essais" in errors(page)["address_query"]
    assert typed(form_of(read(page)))["address_query"] == [NEW]
    assert label(db, cast.a.account.person) == "Chemin 11 44521 Oudon"
    answers = {parent.post(PATH, data=typed(form_of(read(page))) | {"chercher": "1"}).status_code for _ in range(60)}
    assert answers == {303, 429}
    hand.shift(timedelta(minutes=20))
    assert submit(parent, parent.get(PATH), address_query=NEW).status_code == 303


def test_a_parent_asked_to_correct_their_address_sends_it_back(db: Database, cast: Cast, parent: CheckedClient) -> None:
    decide(db, cast.a.dossier.id, "address_to_confirm", Camille="to_correct")
    assert read(parent.get("/espace/donnees/identite")).select_one(f"main a[href='{PATH}']")
    assert submit(parent, parent.get(PATH), address_query=NEW).location == "/espace?fait=envoye"


def test_a_family_deleted_leaves_nothing_of_its_move(
    app: Flask, db: Database, cast: Cast, parent: CheckedClient
) -> None:
    submit(parent, parent.get(PATH), address_query=NEW)
    with app.app_context(), transaction(db):
        retention.erase(db, cast.a.account, now())
    assert db.execute("SELECT count(*) FROM amendments").fetchone() == (0,)
    assert notices(cast.agent.client) == []


def test_a_role_of_no_address_is_not_asked_about(db: Database, cast: Cast, parent: CheckedClient) -> None:
    decide(db, cast.a.dossier.id)
    assert {one.role for one in people.members(db, cast.a.account.household)} >= {Role.CHILD, Role.CONTACT}
    assert not read(parent.get(PATH)).select("#people")
