"""A whole sign-up with the keyboard alone: where the focus goes, that it shows, that it gets out of everything."""

from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.walks.strides import PASSWORD, Stride, arrived
from tests.walks.town import Town

_FOCUSED = """() => {
  const one = document.activeElement, box = one.closest('label') || document.querySelector(`label[for="${one.id}"]`);
  return one === document.body ? '' : (box || one).textContent.trim().replace(/\\s+/g, ' ');
}"""
_VISIBLE = """() => {
  const one = document.activeElement, shown = one.matches('.board input') ? one.nextElementSibling : one;
  const style = getComputedStyle(shown), box = shown.getBoundingClientRect();
  const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  return outlined && box.bottom > 0 && box.top < innerHeight;
}"""
_IN_ORDER = """() => {
  const before = window.beforeThis, one = document.activeElement;
  window.beforeThis = one;
  return !before || !before.isConnected || !!(before.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
}"""


class Keyboard:
    """Someone without a mouse: what has the focus is named by its label."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def focused(self) -> str:
        return str(self.page.evaluate(_FOCUSED))

    def tab_to(self, name: str) -> None:
        """Press Tab until this has the focus; it is always seen, and goes down the page."""
        for _ in range(40):
            self.page.keyboard.press("Tab")
            assert self.page.evaluate(_VISIBLE), f"the focus does not show on « {self.focused} »"
            assert self.page.evaluate(_IN_ORDER), f"« {self.focused} » comes too late"
            if self.focused.startswith(name):
                return
        raise AssertionError(f"Tab never reaches « {name} »")

    def type_in(self, name: str, text: str) -> None:
        """Go to a field and type."""
        self.tab_to(name)
        self.page.keyboard.type(text)

    def press(self, name: str) -> None:
        """Go to a link or a button and press it."""
        self.tab_to(name)
        self.page.keyboard.press("Enter")

    def arrived(self, title: str) -> None:
        """The heading of a step that was swapped in has the focus."""
        arrived(self.page, title)
        expect(self.page.locator("h1")).to_be_focused()


def test_a_whole_sign_up_with_the_keyboard_alone(phone: Page, town: Town) -> None:
    keys, email = Keyboard(phone), f"{uuid4().hex[:12]}@exemple.fr"
    phone.goto("/")
    keys.press("Aller au contenu")
    keys.press("Créer mon espace")
    arrived(phone, "Créer mon espace famille")
    keys.press("Je crée mon espace")
    arrived(phone, "Votre identité")
    keys.type_in("Civilité", "Mad")
    keys.type_in("Nom de naissance", "Martin")
    keys.press("Suivant")
    expect(phone.locator("#summary")).to_be_focused()
    keys.press("Indiquez votre prénom.")
    expect(phone.locator("#given_name")).to_be_focused()
    phone.keyboard.type("Camille")
    phone.keyboard.press("Enter")
    keys.arrived("Votre adresse")
    keys.type_in("Votre adresse", "12 rue d'anj")
    expect(phone.get_by_role("option").first).to_be_visible()
    phone.keyboard.press("ArrowDown")
    phone.keyboard.press("Enter")
    expect(phone.locator(".combobox .check")).to_be_visible()
    keys.press("Suivant")
    keys.arrived("Vos moyens de contact")
    keys.type_in("Téléphone portable", "0612345678")
    keys.type_in("Courriel", email)
    keys.tab_to("J'accepte")
    phone.keyboard.press("Space")
    keys.press("Suivant")
    keys.arrived("Vos identifiants")
    keys.type_in("Mot de passe", PASSWORD)
    right = int(town.right_icon(phone))
    keys.tab_to("Dessin 1")
    for _ in range(right - 1):
        phone.keyboard.press("ArrowRight")
    phone.keyboard.press("Space")
    assert phone.locator("[name=security_icon]:checked").input_value() == str(right)
    keys.press("Valider")
    keys.arrived("Confirmation de création de votre espace")
    assert email in phone.locator(".large").inner_text()


@pytest.mark.parametrize("path", ["/", "/inscription", "/connexion", "/entourage", "/mairie/connexion"])
def test_tab_goes_down_the_page_and_out_of_it(phone: Page, path: str) -> None:
    phone.goto(path)
    keys, reached = Keyboard(phone), []
    for _ in range(40):
        phone.keyboard.press("Tab")
        if not keys.focused:
            break
        assert phone.evaluate(_VISIBLE), f"the focus does not show on « {keys.focused} »"
        assert phone.evaluate(_IN_ORDER)
        reached.append(keys.focused)
    assert reached[0] == "Aller au contenu"
    assert keys.focused == "", "Tab never leaves the page"


def test_tab_leaves_the_open_list_of_addresses(phone: Page, town: Town) -> None:
    parent = Stride(phone, town)
    parent.begin()
    parent.identity()
    phone.locator("#address_query").press_sequentially("12 rue")
    expect(phone.get_by_role("option").first).to_be_visible()
    phone.keyboard.press("ArrowDown")
    phone.keyboard.press("Tab")
    expect(phone.get_by_role("listbox")).to_be_hidden()
    assert Keyboard(phone).focused == "Mon adresse n'est pas dans la liste"


def test_the_button_back_comes_before_the_one_that_goes_on(phone: Page, town: Town) -> None:
    parent = Stride(phone, town)
    parent.begin()
    parent.identity()
    keys = Keyboard(phone)
    keys.tab_to("Retour")
    phone.keyboard.press("Tab")
    assert keys.focused == "Suivant"
