"""What a page says of the network: seen wherever one is, over nothing that has the focus, gone once all is well."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.desks import at_a_dossier
from tests.browser.gestures import IDENTITY, TITLES, arrived, begin, fill, press
from tests.support.browser import axe, watch
from tests.support.portal import Portal
from tests.walks.town import Town, open_town

SEEN = (
    "e => { const {top, bottom} = e.getBoundingClientRect(); return top >= 0 && bottom <= innerHeight && bottom > top }"
)
APART = "([one, other]) => one.bottom <= other.top || other.bottom <= one.top"
BOX = "e => e.getBoundingClientRect().toJSON()"


@pytest.fixture(scope="module")
def town(portal: Portal) -> Iterator[Town]:
    with open_town(portal) as town:
        yield town


@pytest.fixture(params=[(1280, 800), (900, 700), (360, 640)], ids=["desk", "tablet", "phone"])
def context(request: pytest.FixtureRequest, chromium: Browser, portal: Portal) -> Iterator[BrowserContext]:
    width, height = request.param
    context = chromium.new_context(
        viewport={"width": width, "height": height}, locale="fr-FR", base_url=portal.url, reduced_motion="reduce"
    )
    complaints = watch(context)
    yield context
    context.close()
    assert complaints == []


def is_apart(page: Page, one: Locator, other: Locator) -> bool:
    return bool(page.evaluate(APART, [one.evaluate(BOX), other.evaluate(BOX)]))


def test_an_agent_sees_that_a_decision_did_not_leave_then_that_it_is_saved(context: BrowserContext, town: Town) -> None:
    page = at_a_dossier(context, town)
    row, status = page.locator("article.row").first, page.locator("#status")
    button = row.get_by_role("button", name="Enregistrer")
    label = button.inner_html()
    row.get_by_label("Demande acceptée").check()
    context.set_offline(True)
    button.click()
    expect(status).to_contain_text("nouvel essai")
    assert status.evaluate(SEEN)
    assert is_apart(page, status, page.locator(":focus"))
    assert is_apart(page, status, page.locator(".bar"))
    assert button.inner_html() == label, "its name is said in full, and only to those who do not see the row"
    assert axe(page) == []
    context.set_offline(False)
    expect(row.get_by_text("Décision enregistrée")).to_be_visible()
    expect(status).to_be_empty()


def test_a_parent_sees_it_and_the_field_that_they_were_in(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/")
    begin(page)
    fill(page, IDENTITY)
    field, status = page.locator("#given_name"), page.locator("#status")
    # The field at the very foot of the window, where the message comes.
    field.evaluate("e => e.scrollIntoView(false)")
    context.set_offline(True)
    field.press("Enter")
    expect(status).to_contain_text("nouvel essai")
    assert status.evaluate(SEEN) and field.evaluate(SEEN)
    assert is_apart(page, status, field)
    assert axe(page) == []
    context.set_offline(False)
    arrived(page, TITLES["adresse"])
    expect(status).to_be_empty()
    press(page, "Mon adresse n'est pas dans la liste")
    expect(page.locator("#street")).to_be_visible()


def test_a_form_that_went_through_begins_its_tries_again(context: BrowserContext, town: Town) -> None:
    page = at_a_dossier(context, town)
    first, second = (page.locator("article.row").nth(at) for at in (0, 1))
    for row in (first, second):
        row.get_by_label("Demande acceptée").check()
        context.set_offline(True)
        row.get_by_role("button", name="Enregistrer").click()
        expect(page.locator("#status")).to_contain_text("nouvel essai dans 1 s")
        context.set_offline(False)
        expect(row.get_by_text("Décision enregistrée")).to_be_visible()
