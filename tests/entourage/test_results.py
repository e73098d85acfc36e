"""After each action on someone, its result: told at the top of the page that follows, whichever way that page came."""

import pytest
from bs4 import Tag
from flask import Flask
from werkzeug.test import TestResponse

from tests.support.client import HTMX, CheckedClient, follow, form_of, main_of, read, submit, typed
from tests.support.walk import CHILD, RELATIVE, add, answer, names

ADDED = "C'est noté : Loïc fait partie de la liste."


def news_of(page: TestResponse) -> Tag | None:
    return read(page).select_one("#news[role=status][tabindex='-1'][autofocus]")


def told(page: TestResponse) -> str:
    tag = news_of(page)
    return " ".join(tag.get_text().split()) if tag else ""


def edit_of(page: TestResponse, name: str) -> str:
    return next(str(a["href"]) for a in read(page).select(".card .actions a") if name in a.get_text())


def test_who_is_added_then_corrected_is_told_by_the_page_that_follows(
    client: CheckedClient, step_1: TestResponse
) -> None:
    assert told(step_1) == ""
    page = add(client, step_1, "membre", **CHILD)
    assert told(page) == ADDED
    page = answer(client, client.get(edit_of(page, "Loïc")), given_name="Anna")
    assert told(page) == "C'est noté : les réponses pour Anna sont enregistrées."


def test_who_is_taken_out_is_named_beside_the_button_that_puts_them_back(
    client: CheckedClient, step_1: TestResponse
) -> None:
    page = add(client, step_1, "membre", **CHILD)
    page = follow(client, client.post(str(form_of(read(page), "retirer")["action"])))
    assert told(page) == "Vous avez retiré Loïc. Remettre dans la liste"
    later = client.get(page.request.path)
    assert told(later) == "" and "Vous avez retiré Loïc." in later.text
    page = follow(client, submit(client, page, "remettre"))
    assert told(page) == "C'est noté : Loïc est de nouveau dans la liste." and names(page) == ["Loïc"]


def test_the_result_is_told_where_the_gesture_was_made(client: CheckedClient, step_1: TestResponse) -> None:
    page = add(client, step_1, "membre", **CHILD)
    page = add(client, page, "membre", **CHILD | {"given_name": "Anna"})
    page = follow(client, submit(client, page, "etape-1"))
    assert told(page) == ""
    page = answer(client, client.get(edit_of(page, "Anna")), given_name="Annaïck")
    assert page.request.path.endswith("/etape-2") and "Annaïck" in told(page)
    page = follow(client, client.post(str(form_of(read(page), "retirer")["action"])))
    assert page.request.path.endswith("/etape-2") and told(page).startswith("Vous avez retiré")


@pytest.mark.parametrize("gesture", ["add", "edit", "remove", "restore", "another"])
def test_the_fragment_that_tells_a_result_is_the_main_region_of_the_page_that_other_browsers_are_led_to(
    client: CheckedClient, step_1: TestResponse, gesture: str
) -> None:
    page = add(client, step_1, "membre", **CHILD)
    person = edit_of(page, "Loïc").split("?")[0]
    if gesture in {"remove", "restore"}:
        client.post(f"{person}/retirer")
        path, values = f"{person}/{'retirer' if gesture == 'remove' else 'remettre'}", {}
    else:
        path = person if gesture == "edit" else f"{step_1.request.path}/membre"
        values = typed(form_of(read(client.get(path)))) | CHILD | {"given_name": "Anna"}
        values |= {"encore": "1"} if gesture == "another" else {}
    fragment = client.post(path, data=values, headers=HTMX)
    page = follow(client, client.post(path, data=values))
    assert told(page) == told(fragment) != "" and fragment.headers["HX-Push-Url"] == page.request.path
    assert set(page.request.args) == {"fait", "qui"} and "Loïc" not in page.request.url
    ignored = ("[name=revision]", "[name=entry]") if gesture == "another" else ("[name=revision]",)
    assert main_of(page, *ignored) == main_of(fragment, *ignored)


def test_a_page_read_again_does_nothing_and_tells_only_what_still_holds(
    app: Flask, client: CheckedClient, step_1: TestResponse
) -> None:
    page = add(client, step_1, "membre", **CHILD)
    for _again in range(2):
        again = client.get(f"{page.request.path}?{page.request.query_string.decode()}")
        assert (names(again), told(again)) == (["Loïc"], ADDED)
    follow(client, client.post(str(form_of(read(page), "retirer")["action"])))
    gone = client.get(f"{page.request.path}?{page.request.query_string.decode()}")
    assert (names(gone), told(gone)) == ([], "")
    for forged in ("fait=ajouter&qui=zzz", "fait=zzz", "qui=zzz", "fait=retirer&qui=0a1b2c3d"):
        assert told(client.get(f"{page.request.path}?{forged}")) == ""


def test_who_is_left_half_typed_is_told_as_such(client: CheckedClient, step_1: TestResponse) -> None:
    form = client.get(f"{step_1.request.path}/membre")
    page = answer(client, form, given_name="Loïc", retour="1")
    assert told(page) == "C'est gardé : il manque des réponses pour Loïc."
    page = answer(client, client.get(edit_of(page, "Loïc")), **CHILD)
    assert told(page) == "C'est noté : les réponses pour Loïc sont enregistrées."


def test_the_list_is_above_the_buttons_that_add(client: CheckedClient, step_1: TestResponse) -> None:
    page = add(client, step_1, "membre", **CHILD)
    text = page.text
    assert text.index("<h3>Loïc</h3>") < text.index("Ajouter un membre") < text.index("Aller à l'étape 2")


@pytest.mark.parametrize(("kind", "values"), [("membre", CHILD), ("contact", RELATIVE | {"emergency": "y"})])
def test_one_more_person_is_added_from_the_page_of_the_one_before(
    client: CheckedClient, step_1: TestResponse, kind: str, values: dict[str, str]
) -> None:
    page = add(client, step_1, "membre", **CHILD)
    form = client.get(f"{page.request.path}/{kind}")
    assert "Enregistrer et ajouter un autre" in form.text
    refused = submit(client, form, given_name="", encore="1")
    assert refused.status_code == 422 and told(refused) == ""
    blank = answer(client, form, **values | {"given_name": "Anna"}, encore="1")
    assert told(blank) == "C'est noté : Anna fait partie de la liste."
    assert blank.request.path == form.request.path
    page = answer(client, blank, **values | {"given_name": "Zoé"})
    assert names(page)[-2:] == ["Anna", "Zoé"]
