"""In the person's own colours, which no style of ours may count on, what goes on is still not what is beside it."""

import pytest
from playwright.sync_api import Locator, Page

from tests.walks.strides import Stride
from tests.walks.town import Town

_PAINT = "(one) => { const {backgroundColor, color} = getComputedStyle(one); return [backgroundColor, color]; }"


def paint(what: Locator) -> list[str]:
    """Return the colours of a button and of its words."""
    return list(what.evaluate(_PAINT))


@pytest.fixture(params=["light", "dark"])
def forced(request: pytest.FixtureRequest, phone: Page) -> Page:
    """A phone that forces its colours, black on white or white on black."""
    phone.emulate_media(forced_colors="active", color_scheme=request.param)
    return phone


def test_the_home_page_has_one_button_that_goes_on(forced: Page) -> None:
    forced.goto("/")
    first = paint(forced.get_by_role("link", name="Créer mon espace", exact=True))
    second = paint(forced.locator(".button.secondary"))
    page = paint(forced.locator("body"))
    assert first[0] not in {first[1], second[0], page[0]}


def test_the_button_of_a_step_is_not_like_the_others(forced: Page, town: Town) -> None:
    parent = Stride(forced, town)
    for stride in (parent.begin, parent.identity, parent.address_by_hand, parent.contacts):
        stride()
    going_on = paint(forced.get_by_role("button", name="Valider", exact=True))
    for name in ("Afficher", "Autre image", "Continuer sans l'image, avec un code par courriel"):
        assert paint(forced.get_by_role("button", name=name, exact=True))[0] != going_on[0], name


def test_yes_is_not_like_no(forced: Page, town: Town) -> None:
    parent = Stride(forced, town)
    for stride in (parent.begin, parent.identity, parent.address_by_hand):
        stride()
    forced.get_by_label("Téléphone portable").fill("06 12 34 56 78")
    forced.get_by_label("Courriel").fill("camille@gmial.com")
    forced.get_by_role("button", name="Suivant", exact=True).click()
    yes = paint(forced.get_by_role("button", name="Oui, corriger"))
    no = paint(forced.get_by_role("button", name="Non, garder"))
    assert yes[0] not in {yes[1], no[0]}


def test_the_step_that_is_done_differs_from_the_one_that_is_not(forced: Page, town: Town) -> None:
    parent = Stride(forced, town)
    parent.begin()
    parent.identity()
    bars = forced.locator(".steps li").evaluate_all("all => all.map((one) => getComputedStyle(one).borderTopColor)")
    assert bars[0] == bars[1] != bars[2] == bars[3]


def test_an_icon_chosen_shows(forced: Page, town: Town) -> None:
    parent = Stride(forced, town)
    for stride in (parent.begin, parent.identity, parent.address_by_hand, parent.contacts):
        stride()
    forced.locator(".board label").first.click()
    chosen = forced.locator(".board :checked + span")
    assert chosen.evaluate("(one) => getComputedStyle(one).borderTopWidth") == "4px"
