"""A whole sign-up with the keyboard alone: where the focus goes, that it shows, that it gets out of everything."""

from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.walks.keyboard import Keyboard
from tests.walks.strides import PASSWORD, Stride, arrived
from tests.walks.town import Town


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
        keys.check()
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
