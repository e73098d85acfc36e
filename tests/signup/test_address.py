"""The address step: chosen, typed, to choose, unknown; what is stored; what a later import recognises."""

from pathlib import Path

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database
from werkzeug.test import TestResponse

from tests.support.client import HTMX, CheckedClient, errors, follow, form_of, main_of, read, submit, typed
from tests.support.walk import CONTACTS, MANUAL, PASSWORD, answer, reach
from wizard import clock
from wizard.address_form.parts import parts_of
from wizard.addresses import demonstration_files, import_files
from wizard.db import get_db, transaction
from wizard.services import geocoding
from wizard.stores import people


def suggested(client: CheckedClient, text: str) -> list[tuple[str, str]]:
    """Return what the list proposes: id and label."""
    page = client.get("/adresses", query_string={"q": text})
    return [(str(one["data-id"]), str(one["data-label"])) for one in read(page).select("[role=option]")]


def stored(client: CheckedClient, page: TestResponse, db: Database) -> dict[str, object]:
    """Finish the sign-up begun at the contacts step, and return the address as stored."""
    answer(client, answer(client, page, **CONTACTS), password=PASSWORD, sans_image="1")
    return dict(next(db.query("SELECT * FROM addresses")))


def test_an_address_chosen_in_the_list_is_stored_with_its_origin(client: CheckedClient, db: Database) -> None:
    (identifier, label), *_others = suggested(client, "3 bis rue d'anj")
    page = answer(client, reach(client, "adresse"), address_query=label, address_id=identifier, apartment="4")
    row = stored(client, page, db)
    assert (row["house_number"], row["suffix"], row["street"]) == ("3", "bis", "Rue d'Anjou")
    assert (row["postcode"], row["city"], row["citycode"]) == ("44521", "Oudon", "44115")
    assert (row["ban_id"], row["source"], row["to_check"], row["apartment"]) == (identifier, "demo", 0, "4")
    assert row["lat"] and row["lon"]


def test_an_address_typed_in_full_needs_no_choice(client: CheckedClient, db: Database) -> None:
    page = answer(client, reach(client, "adresse"), address_query="2 rue d'Anjou 44521 Oudon")
    assert stored(client, page, db)["to_check"] == 0


def test_a_choice_that_no_longer_matches_the_text_does_not_count(client: CheckedClient) -> None:
    (identifier, _label), *_others = suggested(client, "2 rue d'Anjou Oudon")
    page = submit(client, reach(client, "adresse"), address_query="zzzz", address_id=identifier)
    assert set(errors(page)) == {"address_query"}


def test_an_unknown_number_of_a_known_street_is_kept_as_typed(client: CheckedClient, db: Database) -> None:
    page = reach(client, "adresse")
    seen = answer(client, page, address_query="9999 rue d'Anjou 44521 Oudon", chercher="1")
    assert "numéro à vérifier" in seen.text
    row = stored(client, answer(client, seen, address_query="9999 rue d'Anjou 44521 Oudon"), db)
    assert (row["house_number"], row["to_check"]) == ("9999", 1)


def test_a_place_without_numbers_is_recognised(client: CheckedClient, db: Database) -> None:
    page = answer(client, reach(client, "adresse"), address_query="La Pajaudière 44521 Oudon")
    assert stored(client, page, db)["to_check"] == 0


def test_without_javascript_the_addresses_are_radio_buttons(client: CheckedClient) -> None:
    page = answer(client, reach(client, "adresse"), address_query="rue d", chercher="1")
    choices = read(page).select("input[type=radio][name=address_id]")
    assert page.status_code == 200 and len(choices) > 1
    again = submit(client, page, address_id=str(choices[0]["value"]))
    assert follow(client, again).request.path.endswith("/contacts")


def test_an_address_that_is_not_in_the_list_never_blocks(client: CheckedClient, db: Database) -> None:
    page = answer(client, reach(client, "adresse"), address_query="12 bis rue du Moulin", saisir="1")
    assert typed(form_of(read(page)))["address_query"] == ["12 bis rue du Moulin"]
    missing = submit(client, page)
    assert set(errors(missing)) == {"postcode", "city"}
    row = stored(client, answer(client, missing, **MANUAL), db)
    assert (row["source"], row["to_check"], row["citycode"]) == ("manuel", 1, "44115")


@pytest.mark.parametrize("button", ["chercher", "suivant"])
def test_a_search_that_finds_nothing_is_seen_with_the_way_on(client: CheckedClient, button: str) -> None:
    page = reach(client, "adresse")
    assert "hidden" in read(page).select_one(".nothing").attrs
    asked = submit(client, page, address_query="12 bis rue Zzyzx 75002 Paris", **{button: "1"})
    found = follow(client, asked) if button == "chercher" else asked
    shown = [tag for tag in read(found).select(".nothing, .error") if "hidden" not in tag.attrs]
    assert [("Aucune adresse trouvée" in tag.get_text()) for tag in shown] == [True]
    by_hand = typed(form_of(read(answer(client, found, saisir="1"))))
    assert {name: by_hand[name] for name in ("house_number", "street", "postcode", "city")} == {
        "house_number": ["12 bis"], "street": ["rue Zzyzx"], "postcode": ["75002"], "city": ["Paris"]}  # fmt: skip


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("12 bis rue du Moulin 44521 Oudon", ["12 bis", "rue du Moulin", "44521", "Oudon"]),
        ("12bis Rue d'Anjou 44521 Oudon", ["12bis", "Rue d'Anjou", "44521", "Oudon"]),
        ("12, rue du Moulin, 44 521, OUDON", ["12", "rue du Moulin", "44521", "OUDON"]),
        ("12 B rue du Moulin", ["12 B", "rue du Moulin", "", ""]),
        ("12 a la Roche", ["12", "a la Roche", "", ""]),
        ("12 l'Aubinière 44521 Oudon", ["12", "l'Aubinière", "44521", "Oudon"]),
        ("n°12 rue du Moulin", ["12", "rue du Moulin", "", ""]),
        ("La Pajaudière 44521 Oudon", ["", "La Pajaudière", "44521", "Oudon"]),
        ("rue du 8 mai 1945", ["", "rue du 8 mai 1945", "", ""]),
        ("8 mai 1945", ["", "8 mai 1945", "", ""]),
        ("12/14 rue du Moulin", ["", "12/14 rue du Moulin", "", ""]),
        ("44521 Oudon 12 rue du Moulin", ["", "44521 Oudon 12 rue du Moulin", "", ""]),
        ("12 rue du Moulin 99999 Nulle", ["12", "rue du Moulin 99999 Nulle", "", ""]),
        ("12 rue du Moulin 44521", ["12", "rue du Moulin", "44521", ""]),
        ("12 rue de la Paix 75002 Paris, France", ["12", "rue de la Paix", "75002", "Paris"]),
        ("12", ["", "12", "", ""]),
        ("", ["", "", "", ""]),
    ],
)
def test_what_was_searched_is_in_the_form_by_hand_as_far_as_it_is_sure(line: str, parts: list[str]) -> None:
    found = parts_of(line)
    assert [found.get(name, "") for name in ("house_number", "street", "postcode", "city")] == parts


@given(st.text(max_size=200))
def test_no_word_of_a_search_is_lost_on_the_way_to_the_form_by_hand(line: str) -> None:
    kept = "".join(parts_of(line).values())
    assert {sign for sign in line if sign.isalnum()} - set(kept) <= set("nNfranceFRANCE")


def test_the_search_starts_from_what_was_typed_by_hand_and_back(client: CheckedClient) -> None:
    page = answer(client, answer(client, reach(client, "adresse"), saisir="1"), **MANUAL, liste="1")
    assert typed(form_of(read(page)))["address_query"] == ["12 bis rue du Moulin 44521 Oudon"]
    again = typed(form_of(read(answer(client, page, saisir="1"))))
    assert {name: again[name] for name in MANUAL} == {name: [value] for name, value in MANUAL.items()}


def test_a_search_of_two_hundred_letters_is_not_dropped_from_the_form_by_hand(client: CheckedClient) -> None:
    page = answer(client, reach(client, "adresse"), address_query="12 rue " + "z" * 190, saisir="1")
    assert typed(form_of(read(page)))["street"] == [("rue " + "z" * 190)[:120]]


@pytest.mark.parametrize("postcode", ["4452", "445211", "ABCDE", "٤٤٥٢١", "4452O"])
def test_a_postcode_has_five_digits(client: CheckedClient, postcode: str) -> None:
    page = answer(client, reach(client, "adresse"), saisir="1")
    assert "5 chiffres" in errors(submit(client, page, **MANUAL | {"postcode": postcode}))["postcode"]


@pytest.mark.parametrize("postcode", ["44 521", "44\u00a0521", "44\u202f521", "44521\ufe0f", "44.521", " 44521 "])
def test_a_postcode_is_typed_with_the_spaces_one_likes(client: CheckedClient, db: Database, postcode: str) -> None:
    page = answer(client, reach(client, "adresse"), saisir="1")
    row = stored(client, answer(client, page, **MANUAL | {"postcode": postcode}), db)
    assert (row["postcode"], row["citycode"], row["country"]) == ("44521", "44115", "FR")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("country", "postcode", "code", "label"),
    [
        ("Belgique", "1000", "BE", "12 rue de la Gare 1000 Bruxelles, Belgique"),
        ("Suisse", "1201", "CH", "12 rue de la Gare 1201 Bruxelles, Suisse"),
        ("sénégal", "", "SN", "12 rue de la Gare Bruxelles, Sénégal"),
        ("BE", "", "BE", "12 rue de la Gare Bruxelles, Belgique"),
        ("Royaume‑Uni", "SW1A 1AA", "GB", "12 rue de la Gare SW1A 1AA Bruxelles, Royaume-Uni"),
        ("Côte d’Ivoire", "", "CI", "12 rue de la Gare Bruxelles, Côte d'Ivoire"),
        ("Syldavie", "", "Syldavie", "12 rue de la Gare Bruxelles, Syldavie"),
        ("Allemagne", "10115", "DE", "12 rue de la Gare 10115 Bruxelles, Allemagne"),
        ("la Belgique", "1000", "BE", "12 rue de la Gare 1000 Bruxelles, Belgique"),
        ("MAROC", "20000", "MA", "12 rue de la Gare 20000 Bruxelles, Maroc"),
    ],
)
def test_an_address_abroad_is_kept_with_its_country(
    client: CheckedClient, db: Database, country: str, postcode: str, code: str, label: str
) -> None:
    page = answer(client, reach(client, "adresse"), saisir="1")
    assert typed(form_of(read(page)))["country"] == ["France"]
    parts = {"house_number": "12", "street": "rue de la Gare", "city": "Bruxelles", "postcode": postcode}
    row = stored(client, answer(client, page, **parts, country=country), db)
    assert (row["country"], row["postcode"], row["label"], row["to_check"]) == (code, postcode, label, 1)
    assert people.addresses_to_check(db) == []  # not looked for again among those of France


def test_in_france_the_postcode_stays_needed(client: CheckedClient) -> None:
    page = answer(client, reach(client, "adresse"), saisir="1")
    assert set(errors(submit(client, page, **MANUAL | {"postcode": ""}, country="france"))) == {"postcode"}
    assert set(errors(submit(client, page, **MANUAL | {"street": "", "city": ""}, country="Suisse"))) == {
        "street",
        "city",
    }


def test_the_communes_of_a_postcode_are_proposed(client: CheckedClient) -> None:
    options = {str(one["value"]) for one in read(client.get("/communes?postcode=44521")).select("option")}
    assert options == {"Oudon", "Couffé"}
    assert client.get("/communes?postcode=44 521").text == client.get("/communes?postcode=44521").text
    assert not read(client.get("/communes?postcode=x")).select("option")


def test_suggestions_answer_the_national_geocoder_s_json_too(client: CheckedClient) -> None:
    found = client.get("/adresses?q=2 rue d'Anjou Oudon", headers={"Accept": "application/json"}).get_json()
    assert found["type"] == "FeatureCollection"
    feature = found["features"][0]
    assert feature["geometry"]["type"] == "Point"
    assert {"label", "score", "id", "name", "postcode", "citycode", "city", "housenumber", "street", "type"} <= feature[
        "properties"
    ].keys()


def test_other_tools_may_ask_for_more_addresses_and_for_whole_words(client: CheckedClient) -> None:
    def names(asked: str) -> list[str]:
        found = client.get(f"/adresses?{asked}", headers={"Accept": "application/json"}).get_json()
        return [feature["properties"]["name"] for feature in found["features"]]

    assert [len(names(f"q=rue&limit={limit}")) for limit in ("1", "12", "0", "-3", "x", "5000")] == [1, 12, 1, 1, 5, 20]
    assert names("q=1 rue st&limit=1") == ["1 Rue du Stade"]
    assert names("q=1 rue st&limit=1&autocomplete=0") == ["1 Rue Saint-Martin"]


def test_a_search_is_read_no_further_than_an_address_goes(client: CheckedClient) -> None:
    found = client.get("/adresses?q=" + "rue " * 100, headers={"Accept": "application/json"}).get_json()
    assert found["query"] == "rue " * 50


def test_searches_are_limited_and_never_logged(client: CheckedClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    with time_machine.travel(clock.now(), tick=False) as hand:
        statuses = [client.get("/adresses?q=rue+secrete").status_code for _search in range(125)]
        assert statuses == [200] * 120 + [429] * 5
        hand.shift(1)
        statuses = [client.get("/adresses?q=rue+secrete").status_code for _search in range(3)]
        assert statuses == [200, 200, 429], "two more every second"
    assert "secrete" not in caplog.text


def test_a_later_import_recognises_an_address_typed_by_hand(
    app: Flask, client: CheckedClient, db: Database, tmp_path: Path
) -> None:
    page = answer(client, reach(client, "adresse"), saisir="1")
    page = answer(client, page, house_number="777", street="Rue d'Anjou", postcode="44521", city="Oudon", floor="2")
    assert stored(client, page, db)["to_check"] == 1
    official, places = demonstration_files()
    lines = official.read_text(encoding="utf-8").splitlines()
    door = lines[1].replace("_00001", "_00777").replace(";1;;", ";777;;")
    more = tmp_path / "adresses.csv"
    more.write_text("\n".join([*lines, door]), encoding="utf-8")
    import_files([more, places], tmp_path / "addresses.db")
    with app.app_context():
        app.extensions["addresses"] = type(app.extensions["addresses"])(tmp_path / "addresses.db", citycode="44115")
        with transaction(get_db()):
            assert geocoding.match_again(get_db()) == 1
            assert geocoding.match_again(get_db()) == 0
    row = dict(next(db.query("SELECT * FROM addresses")))
    assert (row["to_check"], row["source"], row["house_number"], row["floor"]) == (0, "demo", "777", "2")
    assert people.addresses_to_check(db) == []


@pytest.mark.parametrize("button", ["chercher", "saisir", "liste"])
def test_a_button_that_asks_leaves_no_page_that_the_back_button_refuses(client: CheckedClient, button: str) -> None:
    page = reach(client, "adresse")
    path, form = page.request.path, {"address_query": "rue d", button: "1"}
    without_script = client.post(path, data=form)
    assert (without_script.status_code, without_script.location) == (303, path)
    at_once = client.post(path, data=form, headers=HTMX)
    assert at_once.status_code == 200 and "HX-Push-Url" not in at_once.headers
    assert main_of(at_once, "[name=revision]") == main_of(client.get(path), "[name=revision]")
