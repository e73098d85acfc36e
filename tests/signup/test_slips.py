"""« Vouliez-vous dire … ? »: a question with its two answers wherever an address is typed, never a red error."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.support.client import HTMX, CheckedClient, errors, follow, form_of, read, submit, typed
from tests.support.walk import CHILD, CONTACTS, EMAIL, PASSWORD, add, begin, open_entourage, reach, sign_in, sign_up
from wizard import clock
from wizard.db import transaction
from wizard.slips import answered
from wizard.stores import accounts

YES, THIS_ONE, NO = "Oui, corriger", "Oui, celle-ci", "Non, garder"


def pressed(client: CheckedClient, page: TestResponse, label: str, **values: Any) -> TestResponse:
    """Press the button of the question, as a browser without JavaScript does."""
    question = read(page).select_one("#question")
    form = question.find_parent("form")
    button = next(one for one in question.select("button") if one.get_text(strip=True).startswith(label))
    named = {str(button["name"]): str(button["value"])} if button.get("name") else {}
    return client.post(str(form["action"]), data=typed(form) | values | named)


def is_asked(page: TestResponse, meant: str) -> bool:
    soup = read(page)
    question = soup.select_one("#question")
    assert errors(page) == {} and not soup.select("#summary, .invalid, [aria-invalid]")
    assert not soup.title.get_text().startswith("Erreur")
    return page.status_code == 200 and f"Vouliez-vous dire {meant} ?" in question.get_text()


def contacts(client: CheckedClient, email: str) -> TestResponse:
    return submit(client, reach(client, "contacts"), **CONTACTS | {"email": email})


def later(client: CheckedClient, email: str) -> TestResponse:
    path = begin(client).request.path.replace("identite", "plus-tard")
    return submit(client, client.get(path), email=email)


def confirmation(client: CheckedClient, email: str) -> TestResponse:
    path = sign_up(client).request.path
    return client.post(path, data={"corriger": "1", "email": email, "password": PASSWORD})


def signed_in(client: CheckedClient) -> None:
    sign_up(client)
    with client.application.app_context():
        from wizard.db import get_db

        with transaction(get_db()):
            accounts.activate(get_db(), 1, clock.now())


def own_email(client: CheckedClient, email: str) -> TestResponse:
    signed_in(client)
    sign_in(client)
    return submit(client, client.get("/espace/donnees/courriel"), email=email, password=PASSWORD)


def lost(client: CheckedClient, email: str) -> TestResponse:
    return submit(client, client.get("/acces-oublie"), email=email)


def co_representative(client: CheckedClient, email: str) -> TestResponse:
    signed_in(client)
    page = add(client, open_entourage(client), "membre", **CHILD)
    form = client.get(f"{page.request.path}/co-representant")
    (link,) = (str(one["name"]) for one in read(form).select("select[name^=link_]"))
    values = {"birth_name": "Durand", "given_name": "Dominique", "same_address": "no", link: "father"}
    return submit(client, form, email=email, **values)


PAGES = [contacts, later, confirmation, own_email, lost, co_representative]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("answer", "email"), [(YES, "dominique@gmail.com"), (NO, "dominique@gmial.com")])
def test_a_slip_is_asked_about_wherever_an_address_is_typed(
    client: CheckedClient, db: Database, page: Any, answer: str, email: str
) -> None:
    asked = page(client, "dominique@gmial.com")
    assert is_asked(asked, "dominique@gmail.com")
    assert typed(read(asked).select_one("#question").find_parent("form"))["email"] == ["dominique@gmial.com"]
    password = {"password": PASSWORD} if page in {confirmation, own_email} else {}
    done = pressed(client, asked, answer, **password)
    assert done.status_code in {200, 303} and not read(done).select_one("#question")
    kept = " ".join(str(row) for table in ("outbox", "draft_answers", "accounts") for row in db[table].rows)
    if page is not lost:  # whether a mail leaves tells nothing there
        assert email in kept
    assert page is contacts or (email == "dominique@gmial.com") or "dominique@gmial.com" not in kept


@pytest.mark.parametrize("page", [contacts, later, co_representative])
def test_htmx_gets_the_question_in_the_page(client: CheckedClient, page: Any) -> None:
    asked = page(client, "dominique@gmial.com")
    form = read(asked).select_one("#question").find_parent("form")
    values = {name: value for name, value in typed(form).items() if not name.endswith("_as_typed")}
    fragment = client.post(str(form["action"]), data=values, headers=HTMX)
    assert is_asked(fragment, "dominique@gmail.com")


def test_the_main_button_takes_what_was_typed_once_it_was_asked_about(client: CheckedClient) -> None:
    asked = contacts(client, "camille@gmial.com")
    assert follow(client, submit(client, asked)).request.path.endswith("/identifiants")


def test_another_slip_is_another_question(client: CheckedClient) -> None:
    asked = contacts(client, "camille@gmial.com")
    assert is_asked(submit(client, asked, email="camille@gmal.com"), "camille@gmail.com")


def test_what_is_wrong_is_told_before_anything_is_asked(client: CheckedClient) -> None:
    page = submit(client, reach(client, "contacts"), mobile="06 12", email="camille@gmial.com")
    assert page.status_code == 422 and set(errors(page)) == {"mobile"} and not read(page).select_one("#question")


def test_the_enter_key_presses_no_answer(client: CheckedClient) -> None:
    form = form_of(read(contacts(client, "camille@gmial.com")))
    assert not form.select("button")[0].get("name")


@pytest.mark.parametrize("yes", ["", "email", "mobile", "inconnu", "oui", "password", "\ufffe"])
def test_no_yes_breaks_a_page(client: CheckedClient, yes: str) -> None:
    page = reach(client, "contacts")
    assert client.post(page.request.path, data=CONTACTS | {"oui": yes}).status_code == 303


@given(st.dictionaries(st.sampled_from(["email", "mobile", "oui"]), st.text(max_size=30), max_size=3))
def test_what_holds_no_slip_is_left_as_it_was_sent(sent: dict[str, str]) -> None:
    assert answered(MultiDict(sent)).to_dict() == sent


def test_to_correct_an_address_starts_from_it(client: CheckedClient) -> None:
    assert typed(form_of(read(sign_up(client)).select_one("details")))["email"] == [EMAIL]


def test_the_present_address_is_no_new_one(client: CheckedClient) -> None:
    assert set(errors(own_email(client, EMAIL))) == {"email"}


ADDRESSES = [
    ("12 rue du moulim oudon", ["12 Rue du Vieux Moulin 44521 Oudon"]),
    ("12 rue du mou", ["12 Rue du Vieux Moulin 44521 Oudon"]),
    ("rue d'anjuo oudon", ["Rue d'Anjou 44521 Oudon"]),
    ("12 rue", None),
    ("12 bis rue du Moulin", None),
]


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["without script", "htmx"])
@pytest.mark.parametrize(("text", "labels"), ADDRESSES)
def test_an_address_that_resembles_others_is_asked_about(
    client: CheckedClient, text: str, labels: list[str] | None, headers: dict[str, str]
) -> None:
    page = reach(client, "adresse")
    asked = client.post(page.request.path, data={"address_query": text, "floor": "2"}, headers=headers)
    soup = read(asked)
    assert asked.status_code == 200 and errors(asked) == {} and not soup.select("#summary, .invalid")
    assert not soup.title.get_text().startswith("Erreur")
    choices = soup.select("#question input[type=radio]")
    if labels:
        assert f"Vouliez-vous dire {labels[0]} ?" in soup.select_one("#question").get_text()
        answer, choice = YES, {}
    else:
        assert len(choices) > 1 and "Est-ce l'une de ces adresses ?" in asked.text and "laquelle" not in asked.text
        assert "Choisissez laquelle." in pressed(client, asked, THIS_ONE).text
        answer, choice = THIS_ONE, {"address_id": str(choices[0]["value"])}
    done = pressed(client, asked, answer, **choice)
    assert done.status_code == 303 and done.location.endswith("/contacts")
    again = typed(form_of(read(client.get(page.request.path))))
    assert again["address_id"] != [""] and again["floor"] == ["2"]


def test_the_other_answer_keeps_the_address_as_typed(client: CheckedClient) -> None:
    page = reach(client, "adresse")
    asked = submit(client, page, address_query="12 bis rue du Moulin 44521 Oudon")
    by_hand = typed(form_of(read(follow(client, pressed(client, asked, "Non, garder")))))
    assert (by_hand["house_number"], by_hand["street"]) == (["12 bis"], ["rue du Moulin"])


@pytest.mark.parametrize("made_up", ["", "zzzz", "44115_0000_99999", "email", "\ufffe"])
def test_a_made_up_answer_accepts_no_address(client: CheckedClient, made_up: str) -> None:
    page = reach(client, "adresse")
    answer = client.post(page.request.path, data={"address_query": "12 rue du mou", "oui": made_up})
    assert answer.status_code == 200 and "Vouliez-vous dire" in answer.text


def test_an_identifier_that_was_an_address_follows_it_when_it_is_corrected(client: CheckedClient) -> None:
    contacts = submit(client, reach(client, "identifiants"), retour="1")
    page = follow(client, submit(client, follow(client, contacts), email="corrige@exemple.fr"))
    assert read(page).select_one("#username")["value"] == "corrige@exemple.fr"
    chosen = submit(client, page, username="camille44", retour="1")
    page = follow(client, submit(client, follow(client, chosen), email="encore@exemple.fr"))
    assert read(page).select_one("#username")["value"] == "camille44"
