"""Back, from where an account's form led once corrected: to the portal's page, not to what the browser has lost."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import PHONE, watch
from tests.support.portal import Portal
from tests.support.walk import PASSWORD
from tests.walks.town import Town, open_town
from wizard.models import Dossier


@pytest.fixture(scope="module")
def town(portal: Portal) -> Iterator[Town]:
    with open_town(portal) as town:
        yield town


@pytest.fixture
def page(chromium: Browser, portal: Portal) -> Iterator[Page]:
    context = chromium.new_context(viewport=PHONE, locale="fr-FR", base_url=portal.url)
    complaints = watch(context)
    yield context.new_page()
    context.close()
    assert complaints == []


def withdraw(page: Page) -> None:
    page.locator("[name=right]").last.check()


def rename(page: Page) -> None:
    page.locator("#given_name").fill("Camille")


def let_come(page: Page) -> None:
    page.locator("[name=children]").first.check()
    page.locator("#day").select_option(index=1)
    for name, value in {"birth_name": "Durand", "given_name": "Anne", "phone": "06 12 34 56 78"}.items():
        page.locator(f"#{name}").fill(value)
    page.locator("#password").fill(PASSWORD)


def contact(dossier: Dossier) -> str:
    return f"/espace/personnes/{dossier.lines[2].person}/retirer"


@pytest.mark.parametrize(
    ("path", "spoil", "correct"),
    [
        (contact, None, withdraw),
        ("/espace/donnees/identite", "#given_name", rename),
        ("/espace/un-jour", None, let_come),
    ],
    ids=["withdraw", "identity", "one day"],
)
def test_back_after_a_form_refused_then_accepted_shows_its_page(
    page: Page,
    town: Town,
    path: str | Callable[[Dossier], str],
    spoil: str | None,
    correct: Callable[[Page], None],
) -> None:
    dossier, email = town.a_family(accepted=True)
    address = path if isinstance(path, str) else path(dossier)
    page.goto(f"/connexion?suite={address}")
    page.fill("[name=username]", email)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form .button").click()
    page.wait_for_url(f"**{address}")
    title = page.locator("h1").inner_text()
    if spoil:
        page.fill(spoil, "")
    page.locator("main form .button").click()
    expect(page.locator("#summary")).to_be_visible()
    correct(page)
    page.locator("main form .button").click()
    page.wait_for_url(lambda url: not url.endswith(address))
    page.go_back()
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator("#summary")).to_have_count(0)
