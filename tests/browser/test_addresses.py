"""The address field: suggestions by keyboard, by finger, in the frame; the green check, and when it goes."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.gestures import Place, answer_identity, arrived, begin, press
from tests.support.browser import axe, wait_until
from tests.support.portal import Portal

FIELD = "#address_query"
OPTIONS = "#address_list [role=option]"
CHECK = ".combobox .check"
ID = "[name=address_id]"
# Key after key with no pause, however busy the machine is.
TYPE_AT_ONCE = """(text) => {
  const field = document.activeElement;
  for (const letter of text) { field.value += letter; field.dispatchEvent(new Event('input', {bubbles: true})); }
}"""


def reach(place: Place) -> None:
    """Go to the step « Adresse »."""
    begin(place)
    answer_identity(place)


@pytest.fixture
def step(phone: Page) -> Page:
    """A phone at the step « Adresse »."""
    phone.goto("/")
    reach(phone)
    return phone


def type_address(place: Place, text: str, first: str) -> None:
    """Type, and wait until the list begins with `first`."""
    place.locator(FIELD).press_sequentially(text, delay=20)
    expect(place.locator(OPTIONS).first).to_contain_text(first)


def chosen(place: Place) -> str:
    """Return the label chosen, once the check is there and the list gone."""
    expect(place.locator(CHECK)).to_be_visible()
    expect(place.locator("#address_list")).to_be_hidden()
    assert place.locator(ID).input_value()
    return place.locator(FIELD).input_value()


def test_an_address_is_chosen_with_a_finger_and_the_green_check_appears(step: Page) -> None:
    expect(step.locator(CHECK)).to_be_hidden()
    type_address(step, "12 rue danjou", "12 Rue d'Anjou")
    step.locator(OPTIONS).first.tap()
    assert chosen(step) == "12 Rue d'Anjou 44521 Oudon"
    expect(step.locator(CHECK)).to_have_text("Adresse reconnue")
    green = step.locator(CHECK).evaluate("e => getComputedStyle(e).color")
    assert green == "rgb(20, 108, 54)"
    press(step)
    arrived(step, "Vos moyens de contact")


def test_an_address_chosen_is_no_longer_told_wrong(step: Page) -> None:
    press(step)
    expect(step.locator(".field .error")).to_be_visible()
    type_address(step, "12 rue danjou", "12 Rue d'Anjou")
    step.locator(OPTIONS).first.tap()
    chosen(step)
    expect(step.locator(".field .error, .invalid, [aria-invalid]")).to_have_count(0)


def test_an_address_is_chosen_with_the_keyboard_alone(step: Page) -> None:
    field = step.locator(FIELD)
    type_address(step, "rue", "Rue")
    count = step.locator(OPTIONS).count()
    assert field.get_attribute("aria-expanded") == "true"
    field.press("ArrowUp")
    assert field.get_attribute("aria-activedescendant") == f"address-{count}"
    field.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == "address-1"
    field.press("End")
    assert field.get_attribute("aria-activedescendant") == f"address-{count}"
    field.press("Home")
    expect(step.locator("#address-1")).to_have_attribute("aria-selected", "true")
    label = step.locator("#address-1").get_attribute("data-label")
    field.press("Enter")
    assert chosen(step) == label
    assert field.get_attribute("aria-expanded") == "false"
    assert field.get_attribute("aria-activedescendant") is None
    arrived(step, "Votre adresse")


def test_escape_closes_the_list_and_keeps_the_text(step: Page) -> None:
    field = step.locator(FIELD)
    type_address(step, "12 rue du", "12 Rue du Moulin")
    field.press("Escape")
    expect(step.locator("#address_list")).to_be_hidden()
    assert field.input_value() == "12 rue du"
    field.press("ArrowDown")
    expect(step.locator("#address_list")).to_be_visible()


def test_a_text_changed_after_the_choice_loses_the_check_and_the_choice(step: Page) -> None:
    type_address(step, "12 rue danjou", "12 Rue d'Anjou")
    step.locator(OPTIONS).first.click()
    chosen(step)
    step.locator(FIELD).press("End")
    step.locator(FIELD).press("Backspace")
    expect(step.locator(CHECK)).to_be_hidden()
    assert step.locator(ID).input_value() == ""


def test_the_number_of_suggestions_is_announced(step: Page) -> None:
    type_address(step, "12 rue", "12 Rue")
    count = step.locator(OPTIONS).count()
    expect(step.locator("#status")).to_have_text(f"{count} adresses proposées.")
    step.locator(FIELD).fill("zzzz zzzz")
    expect(step.locator("#status")).to_have_text("Aucune adresse trouvée pour l'instant.")
    expect(step.locator("#address_list")).to_be_hidden()


def test_one_question_is_asked_for_what_is_typed_without_a_pause(step: Page) -> None:
    asked: list[str] = []
    step.on("request", lambda request: asked.append(request.url) if "/adresses?" in request.url else None)
    step.locator(FIELD).focus()
    step.evaluate(TYPE_AT_ONCE, "12 rue danjou")
    expect(step.locator(OPTIONS).first).to_contain_text("12 Rue d'Anjou")
    assert len(asked) == 1
    assert asked[0].endswith("/adresses?q=12+rue+danjou")


def test_two_letters_ask_nothing(step: Page) -> None:
    asked: list[str] = []
    step.on("request", lambda request: asked.append(request.url))
    step.locator(FIELD).press_sequentially("ru")
    step.wait_for_timeout(400)
    assert asked == []


def test_a_late_answer_never_replaces_a_newer_one(step: Page) -> None:
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if "moulin" in route.request.url:
            held.append(route)
        else:
            route.continue_()

    step.route("**/adresses?*", hold_the_first)
    step.locator(FIELD).fill("12 rue du moulin")
    wait_until(step, lambda: held)
    step.locator(FIELD).fill("12 rue danjou")
    expect(step.locator(OPTIONS).first).to_contain_text("12 Rue d'Anjou")
    assert len(held) == 1
    held[0].continue_()
    step.wait_for_timeout(400)
    expect(step.locator(OPTIONS).first).to_contain_text("12 Rue d'Anjou")


def test_an_answer_that_comes_after_the_choice_does_not_open_the_list(step: Page) -> None:
    type_address(step, "12 rue danjou", "12 Rue d'Anjou")
    step.route("**/adresses?*", lambda route: (step.wait_for_timeout(300), route.continue_())[1])
    step.locator(FIELD).press_sequentially(" ")
    step.locator(OPTIONS).first.click()
    label = chosen(step)
    step.wait_for_timeout(800)
    assert chosen(step) == label


def test_suggestions_that_fail_leave_the_parent_in_peace(step: Page) -> None:
    step.route("**/adresses?*", lambda route: route.abort())
    step.locator(FIELD).fill("12 rue d'anjou")
    step.wait_for_timeout(500)
    expect(step.locator("#status")).to_be_empty()
    press(step)
    arrived(step, "Vos moyens de contact")


def test_what_was_chosen_is_there_again_on_the_way_back(step: Page) -> None:
    type_address(step, "12 rue danjou", "12 Rue d'Anjou")
    step.locator(OPTIONS).first.tap()
    press(step)
    arrived(step, "Vos moyens de contact")
    step.get_by_role("link", name="Retour").click()
    arrived(step, "Votre adresse")
    assert chosen(step) == "12 Rue d'Anjou 44521 Oudon"


def test_the_same_in_the_towns_frame(phone: Page, portal: Portal) -> None:
    phone.goto(f"{portal.other_site}/demo/mairie")
    frame = phone.frame_locator("iframe")
    reach(frame)
    type_address(frame, "7 place eglise", "7 Place de l'Église")
    frame.locator(OPTIONS).first.tap()
    assert chosen(frame) == "7 Place de l'Église 44521 Oudon"
    press(frame)
    arrived(frame, "Vos moyens de contact")


def test_nothing_moves_under_a_finger_when_the_list_opens_or_closes(step: Page) -> None:
    """In the town's page the frame is as high as its content: a button that moved would lose the tap it was getting."""
    button = step.locator("form .actions .button")
    before = button.bounding_box()
    type_address(step, "12 rue", "12 Rue")
    assert button.bounding_box() == before
    step.locator(FIELD).press("Escape")
    assert button.bounding_box() == before


def test_the_open_list_is_accessible(step: Page) -> None:
    type_address(step, "12 rue", "12 Rue")
    step.locator(FIELD).press("ArrowDown")
    assert axe(step) == []
