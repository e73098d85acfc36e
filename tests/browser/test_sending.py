"""Sending a step: HTMX does it, once, says that it does, and tries again when the network fails."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.gestures import (
    IDENTITY,
    MANUAL,
    TITLES,
    answer_address,
    answer_contacts,
    answer_credentials,
    answer_identity,
    arrived,
    begin,
    fill,
    posts,
    press,
)
from tests.support.portal import Portal
from wizard.french import plain

FOCUSED = "document.activeElement.id || document.activeElement.tagName"


@pytest.fixture
def step(phone: Page) -> Page:
    """A phone at the first step."""
    phone.goto("/")
    begin(phone)
    return phone


def failing(times: int, failure: Callable[[Route], None]) -> Callable[[Route], None]:
    """Return a route that fails the first POSTs, and lets the rest pass."""
    left = [times]

    def handle(route: Route) -> None:
        if route.request.method == "POST" and left[0]:
            left[0] -= 1
            failure(route)
        else:
            route.continue_()

    return handle


def abort_once() -> Callable[[Route], None]:
    """Return a route that fails the first request, whatever it is."""
    seen: list[Route] = []

    def handle(route: Route) -> None:
        seen.append(route)
        route.abort() if len(seen) == 1 else route.continue_()

    return handle


def test_every_post_of_the_sign_up_is_sent_by_htmx(step: Page, portal: Portal) -> None:
    seen = posts(step)
    email = f"{uuid4().hex}@exemple.fr"
    answer_identity(step)
    answer_address(step)
    answer_contacts(step, email)
    answer_credentials(step)
    expect(step.get_by_text(email)).to_be_visible()
    assert len([request for request in seen if not request.url.endswith("/force")]) == 5
    assert {request.headers.get("hx-request") for request in seen} == {"true"}
    assert "Création de votre espace personnel" in portal.mail_to(email)["Subject"]


def test_the_next_steps_heading_takes_the_focus_and_its_title_the_tabs(step: Page) -> None:
    step.evaluate("scrollTo(0, 9999)")
    answer_identity(step)
    assert step.evaluate(FOCUSED) == "H1"
    assert step.evaluate("scrollY") == 0
    assert step.title().startswith("Votre adresse")
    assert re.search(r"/inscription/[\w-]+/adresse$", step.url)


def test_an_error_takes_the_focus_to_its_summary(step: Page) -> None:
    fill(step, {"given_name": "Camille"})
    press(step)
    expect(step.locator("#summary")).to_be_visible()
    assert step.evaluate(FOCUSED) == "summary"
    assert plain(step.title()).startswith("Erreur :")
    step.get_by_role("link", name="Indiquez votre nom de naissance.").click()
    assert step.evaluate(FOCUSED) == "birth_name"
    assert step.input_value("#given_name") == "Camille"


def test_three_clicks_send_the_step_once(step: Page) -> None:
    step.route("**/identite", lambda route: (step.wait_for_timeout(300), route.continue_())[1])
    seen = posts(step)
    fill(step, IDENTITY)
    step.evaluate("for (let n = 0; n < 3; n++) document.querySelector('form .button').click()")
    arrived(step, TITLES["adresse"])
    assert len(seen) == 1


def test_a_slow_step_says_that_it_is_being_sent(step: Page) -> None:
    def hold(route: Route) -> None:
        expect(step.get_by_role("button", name="Envoi…")).to_be_visible()
        assert step.locator("form[aria-busy=true]").count() == 1
        route.continue_()

    step.route("**/identite", hold)
    press(step)
    expect(step.locator("#summary")).to_be_visible()
    expect(step.get_by_role("button", name="Suivant")).to_be_enabled()
    expect(step.locator("#status")).to_be_empty()


def test_after_two_failures_of_the_network_the_step_arrives_and_nothing_was_lost(step: Page) -> None:
    step.clock.install()
    step.route("**/identite", failing(2, lambda route: route.abort("connectionreset")))
    seen = posts(step)
    fill(step, IDENTITY)
    press(step)
    expect(step.locator("#status")).to_contain_text("nouvel essai dans 1 s")
    assert step.input_value("#birth_name") == "Martin"
    step.locator("#usage_name").fill("Durand")  # typed while it waits
    step.clock.run_for(1250)
    expect(step.locator("#status")).to_contain_text("nouvel essai dans 2 s")
    step.clock.run_for(2500)
    arrived(step, TITLES["adresse"])
    assert len(seen) == 3
    assert len({request.post_data for request in seen[1:]}) == 1
    keys = {re.search(r"revision=(\d+)", request.post_data or "")[1] for request in seen}  # type: ignore[index]
    assert len(keys) == 1
    step.get_by_role("link", name="Retour").click()
    arrived(step, TITLES["identite"])
    assert step.input_value("#usage_name") == "Durand"


def test_a_step_sent_after_the_network_came_back_needs_no_click(step: Page) -> None:
    fill(step, IDENTITY)
    step.context.set_offline(True)
    press(step)
    expect(step.locator("#status")).to_contain_text("nouvel essai")
    step.context.set_offline(False)
    arrived(step, TITLES["adresse"])


@pytest.mark.slow
def test_after_five_failures_the_parent_decides_when_to_try_again(step: Page) -> None:
    step.clock.install()
    step.route("**/identite", failing(5, lambda route: route.abort("connectionreset")))
    fill(step, IDENTITY)
    press(step)
    for delay in (1, 2, 4, 8):
        expect(step.locator("#status")).to_contain_text(f"nouvel essai dans {delay} s")
        step.clock.run_for(delay * 1250)
    expect(step.locator("#status")).to_contain_text("Ce que vous avez saisi est gardé dans cette page.")
    assert step.input_value("#birth_name") == "Martin"
    step.get_by_role("button", name="Réessayer").click()
    arrived(step, TITLES["adresse"])
    expect(step.locator("#status")).to_be_empty()


def test_the_way_back_is_tried_again_too(step: Page) -> None:
    answer_identity(step)
    step.route("**/adresse", abort_once())
    step.get_by_role("link", name="Retour").click()
    expect(step.locator("#status")).to_contain_text("nouvel essai")
    arrived(step, TITLES["identite"])


def test_the_way_back_keeps_what_was_typed_finished_or_not(step: Page) -> None:
    answer_identity(step)
    fill(step, {"address_query": "12 rue du mou", "floor": "2e étage"})
    step.get_by_role("link", name="Retour").click()
    arrived(step, TITLES["identite"])
    press(step)
    arrived(step, TITLES["adresse"])
    assert (step.input_value("#address_query"), step.input_value("#floor")) == ("12 rue du mou", "2e étage")
    assert step.locator("#summary").count() == 0


def test_a_server_that_restarts_is_waited_for(step: Page) -> None:
    bad_gateway = "<html><title>502</title>nginx</html>"
    step.route("**/identite", failing(1, lambda route: route.fulfill(status=502, body=bad_gateway)))
    fill(step, IDENTITY)
    press(step)
    expect(step.locator("#status")).to_contain_text("nouvel essai dans 1 s")
    arrived(step, TITLES["adresse"])


def test_a_restart_of_the_server_between_two_steps_loses_nothing(step: Page, portal: Portal) -> None:
    answer_identity(step)
    press(step, "Mon adresse n'est pas dans la liste")
    expect(step.locator("#street")).to_be_visible()
    fill(step, MANUAL)
    portal.stop()
    press(step)
    expect(step.locator("#status")).to_contain_text("nouvel essai")
    portal.start()
    arrived(step, TITLES["contacts"])
    step.go_back()
    arrived(step, TITLES["adresse"])
    assert {name: step.input_value(f"#{name}") for name in MANUAL} == MANUAL


@pytest.mark.parametrize("status", [403, 429, 500])
def test_a_refusal_is_told_under_the_form_and_leaves_it_as_it_was(step: Page, status: int) -> None:
    page = "<title>x</title><h1>Trop d'essais</h1>\n<p>Attendez un peu.</p>"
    answer = {"status": status, "content_type": "text/html; charset=utf-8", "body": page}
    step.route("**/identite", failing(1, lambda route: route.fulfill(**answer)))  # type: ignore[arg-type]
    fill(step, IDENTITY)
    press(step)
    expect(step.locator("#status")).to_have_text("Trop d'essais. Attendez un peu.")
    assert step.input_value("#birth_name") == "Martin"
    press(step)
    arrived(step, TITLES["adresse"])


def test_the_enter_key_goes_on_whatever_button_comes_first(step: Page) -> None:
    answer_identity(step)
    press(step, "Mon adresse n'est pas dans la liste")
    fill(step, MANUAL)
    step.locator("#floor").press("Enter")
    arrived(step, TITLES["contacts"])


def test_a_sign_up_begun_in_this_tab_may_be_resumed_without_a_cookie(step: Page) -> None:
    answer_identity(step)
    step.context.clear_cookies()
    step.goto("/inscription")
    step.get_by_role("button", name="Reprendre").click()
    arrived(step, TITLES["adresse"])
    step.context.clear_cookies()
    step.goto("/inscription")
    step.get_by_role("button", name="Ce n'est pas moi").click()
    expect(step.get_by_role("button", name="Je crée mon espace")).to_be_visible()
    expect(step.get_by_role("button", name="Reprendre")).to_be_hidden()


def test_back_and_forward_go_from_step_to_step(step: Page) -> None:
    answer_identity(step)
    step.go_back()
    arrived(step, TITLES["identite"])
    assert step.input_value("#birth_name") == "Martin"
    step.go_forward()
    arrived(step, TITLES["adresse"])


def test_the_password_is_shown_on_demand_and_hidden_when_sent(step: Page) -> None:
    answer_identity(step)
    answer_address(step)
    answer_contacts(step, f"{uuid4().hex}@exemple.fr")
    field = step.locator("#password")
    field.fill("girafe")
    toggle = step.get_by_role("button", name="Afficher")
    toggle.click()
    assert (field.get_attribute("type"), toggle.get_attribute("aria-pressed")) == ("text", "true")
    toggle.click()
    assert (field.get_attribute("type"), field.input_value()) == ("password", "girafe")
