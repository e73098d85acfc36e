"""In the town's frame with every cookie refused: Back and Forward, a full page, another device, one use of its link."""

import re
from http.client import HTTPConnection
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from tests.matrix.engines import MODES, Browsers
from tests.matrix.internet import PORTAL
from tests.matrix.leaps import ADDRESS, CONTACTS, IDENTITY, answer_address, begin, reach_confirmation
from tests.matrix.visitor import Visitor
from tests.support.portal import Portal
from tests.support.walk import PASSWORD

CHROMIUM, FIREFOX, WEBKIT = (mode for mode in MODES if mode.name == "every cookie refused")
# The third engine's driver has no finger in a frame: it follows no link to a new tab, and goes back over what it did.
BY_HAND = pytest.mark.parametrize(
    ("mode", "scripts"),
    [
        pytest.param(mode, scripts, id=f"{mode}-{'scripts' if scripts else 'no-script'}", marks=marks)
        for mode, scripts, marks in (
            (CHROMIUM, True, ()),
            (FIREFOX, False, ()),
            (CHROMIUM, False, pytest.mark.long),
            (FIREFOX, True, pytest.mark.long),
        )
    ],
)


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


@BY_HAND
def test_the_sign_up_goes_on_in_a_full_page_and_then_in_the_frame(parent: Visitor) -> None:
    parent.open()
    begin(parent)
    driver, town = parent.driver, parent.driver.current_window_handle
    parent.press("Continuer en pleine page")
    (page,) = parent.patiently(lambda: set(driver.window_handles) - {town}, "no other page was opened")
    driver.switch_to.window(page)
    parent.arrived(ADDRESS)
    answer_address(parent)
    assert driver.current_url.startswith(f"https://{PORTAL}/inscription/")
    driver.switch_to.window(town)
    parent.enter()
    answer_address(parent)


@pytest.mark.parametrize("scripts", [True], ids=["scripts"])
@pytest.mark.parametrize("mode", [CHROMIUM], ids=str)
def test_the_browser_inside_an_application_that_opens_no_tab_goes_on_in_a_full_page(parent: Visitor) -> None:
    parent.open()
    begin(parent)
    parent.driver.execute_script("document.querySelectorAll('[target=_blank]').forEach(link => link.target = '_top')")
    parent.press("Continuer en pleine page")
    parent.arrived(ADDRESS)
    assert parent.driver.current_url.startswith(f"https://{PORTAL}/inscription/")
    answer_address(parent)


@pytest.mark.parametrize("scripts", [True], ids=["scripts"])
@pytest.mark.parametrize("mode", [CHROMIUM, pytest.param(FIREFOX, marks=pytest.mark.long), WEBKIT], ids=str)
def test_the_waiting_page_moves_on_when_the_link_is_opened_on_another_device(parent: Visitor, served: Portal) -> None:
    email = f"{uuid4().hex}@exemple.fr"
    parent.open()
    begin(parent)
    reach_confirmation(parent, email)
    link = link_in(served, email, "activation")
    other = HTTPConnection("127.0.0.1", served.port)
    form = {"Host": PORTAL, "Content-Type": "application/x-www-form-urlencoded"}
    other.request("POST", link.removeprefix(f"https://{PORTAL}"), urlencode({"password": PASSWORD}), form)
    assert other.getresponse().getheader("Location") == "/entourage?fait=activer"
    other.close()
    parent.arrived("Votre espace est activé")


@pytest.mark.parametrize("scripts", [True], ids=["scripts"])
@pytest.mark.parametrize("mode", [CHROMIUM, pytest.param(WEBKIT, marks=pytest.mark.long)], ids=str)
def test_the_link_of_a_mail_goes_on_elsewhere_once(parent: Visitor, browsers: Browsers, served: Portal) -> None:
    email = f"{uuid4().hex}@exemple.fr"
    parent.open()
    begin(parent)
    parent.press("Finir plus tard")
    parent.arrived("Finir plus tard")
    parent.type(email=email)
    parent.press("Envoyer le lien")
    parent.arrived("Le lien est parti")
    link = link_in(served, email, "inscription/reprendre")
    with browsers.lent(FIREFOX, scripts=True) as driver:
        elsewhere = Visitor(driver, link)
        driver.get(link)
        elsewhere.arrived("Reprendre mon inscription")
        elsewhere.press("Reprendre")
        elsewhere.arrived(ADDRESS)
        answer_address(elsewhere)
        driver.get(link)
        elsewhere.arrived("Ce lien ne sert plus")


def link_in(town_hall: Portal, email: str, path: str) -> str:
    """Return the link of the latest mail."""
    mail = town_hall.mail_to(email).get_body(("plain",))
    found = re.search(rf"https://\S+/{path}/\S+", mail.get_content() if mail else "")
    assert found
    return found[0]
