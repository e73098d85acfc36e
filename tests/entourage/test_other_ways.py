"""Whoever does not fit the usual form: one name only, an institution, a birth date known in part, a shared mailbox."""

import json
from datetime import datetime, time, timedelta

import pytest
import time_machine
from sqlite_utils import Database
from werkzeug.test import TestResponse

from tests.support.client import CheckedClient, errors, follow, form_of, read, submit, typed
from tests.support.families import decide
from tests.support.walk import (
    CHILD,
    CONTACTS,
    EMAIL,
    IDENTITY,
    PASSWORD,
    RELATIVE,
    add,
    answer,
    begin,
    deposit,
    open_entourage,
)
from wizard import clock
from wizard.db import transaction
from wizard.services import copies, export
from wizard.services.searching import search
from wizard.stores import accounts, dossiers

SERVICE = "Aide sociale à l'enfance 44"


def links_of(page: TestResponse) -> list[str]:
    return [str(tag["name"]) for tag in read(page).select("select[name^=link_]")]


def copy_of(db: Database) -> dict[str, list[dict[str, str]]]:
    account = accounts.by_id(db, 1)
    assert account is not None
    copied: dict[str, list[dict[str, str]]] = json.loads(copies.as_json(export.collect(db, account, [])))
    return copied


def test_who_has_one_name_only_says_so_once_and_goes_on(client: CheckedClient, db: Database) -> None:
    page = begin(client)
    assert not read(page).select("[name=single_name]")
    asked = submit(client, page, birth_name="Suharto", given_name="")
    assert set(errors(asked)) == {"given_name"}
    assert "un seul nom sur les papiers" in asked.text
    page = answer(client, asked, single_name="y")
    assert page.request.path.endswith("/adresse")
    again = client.get(page.request.path.replace("adresse", "identite"))
    assert "single_name" in typed(form_of(read(again)))


def test_a_person_with_one_name_is_called_by_it_everywhere(
    client: CheckedClient, step_1: TestResponse, db: Database
) -> None:
    page = add(client, step_1, "membre", **CHILD | {"birth_name": "Sukarno", "given_name": ""}, single_name="y")
    assert [tag.get_text(strip=True) for tag in read(page).select(".card h3")] == ["Sukarno"]
    page = add(client, page, "contact", **RELATIVE | {"given_name": "", "birth_name": "Teller"}, may_collect="y",
               single_name="y")  # fmt: skip
    assert "Peut venir chercher Sukarno · grand-parent de Sukarno · 02 40 83 60 17." in page.text
    assert "Teller Teller" not in page.text
    deposit(client, page)
    with transaction(db):
        assert dossiers.names(db, 1).keys() and set(dossiers.names(db, 1).values()) >= {"Sukarno", "Teller"}
        assert search(db, "sukarno", 5)
    assert {record.get("Prénom") for record in copy_of(db)["Personnes"]} == {"Camille", None}


INSTITUTION = {
    "institution": SERVICE,
    "birth_name": "",
    "given_name": "",
    "same_address": "",
    "mobile": "02 40 99 10 00",
}


@pytest.mark.parametrize(
    "changes",
    [{}, {"birth_name": "Durand", "given_name": "Anne"}, {"birth_name": "Durand"}, {"same_address": "no"},
     {"mobile": "", "email": "ase@departement.example"}],
)  # fmt: skip
def test_an_institution_may_answer_for_a_child(
    client: CheckedClient, step_1: TestResponse, db: Database, changes: dict[str, str]
) -> None:
    page = add(client, step_1, "membre", **CHILD)
    form = client.get(f"{page.request.path}/co-representant")
    (link,) = links_of(form)
    page = answer(client, form, **INSTITUTION | changes | {link: "guardian"})
    assert SERVICE in [tag.get_text(strip=True) for tag in read(page).select(".card h3")]
    deposit(client, page)
    assert SERVICE in dossiers.names(db, 1).values()
    assert search(db, "aide sociale", 5)
    record = next(one for one in copy_of(db)["Personnes"] if "Service ou institution" in one)
    assert record["Service ou institution"] == SERVICE
    assert ("Anne" in record.get("Prénom", "")) == ("given_name" in changes)


def test_an_institution_can_be_reached_like_anyone(client: CheckedClient, step_1: TestResponse) -> None:
    form = client.get(f"{step_1.request.path}/co-representant")
    assert set(errors(submit(client, form, **INSTITUTION | {"mobile": ""}))) == {"mobile"}
    assert set(errors(submit(client, form, **INSTITUTION | {"institution": ""}))) == {
        "birth_name", "given_name", "same_address"}  # fmt: skip


@pytest.mark.parametrize(
    ("written", "stored", "shown", "copied"),
    [
        ("3 septembre 2019", "2019-09-03", "3 septembre 2019", "03/09/2019"),
        ("03/09/19", "2019-09-03", "3 septembre 2019", "03/09/2019"),
        ("2019/09/03", "2019-09-03", "3 septembre 2019", "03/09/2019"),
        ("03092019", "2019-09-03", "3 septembre 2019", "03/09/2019"),
        ("00/00/2015", "2015", "2015", "2015"),
        ("00/09/2015", "2015-09", "septembre 2015", "09/2015"),
        ("00002015", "2015", "2015", "2015"),
        ("septembre 2015", "2015-09", "septembre 2015", "09/2015"),
    ],
)
def test_a_birth_date_is_shown_as_it_was_read(
    client: CheckedClient, step_1: TestResponse, db: Database, written: str, stored: str, shown: str, copied: str
) -> None:
    page = add(client, step_1, "membre", **CHILD | {"birthdate": written})
    recap = follow(client, submit(client, page, "etape-1"))
    assert f"Date de naissance : {shown} · votre enfant" in recap.text
    follow(client, submit(client, recap, "etape-2"))
    assert db.execute("SELECT birthdate FROM people WHERE given_name = 'Loïc'").fetchone() == (stored,)
    assert next(one for one in copy_of(db)["Personnes"] if one["Prénom"] == "Loïc")["Date de naissance"] == copied


def test_the_two_faults_of_a_date_are_told_apart(client: CheckedClient, step_1: TestResponse) -> None:
    form = client.get(f"{step_1.request.path}/membre")
    assert "les chiffres suffisent" in form.text

    def told(written: str) -> str:
        return errors(submit(client, form, **CHILD | {"birthdate": written}))["birthdate"]

    assert {told(one) for one in ("31/02/2019", "32/01/2019", "29/02/2019")} == {told("03/13/2019")}
    assert "n'existe pas" in told("31/02/2019")
    assert "n'est pas comprise" in told("hier") and "n'est pas comprise" in told("3092019")
    assert "futur" in told("03/09/2999") and "ancienne" in told("03/09/0019") and "18 ans" in told("03/09/1990")


def test_a_child_to_correct_comes_back_with_what_is_known_of_the_date(
    client: CheckedClient, step_1: TestResponse, db: Database
) -> None:
    deposit(client, add(client, step_1, "membre", **CHILD | {"birthdate": "00/09/2015"}))
    decide(db, Loïc="to_correct")
    edit = str(read(open_entourage(client)).select_one(".card a")["href"])
    assert typed(form_of(read(client.get(edit))))["birthdate"] == ["00/09/2015"]


def test_who_turns_eighteen_in_the_draft_gets_a_sentence_that_says_what_to_do(
    client: CheckedClient, step_1: TestResponse
) -> None:
    birthday = clock.today() + timedelta(days=1)
    add(
        client,
        step_1,
        "membre",
        **CHILD | {"birthdate": birthday.replace(year=birthday.year - 18).strftime("%d/%m/%Y")},
    )
    with time_machine.travel(datetime.combine(birthday, time(0, 1), clock.zone())):
        refused = submit(client, open_entourage(client), "etape-1")
        assert refused.status_code == 422
        assert "Loïc a 18 ans maintenant" in refused.text and "Il manque une réponse" not in refused.text


@pytest.mark.parametrize("email", [EMAIL, EMAIL.upper(), f" {EMAIL}"])
def test_two_parents_with_one_mailbox_get_a_word_of_advice_and_go_on(
    client: CheckedClient, step_1: TestResponse, email: str
) -> None:
    page = add(client, step_1, "membre", **CHILD)
    form = client.get(f"{page.request.path}/co-representant")
    (link,) = links_of(form)
    values = {"birth_name": "Durand", "given_name": "Dominique", "same_address": "no", link: "father"}
    page = answer(client, form, **values, email=email)
    assert "Son courriel est aussi le vôtre" in page.text
    edit = next(a for a in read(page).select(".card a") if "Dominique" in a.get_text())
    changed = answer(client, client.get(str(edit["href"])), email="dominique@exemple.fr")
    assert "Son courriel est aussi le vôtre" not in changed.text
    assert deposit(client, page).status_code == 200


@pytest.mark.parametrize("usage_name", ["Martin", "MARTIN", " martin ", "Mar\u00adtin"])
def test_a_usage_name_that_is_the_birth_name_is_none_whoever_it_is(
    client: CheckedClient, db: Database, usage_name: str
) -> None:
    page = answer(client, begin(client), **IDENTITY, usage_name=usage_name)
    page = answer(client, answer(client, page, saisir="1"), street="rue du Moulin", postcode="44521", city="Oudon")
    answer(client, answer(client, page, **CONTACTS), password=PASSWORD, sans_image="1")
    with transaction(db):
        accounts.activate(db, 1, clock.now())
    page = add(client, open_entourage(client), "membre", **CHILD)
    form = client.get(f"{page.request.path}/co-representant")
    (link,) = links_of(form)
    deposit(client, answer(client, form, birth_name="Martin", usage_name=usage_name, given_name="Dominique",
                           same_address="no", email="d@exemple.fr", **{link: "father"}))  # fmt: skip
    assert db.execute("SELECT DISTINCT usage_name FROM people").fetchall() == [(None,)]
