"""Tab, then the mouse: what has the focus, or loses it, moves nothing from under what is about to be pressed."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.walks.strides import PASSWORD, Stride, arrived, follow
from tests.walks.town import Town

_PLACES = """() => Array.from(document.querySelectorAll('a, button, input, select, summary, h1, h2, p'), (one) => {
  if (one.matches('.skip') || !one.getClientRects().length) return '';
  const box = one.getBoundingClientRect();
  return [one.tagName, one.id, Math.round(box.left + scrollX), Math.round(box.top + scrollY)].join(' ');
})"""
OPEN_TO_ALL = ["/", "/inscription", "/connexion", "/entourage", "/acces-oublie", "/accessibilite", "/mairie/connexion"]
Move = Callable[[Stride], None]


def press(page: Page, what: Locator) -> None:
    """Press with the mouse where this is seen, as a hand does: down, and up a moment later."""
    what.scroll_into_view_if_needed()
    box = what.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.wait_for_timeout(50)
    page.mouse.up()


def go_through(page: Page) -> int:
    """Give the focus to everything that takes it, one by one; nothing moves. Return how many did."""
    before: list[str] = page.evaluate(_PLACES)
    for count in range(60):
        page.keyboard.press("Tab")
        now: list[str] = page.evaluate(_PLACES)
        assert [place for place in now if place not in before] == [], "moved by the focus"
        if page.evaluate("document.activeElement === document.body"):
            return count
    raise AssertionError("Tab never leaves the page")


@pytest.mark.parametrize("path", OPEN_TO_ALL)
def test_the_focus_moves_nothing_on_the_pages_open_to_all(phone: Page, path: str) -> None:
    phone.goto(path)
    assert go_through(phone) > 4


@pytest.mark.parametrize(
    ("steps", "title"),
    [
        ((Stride.begin,), "Votre identité"),
        ((Stride.begin, Stride.identity), "Votre adresse"),
        ((Stride.begin, Stride.identity, Stride.address_by_hand), "Vos moyens de contact"),
        ((Stride.begin, Stride.identity, Stride.address_by_hand, Stride.contacts), "Vos identifiants"),
        ((Stride.sign_up,), "Confirmation de création de votre espace"),
        ((Stride.sign_up, Stride.activate), "Nouvelles personnes"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_focus_moves_nothing_in_a_step(phone: Page, town: Town, steps: tuple[Move, ...], title: str) -> None:
    parent = Stride(phone, town)
    for step in steps:
        step(parent)
    arrived(phone, title)
    phone.reload()
    assert go_through(phone) >= 4  # what was done takes the focus first, after the links at the top


@pytest.mark.parametrize(
    ("path", "link", "title"),
    [
        ("/", "Créer mon espace", "Créer mon espace famille"),
        ("/", "Entourage : déclarer mes enfants et mes proches", "Déclarer mon entourage : connexion"),
        ("/connexion", "Identifiant ou mot de passe oublié", "Identifiant ou mot de passe oublié"),
        ("/connexion", "Mairie d'Oudon Portail famille", "Bienvenue sur le portail famille"),
        ("/acces-oublie", "Retour", "Connexion à mon espace"),
    ],
)
def test_a_press_after_tab_is_not_lost(phone: Page, path: str, link: str, title: str) -> None:
    phone.goto(path)
    wanted = phone.get_by_role("link", name=re.compile("^" + link.replace(" ", r"\s")), exact=True).first
    phone.keyboard.press("Tab")
    expect(phone.get_by_role("link", name="Aller au contenu")).to_be_focused()
    press(phone, wanted)
    arrived(phone, title)


def test_a_button_pressed_after_tab_sends_the_step(phone: Page, town: Town) -> None:
    parent = Stride(phone, town)
    parent.begin()
    phone.reload()
    phone.keyboard.press("Tab")
    press(phone, phone.get_by_role("button", name="Suivant", exact=True))
    expect(phone.locator("#summary")).to_be_focused()


def test_a_password_that_was_typed_is_sent_by_the_next_press(phone: Page, town: Town) -> None:
    parent = Stride(phone, town)
    parent.have_an_account()
    phone.goto("/")
    follow(phone, "Se connecter")
    arrived(phone, "Connexion à mon espace")
    phone.keyboard.press("Tab")
    phone.locator("#username").fill(parent.family.email)
    phone.locator("#password").press_sequentially(PASSWORD)
    press(phone, phone.get_by_role("button", name="Se connecter", exact=True))
    arrived(phone, "Mon espace famille")
