"""What spares a parent typing twice: twins, prefilled answers, a question about someone who is there already."""

from typing import Any

import pytest
from sqlite_utils import Database
from werkzeug.test import TestResponse

from tests.support.client import CheckedClient, errors, follow, form_of, read, submit, typed
from tests.support.walk import CHILD, RELATIVE, add, answer, names
from wizard.db import transaction

OTHER = {"birth_name": "Durand", "given_name": "Dominique", "email": "d@exemple.fr", "same_address": "no"}


def twin_of(client: CheckedClient, page: TestResponse, name: str) -> TestResponse:
    links = read(page).select(".card .actions a")
    return client.get(
        next(str(a["href"]) for a in links if a.get_text().startswith("Ajouter un jumeau") and name in a.get_text())
    )


def blank(client: CheckedClient, page: TestResponse, kind: str) -> dict[str, Any]:
    """Return what the page of someone new is filled with."""
    return typed(form_of(read(client.get(f"{page.request.path}/{kind}"))))


def test_a_first_child_has_the_name_in_use_of_the_parent(
    client: CheckedClient, step_1: TestResponse, db: Database
) -> None:
    assert blank(client, step_1, "membre")["birth_name"] == ["Martin"]
    with transaction(db):
        db.execute("UPDATE people SET usage_name = 'Kerviel'")
    assert blank(client, step_1, "membre")["birth_name"] == ["Kerviel"]
    assert blank(client, step_1, "co-representant")["birth_name"] == [""]


@pytest.mark.parametrize("adult_first", [True, False])
def test_a_twin_shares_all_but_the_given_name_and_the_sex(
    client: CheckedClient, step_1: TestResponse, adult_first: bool
) -> None:
    loic = CHILD | {"residence": "alternating", "link": "guardian", "birth_name": "Kerviel", "sex": "m"}
    page = step_1
    for kind in ("co-representant", "membre") if adult_first else ("membre", "co-representant"):
        form = client.get(f"{step_1.request.path}/{kind}")
        values = loic if kind == "membre" else OTHER
        page = answer(client, form, **values, **dict.fromkeys(links_of(form), "step_parent"))
    form = twin_of(client, page, "Loïc")
    known = typed(form_of(read(form)))
    assert (known["given_name"], known["sex"]) == ([""], [""])
    shared = ("birth_name", "birthdate", "link", "residence")
    assert {name: known[name] for name in shared} == {name: [loic[name]] for name in shared}
    assert [known[one] for one in links_of(form)] == [["step_parent"]]
    page = answer(client, form, given_name="Anna")
    assert names(page)[-1] == "Anna"


def links_of(page: TestResponse) -> list[str]:
    return [str(tag["name"]) for tag in read(page).select("select[name^=link_]")]


def test_a_link_said_on_the_adult_s_page_is_known_of_the_next_child(
    client: CheckedClient, step_1: TestResponse
) -> None:
    page = add(client, step_1, "membre", **CHILD)
    form = client.get(f"{page.request.path}/co-representant")
    page = answer(client, form, **OTHER, **dict.fromkeys(links_of(form), "father"))
    known = blank(client, page, "membre")
    assert [value for name, value in known.items() if name.startswith("link_")] == [["father"]]


def test_a_page_of_a_twin_left_as_it_opened_adds_nobody(client: CheckedClient, step_1: TestResponse) -> None:
    page = add(client, step_1, "membre", **CHILD)
    page = answer(client, twin_of(client, page, "Loïc"), retour="1")
    assert names(page) == ["Loïc"]
    unknown = client.get(f"{page.request.path}/membre?jumeau=0a1b2c3d")
    assert typed(form_of(read(unknown)))["birthdate"] == [""]


def test_a_new_contact_concerns_all_the_children_and_has_no_right(client: CheckedClient, step_1: TestResponse) -> None:
    page = add(client, step_1, "membre", **CHILD)
    page = add(client, page, "membre", **CHILD | {"given_name": "Anna"})
    known = blank(client, page, "contact")
    assert len(known["children"]) == 2
    assert not {"may_collect", "emergency"} & known.keys()
    page = add(client, page, "contact", **RELATIVE, may_collect="y")
    assert "Peut venir chercher Loïc et Anna · grand-parent de Loïc et Anna · 02 40 83 60 17." in page.text


def question_of(page: TestResponse) -> str:
    tag = read(page).select_one("#question #asked")
    return tag.get_text() if tag else ""


ASKED = "Loïc Martin est déjà dans la liste. Est-ce quelqu'un d'autre ?"


@pytest.mark.parametrize("kind", ["membre", "contact"])
def test_who_looks_like_someone_of_the_list_is_asked_about_once_and_never_refused(
    client: CheckedClient, step_1: TestResponse, kind: str
) -> None:
    page = add(client, step_1, "membre", **CHILD)
    values = CHILD if kind == "membre" else RELATIVE | {"birth_name": "MARTIN", "given_name": "loic", "emergency": "y"}
    asked = submit(client, client.get(f"{page.request.path}/{kind}"), **values)
    assert asked.status_code == 200 and question_of(asked) == ASKED and not errors(asked)
    back = str(read(asked).select_one("#question a")["href"])
    assert names(client.get(back)) == ["Loïc"]
    page = answer(client, asked)  # « Oui, c'est quelqu'un d'autre »
    assert len(names(page)) == 2
    for edit in read(page).select(".card .actions a:first-child"):
        page = answer(client, client.get(str(edit["href"])), residence="other", phone="02 40 83 60 18")
    assert len(names(page)) == 2


def test_another_name_typed_meanwhile_is_asked_about_anew(client: CheckedClient, step_1: TestResponse) -> None:
    page = add(client, step_1, "membre", **CHILD)
    page = add(client, page, "membre", **CHILD | {"given_name": "Anna"})
    asked = submit(client, client.get(f"{page.request.path}/membre"), **CHILD)
    again = submit(client, asked, given_name="Anna")
    assert question_of(again) == ASKED.replace("Loïc", "Anna")


def test_a_birth_date_tells_namesakes_apart(client: CheckedClient, step_1: TestResponse) -> None:
    page = add(client, step_1, "membre", **CHILD)
    page = add(client, page, "membre", **CHILD | {"birthdate": "04/09/2019"})
    assert names(page) == ["Loïc", "Loïc"]
    edit = str(read(page).select_one(".card .actions a")["href"])
    assert question_of(submit(client, client.get(edit), birthdate="04/09/2019")) == ASKED


def test_the_answer_goes_on_to_another_person_when_that_was_asked(client: CheckedClient, step_1: TestResponse) -> None:
    page = add(client, step_1, "membre", **CHILD)
    asked = submit(client, client.get(f"{page.request.path}/membre"), **CHILD, encore="1")
    yes = read(asked).select_one("#question button")
    assert (yes["name"], yes["value"]) == ("encore", "1")
    assert follow(client, submit(client, asked, encore="1")).request.path.endswith("/membre")


def test_who_was_taken_out_is_asked_about_no_more(client: CheckedClient, step_1: TestResponse) -> None:
    page = add(client, step_1, "membre", **CHILD)
    page = follow(client, client.post(str(form_of(read(page), "retirer")["action"])))
    assert names(add(client, page, "membre", **CHILD)) == ["Loïc"]
