"""The entourage's steps over HTTP: people added, edited, removed; what is asked once; what a deposit needs."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database
from werkzeug.test import TestResponse

from tests.support.client import HTMX, CheckedClient, errors, follow, form_of, main_of, read, submit, typed
from tests.support.families import decide
from tests.support.walk import CHILD, EMAIL, PASSWORD, RELATIVE, add, answer, deposit, names, open_entourage
from wizard import clock


def field(page: TestResponse, selector: str) -> str:
    tag = read(page).select_one(selector)
    assert tag is not None, selector
    return str(tag["name"])


def test_the_page_after_the_sign_in_has_its_own_address_to_come_back_to(
    client: CheckedClient, step_1: TestResponse
) -> None:
    data = {"username": EMAIL, "password": PASSWORD}
    signed_in = client.post("/entourage", data=data, headers=HTMX)
    assert signed_in.status_code == 303
    welcome = client.get(signed_in.location, headers=HTMX)
    assert "Nouvelles personnes" in welcome.text
    assert welcome.headers["HX-Push-Url"] == signed_in.location
    assert "HX-Push-Url" not in client.get(signed_in.location).headers


@pytest.mark.parametrize("kind", ["membre", "co-representant", "contact"])
def test_the_fragment_of_a_person_s_page_is_the_main_region_of_the_page(
    client: CheckedClient, step_1: TestResponse, kind: str
) -> None:
    page = add(client, step_1, "membre", **CHILD)
    path = f"{page.request.path}/{kind}"
    new_id = "[name=entry]"
    assert main_of(client.get(path, headers=HTMX), new_id) == main_of(client.get(path), new_id)


@pytest.mark.parametrize("slug", ["etape-1", "etape-2"])
def test_the_fragment_of_a_step_is_the_main_region_of_its_page(
    client: CheckedClient, step_1: TestResponse, slug: str
) -> None:
    add(client, step_1, "membre", **CHILD)
    path = step_1.request.path.replace("etape-1", slug)
    assert main_of(client.get(path, headers=HTMX)) == main_of(client.get(path))


def test_the_draft_of_the_frame_sets_no_cookie_and_needs_none(
    app: Flask, client: CheckedClient, step_1: TestResponse
) -> None:
    other = app.test_client()
    assert other.get(step_1.request.path).status_code == 200
    assert client.get_cookie("__Host-portail", domain="famille.oudon.example") is None


def test_a_deposit_needs_a_child(client: CheckedClient, step_1: TestResponse) -> None:
    page = submit(client, step_1, "etape-1")
    assert page.status_code == 422
    assert "au moins un enfant" in page.text
    assert client.get(step_1.request.path.replace("etape-1", "etape-2")).status_code == 303


def test_a_contact_needs_a_child_first(client: CheckedClient, step_1: TestResponse) -> None:
    page = client.get(f"{step_1.request.path}/contact").text
    assert "Ajoutez d'abord un enfant" in page and "astérisque" not in page


def test_a_contact_has_no_right_by_default_and_needs_one(client: CheckedClient, step_1: TestResponse) -> None:
    page = add(client, step_1, "membre", **CHILD)
    form = client.get(f"{page.request.path}/contact")
    assert not {"may_collect", "emergency"} & typed(form_of(read(form))).keys()
    assert set(errors(submit(client, form, **RELATIVE))) == {"may_collect"}


def test_a_person_is_edited_from_the_recap_and_the_recap_comes_back(
    client: CheckedClient, step_1: TestResponse
) -> None:
    page = add(client, step_1, "membre", **CHILD)
    recap = follow(client, submit(client, page, "etape-1"))
    edit = next(a for a in read(recap).select(".card a") if "Modifier" in a.get_text())
    assert "Chacun de vos enfants" not in client.get(str(edit["href"])).text, "one of them is known"
    page = answer(client, client.get(str(edit["href"])), given_name="Loïck")
    assert page.request.path.endswith("/etape-2")
    assert names(page) == ["Loïck"]


def test_a_person_is_removed_once_however_often_one_clicks(client: CheckedClient, step_1: TestResponse) -> None:
    page = add(client, step_1, "membre", **CHILD)
    page = add(client, page, "membre", **CHILD | {"given_name": "Anna"})
    assert names(page) == ["Loïc", "Anna"]
    removal = str(read(page).select_one(".card form")["action"])
    for _click in range(2):
        page = follow(client, client.post(removal))
        assert names(page) == ["Anna"]


def test_whoever_was_removed_is_put_back_as_they_were_and_where_they_were(
    client: CheckedClient, step_1: TestResponse
) -> None:
    page = add(client, step_1, "membre", **CHILD)
    page = add(client, page, "membre", **CHILD | {"given_name": "Anna"})
    recap = follow(client, submit(client, page, "etape-1"))
    assert "Remettre" not in recap.text
    before = main_of(recap, "[name=revision]", "#news")
    for _click in range(2):
        page = follow(client, client.post(str(form_of(read(recap), "retirer")["action"])))
    assert names(page) == ["Anna"] and page.request.path.endswith("/etape-2")
    for _click in range(2):
        restored = follow(client, client.post(str(form_of(read(page), "remettre")["action"])))
        assert main_of(restored, "[name=revision]", "#news") == before


def test_the_last_one_removed_alone_is_put_back(client: CheckedClient, step_1: TestResponse) -> None:
    page = add(client, step_1, "membre", **CHILD)
    page = add(client, page, "membre", **CHILD | {"given_name": "Anna"})
    first = str(form_of(read(page), "retirer")["action"])
    page = follow(client, client.post(first))
    page = follow(client, client.post(str(form_of(read(page), "retirer")["action"])))
    assert names(page) == []
    client.post(first.replace("retirer", "remettre"))
    page = follow(client, submit(client, page, "remettre"))
    assert names(page) == ["Anna"]


def test_someone_typed_again_after_being_removed_is_not_overwritten(
    client: CheckedClient, step_1: TestResponse
) -> None:
    form = client.get(f"{step_1.request.path}/membre")
    values = typed(form_of(read(form))) | CHILD
    page = follow(client, client.post(form.request.path, data=values))
    page = follow(client, client.post(str(form_of(read(page), "retirer")["action"])))
    restoration = str(form_of(read(page), "remettre")["action"])
    client.post(form.request.path, data=values | {"given_name": "Anna"})
    page = follow(client, client.post(restoration))
    assert names(page) == ["Anna"]


def test_the_same_person_sent_twice_is_added_once(client: CheckedClient, step_1: TestResponse) -> None:
    form = client.get(f"{step_1.request.path}/membre")
    values = typed(form_of(read(form))) | CHILD
    for _click in range(3):
        page = follow(client, client.post(form.request.path, data=values))
    assert names(page) == ["Loïc"]


def test_a_sibling_is_prefilled_with_what_is_shared(client: CheckedClient, step_1: TestResponse) -> None:
    page = add(client, step_1, "membre", **CHILD)
    known = typed(form_of(read(client.get(f"{page.request.path}/membre"))))
    assert (known["birth_name"], known["link"], known["residence"]) == (["Martin"], ["mother"], ["here"])
    assert known["given_name"] == known["birthdate"] == [""]


def test_the_link_of_an_adult_with_a_child_is_asked_once_child_first(
    client: CheckedClient, step_1: TestResponse
) -> None:
    page = add(client, step_1, "membre", **CHILD)
    form = client.get(f"{page.request.path}/co-representant")
    link = field(form, "select[name^=link_]")
    page = answer(client, form, birth_name="Durand", given_name="Dominique", email="d@exemple.fr",
                  same_address="no", **{link: "father"})  # fmt: skip
    edit = next(a for a in read(page).select(".card a") if "Loïc" in a.get_text())
    assert not read(client.get(str(edit["href"]))).select("select[name^=link_]")


def test_the_link_of_an_adult_with_a_child_is_asked_once_adult_first(
    client: CheckedClient, step_1: TestResponse
) -> None:
    page = add(client, step_1, "co-representant", birth_name="Durand", given_name="Dominique",
               mobile="0612345678", same_address="yes")  # fmt: skip
    form = client.get(f"{page.request.path}/membre")
    link = field(form, "select[name^=link_]")
    assert set(errors(submit(client, form, **CHILD))) == {link}
    page = answer(client, form, **CHILD | {link: "father"})
    edit = next(a for a in read(page).select(".card a") if "Dominique" in a.get_text())
    assert not read(client.get(str(edit["href"]))).select("select[name^=link_]")


def test_a_co_representative_needs_a_phone_or_an_address(client: CheckedClient, step_1: TestResponse) -> None:
    form = client.get(f"{step_1.request.path}/co-representant")
    page = submit(client, form, birth_name="Durand", given_name="Dominique", same_address="yes")
    assert set(errors(page)) == {"mobile"}


def test_removing_the_only_child_of_a_contact_asks_for_another(client: CheckedClient, step_1: TestResponse) -> None:
    page = add(client, step_1, "membre", **CHILD)
    page = add(client, page, "contact", **RELATIVE, may_collect="y")
    page = add(client, page, "membre", **CHILD | {"given_name": "Anna"})
    page = follow(client, client.post(str(read(page).select_one(".card form[action*=membre]")["action"])))
    refused = submit(client, page, "etape-1")
    assert refused.status_code == 422
    assert "Il manque une réponse pour Jeanne" in refused.text


def test_coming_back_resumes_the_same_draft(app: Flask, client: CheckedClient, step_1: TestResponse) -> None:
    add(client, step_1, "membre", **CHILD)
    again = open_entourage(app.test_client())
    assert again.request.path != step_1.request.path
    assert names(again) == ["Loïc"]
    assert names(client.get(step_1.request.path)) == ["Loïc"]


def test_a_draft_left_for_a_day_is_not_resumed(app: Flask, client: CheckedClient, step_1: TestResponse) -> None:
    form = client.get(f"{add(client, step_1, 'membre', **CHILD).request.path}/membre")
    for hours, resumed in ((23, ["Loïc"]), (25, [])):
        with time_machine.travel(clock.now() + timedelta(hours=hours), tick=False):
            page = open_entourage(app.test_client())
            assert (page.status_code, names(page)) == (200, resumed)
            late = submit(client, form, **CHILD | {"given_name": "Anna"})
            assert late.status_code == 410 and ("venez d'envoyer est gardé" in late.text) == bool(resumed)


def test_no_page_of_an_entourage_is_shown_to_who_comes_from_another_site(
    client: CheckedClient, step_1: TestResponse
) -> None:
    page = add(client, step_1, "membre", **CHILD)
    edit = str(read(page).select_one(".card a")["href"]).split("?")[0]
    here = step_1.request.path
    for path in (here.removesuffix("/etape-1"), here, f"{here}/membre", edit, here.replace("etape-1", "etape-2")):
        assert client.get(path).status_code == 200
        answered = client.get(path, headers={"Sec-Fetch-Site": "cross-site"})
        assert (answered.status_code, answered.location) == (303, "/entourage"), path


def test_the_family_deposited_is_there_and_whoever_is_added_joins_its_dossier(
    client: CheckedClient, step_1: TestResponse, db: Database
) -> None:
    page = add(client, step_1, "membre", **CHILD)
    follow(client, submit(client, follow(client, submit(client, page, "etape-1")), "etape-2"))
    page = open_entourage(client)
    assert names(page) == ["Loïc"]
    unchanged = submit(client, follow(client, submit(client, page, "etape-1")), "etape-2")
    assert unchanged.status_code == 422 and "Rien n'a changé" in unchanged.text
    page = add(client, page, "contact", **RELATIVE, emergency="y")
    follow(client, submit(client, follow(client, submit(client, page, "etape-1")), "etape-2"))
    assert db.execute("SELECT count(*) FROM dossiers").fetchone() == (1,), "there is one until it is closed"
    assert db.execute("SELECT count(*) FROM people").fetchone() == (3,)
    decide(db)
    assert db.execute("SELECT child, emergency FROM contact_rights").fetchall() == [(2, 1)]


def test_a_deposit_clicked_twice_is_one_dossier(client: CheckedClient, step_1: TestResponse, db: Database) -> None:
    page = add(client, step_1, "membre", **CHILD)
    recap = follow(client, submit(client, page, "etape-1"))
    first, second = (follow(client, submit(client, recap, "etape-2")) for _click in range(2))
    assert read(first).select_one(".large").text == read(second).select_one(".large").text
    assert db.execute("SELECT count(*) FROM dossiers").fetchone() == (1,)
    assert db.execute("SELECT count(*) FROM outbox WHERE name = 'deposited'").fetchone() == (1,)


def test_the_page_of_a_deposit_is_there_for_a_day(client: CheckedClient, step_1: TestResponse) -> None:
    page = deposit(client, add(client, step_1, "membre", **CHILD))
    path = page.request.path
    reference = read(page).select_one(".large").text
    for hours, status in ((23, 200), (25, 410)):
        with time_machine.travel(clock.now() + timedelta(hours=hours), tick=False):
            shown = client.get(path)
            assert (shown.status_code, reference in shown.text) == (status, status == 200)


def test_the_same_people_are_deposited_by_one_of_two_tabs(
    app: Flask, client: CheckedClient, step_1: TestResponse, db: Database
) -> None:
    add(client, step_1, "membre", **CHILD)
    other = app.test_client()
    tabs = [(client, step_1), (other, open_entourage(other))]
    pages = [one.get(page.request.path.replace("etape-1", "etape-2")) for one, page in tabs]
    references = {
        read(follow(one, submit(one, page, "etape-2"))).select_one(".large").text
        for (one, _page), page in zip(tabs, pages, strict=True)
    }
    assert len(references) == 1
    assert db.execute("SELECT count(*) FROM people").fetchone() == (2,)


def test_a_wrong_password_says_neither_which_nor_more(client: CheckedClient, step_1: TestResponse) -> None:
    start = client.get("/entourage")
    wrong = submit(client, start, username=EMAIL, password="pas celui-là du tout")
    unknown = submit(client, start, username="inconnue@exemple.fr", password=PASSWORD)
    assert wrong.status_code == unknown.status_code == 422
    assert wrong.text.replace(EMAIL, "x") == unknown.text.replace("inconnue@exemple.fr", "x")


def test_someone_typed_for_too_long_is_there_after_the_next_sign_in(
    app: Flask, client: CheckedClient, step_1: TestResponse
) -> None:
    form = client.get(f"{step_1.request.path}/membre")
    with time_machine.travel(clock.now() + timedelta(minutes=31), tick=False):
        assert client.get(step_1.request.path).status_code == 410
        late = submit(client, form, **CHILD)
        assert late.status_code == 410
        assert "Ce que vous venez d'envoyer est gardé" in late.text
        assert "Loïc" not in late.text
        assert names(open_entourage(app.test_client())) == ["Loïc"]


def test_who_is_to_correct_is_found_as_declared_and_corrected_in_place(
    client: CheckedClient, step_1: TestResponse, db: Database
) -> None:
    page = add(client, step_1, "membre", **CHILD)
    form = client.get(f"{page.request.path}/co-representant")
    page = answer(client, form, birth_name="Durand", given_name="Dominique", email="d@exemple.fr",
                  same_address="yes", **{field(form, "select[name^=link_]"): "father"})  # fmt: skip
    page = add(client, page, "contact", **RELATIVE, may_collect="y")
    deposit(client, page)
    decide(db, Jeanne="to_correct", Dominique="to_correct")
    assert db.execute("SELECT adult, link FROM family_links").fetchall() == [(1, "mother")]

    page = open_entourage(client)
    assert names(page) == ["Dominique", "Loïc", "Jeanne"]
    edit = next(a for a in read(page).select(".card a") if "Jeanne" in a.get_text())
    page = answer(client, client.get(str(edit["href"])), phone="06 98 76 54 32", emergency="y")
    deposit(client, page)
    assert db.execute("SELECT may_collect, emergency FROM contact_rights").fetchall() == [], "it is asked again"
    decide(db)
    assert db.execute("SELECT count(*) FROM people").fetchone() == (4,)
    assert db.execute("SELECT phone FROM people WHERE given_name = 'Jeanne'").fetchone() == ("+33698765432",)
    assert db.execute("SELECT may_collect, emergency FROM contact_rights").fetchall() == [(1, 1)]
    links = db.execute("SELECT link FROM family_links ORDER BY adult").fetchall()
    assert links == [("mother",), ("father",), ("grandparent",)]
    assert db.execute("SELECT count(*) FROM addresses").fetchone() == (2,)
    assert db.execute("SELECT count(*) FROM dossiers").fetchone() == (1,), "the same dossier, corrected"


def test_what_is_sent_again_is_dated_from_then(client: CheckedClient, step_1: TestResponse, db: Database) -> None:
    first = deposit(client, add(client, step_1, "membre", **CHILD))
    decide(db, Loïc="to_correct")
    with time_machine.travel(clock.now() + timedelta(days=2), tick=False):
        page = open_entourage(client)
        edit = next(a for a in read(page).select(".card a") if "Loïc" in a.get_text())
        again = deposit(client, answer(client, client.get(str(edit["href"])), given_name="Loïk"))
    dated = [read(one).select(".panel p")[-1].get_text() for one in (first, again)]
    assert all(one.startswith("Déposé le ") for one in dated) and dated[0] != dated[1]


def test_a_child_to_correct_keeps_the_ties_of_the_others(
    client: CheckedClient, step_1: TestResponse, db: Database
) -> None:
    page = add(client, step_1, "membre", **CHILD)
    deposit(client, add(client, page, "contact", **RELATIVE, may_collect="y"))
    decide(db, Loïc="to_correct")
    page = open_entourage(client)
    assert names(page) == ["Loïc", "Jeanne"]
    edit = str(read(page).select_one(".card a")["href"])
    deposit(client, answer(client, client.get(edit), birthdate="04/09/2019"))
    decide(db)
    assert db.execute("SELECT birthdate FROM people WHERE given_name = 'Loïc'").fetchone() == ("2019-09-04",)
    assert db.execute("SELECT count(*) FROM family_links").fetchone() == (2,)
    assert db.execute("SELECT count(*) FROM contact_rights").fetchone() == (1,)


def test_nobody_corrects_a_person_of_another_family(client: CheckedClient, step_1: TestResponse, db: Database) -> None:
    form = client.get(f"{step_1.request.path}/membre")
    for forged in ("p1", "p0000001", "../1", "p1|x"):
        values = (
            typed(form_of(read(form))) | CHILD | {"entry": forged, "given_name": "Zoé", "someone_else": "Zoé Martin"}
        )
        page = follow(client, client.post(form.request.path, data=values))
    deposit(client, page)
    assert db.execute("SELECT given_name FROM people WHERE id = 1").fetchone() == ("Camille",)
    assert db.execute("SELECT count(*) FROM people WHERE given_name = 'Zoé'").fetchone() == (4,)
