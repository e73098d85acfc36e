"""The sign-up's steps over HTTP: order, fragments, drafts, replays."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database

from tests.support.client import HTMX, CheckedClient, errors, follow, form_of, main_of, read, submit, typed
from tests.support.walk import CONTACTS, EMAIL, IDENTITY, MANUAL, STEPS, answer, begin, reach, sign_up
from wizard import clock
from wizard.stores import drafts


@pytest.mark.parametrize("slug", STEPS)
def test_the_fragment_of_a_step_is_the_main_region_of_its_page(client: CheckedClient, slug: str) -> None:
    path = reach(client, slug).request.path
    page, fragment = client.get(path), client.get(path, headers=HTMX)
    assert main_of(fragment) == main_of(page)
    assert read(fragment).find("html") is None
    assert read(fragment).title.text == read(page).title.text
    assert fragment.headers["HX-Push-Url"] == path


@pytest.mark.parametrize("slug", STEPS)
def test_the_fragment_of_an_invalid_step_is_that_of_its_page(client: CheckedClient, slug: str) -> None:
    path = reach(client, slug).request.path
    page = client.post(path, data={"revision": "0"})
    fragment = client.post(path, data={"revision": "0"}, headers=HTMX)
    assert page.status_code == fragment.status_code == 422
    # Each submission is one more revision, and so another security check.
    changing = ("[name=revision]", ".board img", "legend em")
    assert main_of(fragment, *changing) == main_of(page, *changing)
    assert read(page).title.text.startswith("Erreur :")


def test_a_valid_step_answers_a_redirect_to_a_browser_and_the_next_step_to_htmx(client: CheckedClient) -> None:
    page = begin(client)
    action, values = page.request.path, typed(form_of(read(page))) | IDENTITY
    assert client.post(action, data=values).status_code == 303
    fragment = client.post(action, data=values, headers=HTMX)
    assert fragment.status_code == 200
    assert fragment.headers["HX-Push-Url"].endswith("/adresse")
    assert main_of(fragment) == main_of(client.get(fragment.headers["HX-Push-Url"]))


def test_a_step_out_of_order_leads_to_the_first_incomplete_one(client: CheckedClient) -> None:
    first = begin(client).request.path
    last = first.replace("identite", "identifiants")
    assert client.get(last).location == first
    assert client.post(last, data={"password": "x"}).location == first
    assert client.get(last, headers=HTMX).headers["HX-Push-Url"] == first


def test_what_is_sent_to_a_step_that_another_tab_closed_waits_in_its_place(client: CheckedClient) -> None:
    contacts = reach(client, "contacts")
    address = contacts.request.path.replace("contacts", "adresse")
    client.post(address, data={"address_query": "zzzz"})
    answered = client.post(contacts.request.path, data=typed(form_of(read(contacts))) | CONTACTS)
    assert (answered.status_code, answered.location) == (303, address)
    page = answer(client, answer(client, client.get(address), saisir="1"), **MANUAL)
    assert typed(form_of(read(page)))["email"] == [CONTACTS["email"]]


def test_the_way_back_keeps_the_step_as_it_is_and_shows_the_one_before(client: CheckedClient) -> None:
    page = reach(client, "adresse")
    path, form = page.request.path, {"address_query": "12 rue du mou", "retour": "1"}
    assert client.post(path, data=form).location.endswith("/identite")
    assert client.post(path, data=form, headers=HTMX).headers["HX-Push-Url"].endswith("/identite")
    assert typed(form_of(read(client.get(path))))["address_query"] == ["12 rue du mou"]
    first = path.replace("adresse", "identite")
    assert client.post(first, data={"birth_name": "", "retour": "1"}).location == first


@pytest.mark.parametrize("slug", STEPS)
def test_each_way_out_of_a_step_is_a_button_of_its_form_after_the_one_that_enter_presses(
    client: CheckedClient, slug: str
) -> None:
    first, *others = form_of(read(reach(client, slug))).select("button")
    assert not first.get("name") and "visually-hidden" in first["class"]
    ways = {one.get_text(): one for one in others if one.get("role") == "link"}
    assert set(ways) == ({"Finir plus tard"} if slug == "identite" else {"Retour", "Finir plus tard"})


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["without script", "htmx"])
@pytest.mark.parametrize(
    ("slug", "values"),
    [
        ("identite", {"given_name": "Camille", "birth_name": ""}),
        ("identite", {"usage_name": "R2D2"}),
        ("adresse", {"address_query": "12 rue du mou", "floor": "2"}),
        ("adresse", {"manual": "1", "street": "rue du Moulin", "postcode": "445"}),
        ("contacts", {"mobile": "06 12", "email": "camille@"}),
        ("identifiants", {"username": "camille44"}),
    ],
)
def test_to_finish_later_keeps_the_step_as_it_is(
    client: CheckedClient, slug: str, values: dict[str, str], headers: dict[str, str]
) -> None:
    page = reach(client, slug)
    path = page.request.path
    sent = client.post(path, data=values | {"plus_tard": "1"}, headers=headers)
    later = path.replace(slug, "plus-tard")
    assert (sent.status_code, sent.location) == (303, later)
    assert client.get(later, headers=HTMX).headers["HX-Push-Url"] == later
    assert values.get("email", "") in typed(form_of(read(client.get(later))))["email"][0]
    again = typed(form_of(read(client.get(path))))
    assert {name: again[name] for name in values} == {name: [value] for name, value in values.items()}


def test_a_password_is_not_kept_for_later(client: CheckedClient, db: Database) -> None:
    page = reach(client, "identifiants")
    submit(client, page, password="girafe nuage trombone 7", plus_tard="1")
    assert "girafe" not in "".join(row[0] for row in db.execute("SELECT data FROM draft_answers"))


def test_a_history_restore_gets_the_whole_page(client: CheckedClient) -> None:
    path = begin(client).request.path
    restored = client.get(path, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert read(restored).find("html") is not None


def test_coming_back_finds_everything_as_typed(client: CheckedClient, app: Flask) -> None:
    page = reach(client, "contacts")
    path = page.request.path.replace("contacts", "identite")
    later = app.test_client().get(path)
    assert typed(form_of(read(later)))["birth_name"] == ["Martin"]


def test_what_is_wrong_is_kept_too(client: CheckedClient) -> None:
    page = begin(client)
    submit(client, page, birth_name="R2D2", given_name="Camille")
    again = client.get(page.request.path)
    assert typed(form_of(read(again)))["birth_name"] == ["R2D2"]
    assert errors(again) == {}


def test_the_welcome_page_offers_to_go_on_and_never_goes_on_by_itself(client: CheckedClient) -> None:
    path = reach(client, "contacts").request.path
    welcome = client.get("/inscription")
    assert "Quatre étapes, cinq minutes environ." in welcome.text
    assert "Camille, vous aviez commencé une inscription" in welcome.text
    assert follow(client, submit(client, welcome, reprendre="1")).request.path == path


def test_a_shared_computer_tells_a_given_name_and_nothing_else(client: CheckedClient) -> None:
    token = reach(client, "identifiants").request.path.split("/")[2]
    page = client.get("/inscription").text
    assert "Camille" in page
    for told in (token, "Martin", "rue du Moulin", "06 12 34 56 78", EMAIL):
        assert told not in page


def test_no_script_reads_the_cookie_of_a_draft_and_the_frame_keeps_it_apart(client: CheckedClient) -> None:
    begun = submit(client, client.get("/inscription"))
    name, *options = begun.headers["Set-Cookie"].split("; ")
    assert name.startswith("__Host-brouillon=")
    assert {"HttpOnly", "Secure", "SameSite=None", "Partitioned", "Path=/"} <= set(options)


def test_who_is_not_the_one_who_began_has_it_forgotten(app: Flask, client: CheckedClient) -> None:
    path = reach(client, "contacts").request.path
    forgotten = submit(client, client.get("/inscription"), oublier="1")
    assert forgotten.location == "/inscription"
    assert "Camille" not in client.get("/inscription").text
    assert client.get(path).status_code == app.test_client().get(path).status_code == 410
    assert client.post("/inscription", data={"reprendre": "1"}).status_code == 410


def test_a_sign_up_begun_before_any_name_is_offered_without_one(client: CheckedClient) -> None:
    path = begin(client).request.path
    welcome = client.get("/inscription")
    assert "Une inscription est commencée" in welcome.text
    assert follow(client, submit(client, welcome, reprendre="1")).request.path == path


def test_the_same_form_sent_twice_saves_once(client: CheckedClient, db: Database) -> None:
    page = begin(client)
    values = typed(form_of(read(page))) | IDENTITY
    first, second = (client.post(page.request.path, data=values) for _ in range(2))
    assert first.location == second.location
    # The answer was changed meanwhile: the late copy of the first one does not undo it.
    other = client.get(page.request.path)
    submit(client, other, given_name="Dominique")
    client.post(page.request.path, data=values)
    assert typed(form_of(read(client.get(page.request.path))))["given_name"] == ["Dominique"]


def test_a_form_sent_again_is_known_up_to_fifty_revisions_later(client: CheckedClient) -> None:
    page = begin(client)
    values = typed(form_of(read(page))) | IDENTITY
    client.post(page.request.path, data=values)
    for number in range(1, drafts.REMEMBERED):
        given_name = "Dominique" if number % 2 else "Claude"
        client.post(page.request.path, data=values | {"given_name": given_name, "revision": str(number)})
    client.post(page.request.path, data=values)
    assert typed(form_of(read(client.get(page.request.path))))["given_name"] == ["Dominique"]


def test_a_page_restored_by_the_back_button_may_be_sent_again_with_another_answer(client: CheckedClient) -> None:
    page = begin(client)
    values = typed(form_of(read(page))) | IDENTITY
    for name in ("Camille", "Dominique", "Camille"):
        client.post(page.request.path, data=values | {"given_name": name})
        assert typed(form_of(read(client.get(page.request.path))))["given_name"] == [name]


def test_two_tabs_do_not_fight(client: CheckedClient) -> None:
    tab = reach(client, "contacts")
    other = client.get(tab.request.path.replace("contacts", "identite"))
    answer(client, other, given_name="Dominique")
    assert follow(client, submit(client, tab, **CONTACTS)).request.path.endswith("/identifiants")


def test_a_draft_is_not_shown_to_who_comes_from_another_site(client: CheckedClient) -> None:
    path = reach(client, "adresse").request.path
    answered = client.get(path, headers={"Sec-Fetch-Site": "cross-site"})
    assert (answered.status_code, answered.location) == (303, "/inscription")


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.test"}, {"Origin": "null"}]
)
def test_another_site_cannot_post_to_a_draft(client: CheckedClient, headers: dict[str, str]) -> None:
    assert client.post(begin(client).request.path, data=IDENTITY, headers=headers).status_code == 403


def test_a_draft_expires_and_says_so(client: CheckedClient) -> None:
    path = reach(client, "contacts").request.path
    with time_machine.travel(clock.now() + timedelta(hours=25), tick=False):
        gone = client.get(path)
        assert gone.status_code == 410
        assert "Recommencer" in gone.text
        assert client.post(path, data=CONTACTS).status_code == 410


def test_a_draft_in_use_does_not_expire(client: CheckedClient) -> None:
    page = begin(client)
    with time_machine.travel(clock.now() + timedelta(hours=20), tick=False):
        page = answer(client, page, **IDENTITY)
    with time_machine.travel(clock.now() + timedelta(hours=40), tick=False):
        assert client.get(page.request.path).status_code == 200


def test_one_phone_at_least_is_needed(client: CheckedClient) -> None:
    page = submit(client, reach(client, "contacts"), **CONTACTS | {"mobile": ""})
    assert "au moins un numéro" in errors(page)["mobile"]


def test_an_identifier_with_an_at_sign_is_one_s_own_address(client: CheckedClient) -> None:
    page = submit(client, reach(client, "identifiants"), username="autre@exemple.fr", password="x", sans_image="1")
    assert "doit être votre adresse" in errors(page)["username"]


def test_a_password_made_of_one_s_own_name_is_refused(client: CheckedClient) -> None:
    page = submit(client, reach(client, "identifiants"), password="Camille-Martin-Oudon", sans_image="1")
    assert errors(page)["password"]
    assert "Camille-Martin-Oudon" not in page.text


def test_a_finished_sign_up_answers_a_second_click_with_its_confirmation(client: CheckedClient, db: Database) -> None:
    page = reach(client, "identifiants")
    values = typed(form_of(read(page))) | {"password": "girafe nuage trombone 7", "sans_image": "1"}
    first, second = (client.post(page.request.path, data=values) for _ in range(2))
    assert first.location == second.location == page.request.path.replace("identifiants", "confirmation")
    assert db.execute("SELECT count(*) FROM accounts").fetchone() == (1,)
    assert db.execute("SELECT count(*) FROM outbox").fetchone() == (1,)


def test_the_clé_enfance_of_the_town_s_link_is_kept_and_cannot_be_changed(client: CheckedClient, db: Database) -> None:
    from wizard.services.families import new_key

    key = new_key()
    page = begin(client, key)
    assert key not in page.text
    page = reach(client, "identifiants")
    shown = read(page).select_one("#enfance_key")
    assert shown["readonly"] is not None
    sign_up(client, email="autre@exemple.fr", enfance_key="AAAA-AAAA")
    assert db.execute("SELECT count(*) FROM households WHERE enfance_key = 'AAAA-AAAA'").fetchone() == (0,)


@pytest.mark.parametrize(
    ("password", "told"),
    [("", ""), ("court", "encore"), ("Camille Martin 44521", "ni nom"), ("girafe nuage trombone 7", "")],
)
def test_the_strength_of_a_password_is_told_while_it_is_typed(client: CheckedClient, password: str, told: str) -> None:
    path = reach(client, "identifiants").request.path.replace("identifiants", "force")
    answered = client.post(path, data={"password": password}, headers=HTMX)
    assert answered.status_code == 200
    assert bool(read(answered).find("meter")) is bool(password)
    assert told in answered.text
    assert not password or password not in answered.text
