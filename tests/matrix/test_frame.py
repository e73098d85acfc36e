"""In the town's frame with every cookie refused: Back and Forward, a full page, another device, one use of its link."""

import re
from uuid import uuid4

import pytest
from engines import MODES, browser
from internet import PORTAL, Internet
from leaps import ADDRESS, CONTACTS, IDENTITY, answer_address, begin
from running import Portal
from selenium.webdriver.remote.webdriver import WebDriver
from visitor import Visitor

CHROMIUM, FIREFOX, WEBKIT = (mode for mode in MODES if mode.name == "every cookie refused")
# The third engine's driver has no finger in a frame: it follows no link to a new tab, and goes back over what it did.
BY_HAND = pytest.mark.parametrize("mode", [CHROMIUM, FIREFOX], ids=str)
WITH_AND_WITHOUT = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-script"])


@WITH_AND_WITHOUT
@BY_HAND
def test_back_and_forward_go_from_step_to_step_and_the_town_s_page_stays(parent: Visitor) -> None:
    parent.open()
    begin(parent)
    parent.type(address_query="12 rue d'Anjou 44521 Oudon")
    parent.press("Suivant")
    parent.arrived(CONTACTS)
    for title, field, value in (
        (ADDRESS, "address_query", "12 Rue d'Anjou 44521 Oudon"),
        (IDENTITY, "given_name", "Camille"),
    ):
        parent.driver.back()
        parent.arrived(title)
        assert parent.value(field) == value
    for title in (ADDRESS, CONTACTS):
        parent.driver.forward()
        parent.arrived(title)
    parent.driver.switch_to.default_content()
    assert parent.driver.current_url == parent.town


@WITH_AND_WITHOUT
@BY_HAND
def test_the_sign_up_goes_on_in_a_full_page_and_then_in_the_frame(parent: Visitor) -> None:
    parent.open()
    begin(parent)
    driver, town = parent.driver, parent.driver.current_window_handle
    parent.press("Continuer en pleine page")
    (page,) = set(driver.window_handles) - {town}
    driver.switch_to.window(page)
    parent.arrived(ADDRESS)
    answer_address(parent)
    assert driver.current_url.startswith(f"https://{PORTAL}/inscription/")
    driver.switch_to.window(town)
    parent.enter()
    answer_address(parent)


@pytest.mark.parametrize("scripts", [True], ids=["scripts"])
@pytest.mark.parametrize("mode", [CHROMIUM, WEBKIT], ids=str)
def test_the_link_of_a_mail_goes_on_elsewhere_once(parent: Visitor, internet: Internet, served: Portal) -> None:
    email = f"{uuid4().hex}@exemple.fr"
    parent.open()
    begin(parent)
    parent.press("Finir plus tard")
    parent.arrived("Finir plus tard")
    parent.type(email=email)
    parent.press("Envoyer le lien")
    parent.arrived("Le lien est parti")
    mail = served.mail_to(email).get_body(("plain",))
    link = re.search(r"https://\S+/inscription/reprendre/\S+", mail.get_content() if mail else "")
    assert link
    with browser(FIREFOX, internet.port, scripts=True) as other:
        elsewhere = Visitor(other, link[0])
        go_on(other, elsewhere)
        answer_address(elsewhere)
        other.get(link[0])
        elsewhere.arrived("Cette page a expiré")


def go_on(driver: WebDriver, parent: Visitor) -> None:
    """Open the mail's link and press its button."""
    driver.get(parent.town)
    parent.arrived("Reprendre mon inscription")
    parent.press("Reprendre")
    parent.arrived(ADDRESS)
