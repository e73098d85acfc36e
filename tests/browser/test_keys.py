"""The keys of an agent's pages are told where there is a keyboard, and on no phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.desks import at_a_dossier
from tests.support.browser import PHONE
from tests.support.portal import Portal
from tests.walks.town import Town, open_town


@pytest.fixture(scope="module")
def town(portal: Portal) -> Iterator[Town]:
    with open_town(portal) as town:
        yield town


@pytest.mark.parametrize("mobile", [False, True], ids=["desk", "phone"])
def test_keys_are_told_where_there_is_a_keyboard(chromium: Browser, portal: Portal, town: Town, mobile: bool) -> None:
    context = chromium.new_context(
        viewport=PHONE, is_mobile=mobile, has_touch=mobile, locale="fr-FR", base_url=portal.url
    )
    page = at_a_dossier(context, town)
    expect(page.get_by_text("Touches A, R, C, J, K")).to_be_visible(visible=not mobile)
    page.goto("/mairie/portail")
    sentence = page.locator(".letters").inner_text().replace("\N{NO-BREAK SPACE}", " ")
    assert ("(Ctrl + F), même sans réseau." in sentence) is not mobile
    assert mobile or "page » (Ctrl" in sentence
    context.close()
