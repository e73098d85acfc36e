"""Someone typed in part: « Retour » keeps them as they are, says so, and no dossier leaves with them unfinished."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database
from werkzeug.test import TestResponse

from tests.support.client import HTMX, CheckedClient, follow, form_of, read, submit, typed
from tests.support.walk import CHILD, RELATIVE, add, answer, deposit, names, open_entourage
from wizard import clock

TO_COMPLETE = "À compléter"


def left(client: CheckedClient, page: TestResponse, **values: Any) -> TestResponse:
    """Press « Retour » on a person's page, with some of it typed, and return the page that follows."""
    (button,) = (one for one in read(page).select("main form button[name]") if one.get_text() == "Retour")
    return answer(client, page, **values, **{str(button["name"]): str(button["value"])})


def edit_of(page: TestResponse, name: str) -> str:
    return next(str(a["href"]) for a in read(page).select(".card a") if name in a.get_text())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "values", "called"),
    [
        ("membre", {"given_name": "Anna"}, "Anna"),
        ("membre", {"birthdate": "03/0"}, "Martin"),
        ("membre", {"birth_name": "R2D2", "residence": "here"}, "R2D2"),
        ("membre", {"link": "mother", "birth_name": ""}, "Personne sans nom"),
        ("co-representant", {"institution": "Aide sociale"}, "Aide sociale"),
        ("co-representant", {"email": "dominique@"}, "Personne sans nom"),
        ("co-representant", {"same_address": "yes"}, "Personne sans nom"),
        ("contact", {"phone": "02 40"}, "Personne sans nom"),
        ("contact", {"given_name": "Jeanne", "may_collect": "y"}, "Jeanne"),
        ("contact", {"emergency": "y"}, "Personne sans nom"),
    ],
)
def test_who_is_typed_in_part_is_there_again_and_must_be_completed(
    client: CheckedClient, step_1: TestResponse, kind: str, values: dict[str, str], called: str
) -> None:
    if kind != "membre":
        add(client, step_1, "membre", **CHILD)
    page = left(client, client.get(f"{step_1.request.path}/{kind}"), **values)
    assert page.request.path == step_1.request.path
    assert called in names(page) and TO_COMPLETE in page.text
    again = typed(form_of(read(client.get(edit_of(page, called)))))
    assert {name: again[name] for name in values} == {name: [value] for name, value in values.items()}
    refused = submit(client, page, "etape-1")
    assert refused.status_code == 422 and f"pour {called}" in read(refused).select_one("#summary").get_text()


@pytest.mark.parametrize("kind", ["membre", "co-representant", "contact"])
@pytest.mark.parametrize("with_child", [False, True])
def test_a_page_only_looked_at_adds_nobody(
    client: CheckedClient, step_1: TestResponse, kind: str, with_child: bool
) -> None:
    page = add(client, step_1, "membre", **CHILD) if with_child else step_1
    before = names(page)
    assert names(left(client, client.get(f"{page.request.path}/{kind}"))) == before


def test_a_correction_left_half_way_is_kept_and_completed(client: CheckedClient, step_1: TestResponse) -> None:
    page = add(client, step_1, "membre", **CHILD)
    recap = follow(client, submit(client, page, "etape-1"))
    page = left(client, client.get(edit_of(recap, "Loïc")), given_name="Loïck", birthdate="")
    assert page.request.path == step_1.request.path  # the summary waits until everyone is complete
    assert names(page) == ["Loïck"] and TO_COMPLETE in page.text
    page = answer(client, client.get(edit_of(page, "Loïck")), birthdate="03/09/2019")
    assert TO_COMPLETE not in page.text
    assert deposit(client, page).status_code == 200


def test_the_way_back_leads_where_the_page_was_opened_from(client: CheckedClient, step_1: TestResponse) -> None:
    recap = follow(client, submit(client, add(client, step_1, "membre", **CHILD), "etape-1"))
    for values in ({}, {"given_name": "Loïck"}):
        recap = left(client, client.get(edit_of(recap, "Lo")), **values)
        assert recap.request.path.endswith("/etape-2")
    assert names(recap) == ["Loïck"]


def test_an_error_then_the_way_back_lose_nothing(client: CheckedClient, step_1: TestResponse) -> None:
    refused = submit(client, client.get(f"{step_1.request.path}/membre"), given_name="Anna")
    assert refused.status_code == 422
    assert names(left(client, refused)) == ["Anna"]


def test_the_way_back_pressed_twice_adds_one_person(client: CheckedClient, step_1: TestResponse) -> None:
    form = client.get(f"{step_1.request.path}/membre")
    for _click in range(2):
        page = left(client, form, given_name="Anna")
    assert names(page) == ["Anna"]


def test_htmx_gets_the_page_before_at_once(client: CheckedClient, step_1: TestResponse) -> None:
    form = client.get(f"{step_1.request.path}/membre")
    values = typed(form_of(read(form))) | {"given_name": "Anna", "retour": "1"}
    page = client.post(form.request.path, data=values, headers=HTMX)
    assert page.status_code == 200 and page.headers["HX-Push-Url"] == step_1.request.path
    assert names(page) == ["Anna"]


def test_who_was_typed_in_part_waits_for_the_next_sign_in(
    app: Flask, client: CheckedClient, step_1: TestResponse
) -> None:
    page = left(client, client.get(f"{step_1.request.path}/membre"), given_name="Anna")
    follow(client, submit(client, page, "terminer"))
    assert names(open_entourage(app.test_client())) == ["Anna"]


def test_the_way_back_of_a_page_open_for_too_long_keeps_what_it_holds(
    app: Flask, client: CheckedClient, step_1: TestResponse
) -> None:
    form = client.get(f"{step_1.request.path}/membre")
    with time_machine.travel(clock.now() + timedelta(minutes=31), tick=False):
        looked = submit(client, form, retour="1")
        assert looked.status_code == 410 and "Ce que vous aviez validé est gardé" in looked.text
        late = submit(client, form, given_name="Anna", retour="1")
        assert late.status_code == 410 and "Ce que vous venez d'envoyer est gardé" in late.text
        assert names(open_entourage(app.test_client())) == ["Anna"]


def test_the_way_back_fills_no_dossier_beyond_its_size(client: CheckedClient, step_1: TestResponse) -> None:
    for number in range(40):
        client.post(f"{step_1.request.path}/membre", data={"given_name": f"Anna {number}", "retour": "1"})
    full = submit(client, client.get(f"{step_1.request.path}/membre"), given_name="Zoé", retour="1")
    assert full.status_code == 422 and "Ce dossier est plein" in full.text
    assert len(names(client.get(step_1.request.path))) == 40


@pytest.mark.slow
@pytest.mark.parametrize("text", ["<b>Loïc</b>", "<img src=x onerror=alert(1)>", "A & B", "&lt;b&gt;", '"><i>'])
@pytest.mark.parametrize(("kind", "field"), [("membre", "given_name"), ("co-representant", "institution")])
def test_a_name_in_a_sentence_is_never_read_as_html(
    client: CheckedClient, step_1: TestResponse, kind: str, field: str, text: str
) -> None:
    page = left(client, client.get(f"{step_1.request.path}/{kind}"), **{field: text})
    others = [client.get(f"{page.request.path}/{other}") for other in ("membre", "co-representant", "contact")]
    for one in (page, submit(client, page, "etape-1"), *others, *(submit(client, other) for other in others)):
        assert not read(one).select("main b, main img, main i")
    assert text in read(page).select_one(".card h3").get_text()


@pytest.mark.slow
def test_no_input_left_half_way_breaks_the_pages_that_show_it(
    app: Flask, client: CheckedClient, step_1: TestResponse, db: Database
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    page = add(client, step_1, "membre", **CHILD)
    signs = st.characters(exclude_characters=":;?!«»")  # whose spaces the client checks
    text = st.one_of(
        st.text(signs, max_size=20), st.sampled_from(["", "0", "31/02/2019", "a@b", "+", "mother", "\ufffe"])
    )
    fields = st.sampled_from(
        ["birth_name", "given_name", "usage_name", "institution", "birthdate", "email", "phone", "mobile", "link",
         "residence", "children", "contacts", "same_address", "may_collect", "single_name", "title", "sex"]
    )  # fmt: skip
    kinds = st.sampled_from(["membre", "co-representant", "contact"])

    @settings(
        max_examples=40,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(kinds, st.dictionaries(fields, text, max_size=8))
    def leave(kind: str, values: dict[str, str]) -> None:
        sent = {name: value.encode("utf-8", "replace").decode() for name, value in values.items()}
        data = sent | {"entry": "aaaaaaaa", "retour": "1"}
        assert client.post(f"{page.request.path}/{kind}", data=data).status_code == 303
        assert client.get(page.request.path).status_code == 200
        assert submit(client, page, "etape-1").status_code in {303, 422}

    leave()


def test_a_contact_typed_in_part_may_be_taken_out(client: CheckedClient, step_1: TestResponse) -> None:
    page = add(client, step_1, "membre", **CHILD)
    page = left(client, client.get(f"{page.request.path}/contact"), given_name=RELATIVE["given_name"])
    removal = next(form for form in read(page).select(".card form") if "contact" in str(form["action"]))
    page = follow(client, client.post(str(removal["action"])))
    assert names(page) == ["Loïc"]
    assert deposit(client, page).status_code == 200
