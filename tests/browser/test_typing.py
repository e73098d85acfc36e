"""What is typed stays: under a wrong image, in a search that finds nothing, after a slip, on the way back, offline."""

from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.gestures import (
    CONTACTS,
    PASSWORD,
    Place,
    answer_address,
    answer_contacts,
    answer_identity,
    arrived,
    begin,
    fill,
    press,
)
from tests.support.browser import PHONE, axe
from tests.support.portal import Portal
from tests.support.walk import code_of

NOTHING = ".combobox .nothing"
BOARD = ".board"
# As long as any that the page says, and as high.
MESSAGES = ["a", "girafe", "Camille Martin 44521 Oudon", "azertyuiop qsdfgh", "03092019 03092019 03092019", PASSWORD]


@pytest.fixture
def identity(phone: Page) -> Page:
    """A phone at the first step."""
    phone.goto("/")
    begin(phone)
    return phone


@pytest.fixture
def address(identity: Page) -> Page:
    """A phone at the step « Adresse »."""
    answer_identity(identity)
    return identity


@pytest.fixture
def credentials(address: Page) -> Page:
    """A phone at the last step."""
    answer_address(address)
    answer_contacts(address, f"{uuid4().hex}@exemple.fr")
    return address


def leave(place: Place, name: str) -> None:
    """Press what leads elsewhere."""
    place.get_by_role("link", name=name, exact=True).click()


def test_no_image_or_another_one_leaves_the_password_in_its_field(credentials: Page) -> None:
    page = credentials
    fill(page, {"password": PASSWORD, "username": ""})
    page.get_by_role("button", name="Afficher").click()  # a field of text then
    for button, sentence in (("Valider", "image demandée"), ("Autre image", ""), ("Valider", "image demandée")):
        press(page, button)
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        expect(page.locator("#main")).to_contain_text(sentence)
        assert page.input_value("#password") == PASSWORD
        assert page.locator("#password").get_attribute("type") == "password"


def test_a_password_to_change_is_still_there_to_be_changed(credentials: Page) -> None:
    fill(credentials, {"password": "court"})
    press(credentials, "Continuer sans l'image, avec un code par courriel")
    expect(credentials.locator("#password-error")).to_be_visible()
    assert credentials.input_value("#password") == "court"


def test_a_password_waits_on_the_page_for_the_way_back_and_no_longer(credentials: Page) -> None:
    fill(credentials, {"password": PASSWORD})
    leave(credentials, "Retour")
    arrived(credentials, "Vos moyens de contact")
    press(credentials)
    arrived(credentials, "Vos identifiants")
    assert credentials.input_value("#password") == PASSWORD
    credentials.reload()
    assert credentials.input_value("#password") == ""


def test_a_password_is_never_put_in_another_sign_up(credentials: Page) -> None:
    fill(credentials, {"password": PASSWORD})
    leave(credentials, "Retour")
    arrived(credentials, "Vos moyens de contact")
    other = credentials.evaluate("""() => {
      const page = document.createElement('form');
      page.setAttribute('action', '/inscription/another/identifiants');
      page.innerHTML = '<input type="password" name="password" data-reveal>';
      document.querySelector('#main').replaceChildren(page);
      document.dispatchEvent(new CustomEvent('htmx:after:swap', {detail: {ctx: {target: document.body}}}));
      return page.elements.password.value;
    }""")
    assert other == ""


@pytest.mark.parametrize("width", [320, *(pytest.param(width, marks=pytest.mark.long) for width in (360, 1280))])
def test_the_board_does_not_move_while_the_strength_is_told(credentials: Page, width: int) -> None:
    credentials.set_viewport_size({"width": width, "height": 740})
    before = credentials.locator(BOARD).bounding_box()
    for text in [*MESSAGES, ""]:
        with credentials.expect_response("**/force"):
            credentials.locator("#password").fill(text)
        expect(credentials.locator("#strength meter")).to_have_count(1 if text else 0)
        assert credentials.locator(BOARD).bounding_box() == before, text


def test_a_search_that_finds_nothing_is_seen_with_the_way_on_and_moves_nothing(address: Page) -> None:
    field, button = address.locator("#address_query"), address.locator("form .actions .button")
    before = button.bounding_box()
    expect(address.locator(NOTHING)).to_be_hidden()
    field.fill("12 bis rue Zzyzx 75002 Paris")
    expect(address.locator(NOTHING)).to_be_visible()
    expect(address.locator("#status")).to_have_text("Aucune adresse trouvée pour l'instant.")
    assert button.bounding_box() == before
    field.blur()
    expect(address.locator(NOTHING)).to_be_visible()
    field.fill("12 rue")
    expect(address.get_by_role("option").first).to_be_visible()
    expect(address.locator(NOTHING)).to_be_hidden()
    field.fill("12 bis rue Zzyzx 75002 Paris")
    expect(address.locator(NOTHING)).to_be_visible()
    assert axe(address) == []
    press(address, "Mon adresse n'est pas dans la liste")
    expect(address.locator("#street")).to_have_value("rue Zzyzx")
    typed = {name: address.input_value(f"#{name}") for name in ("house_number", "postcode", "city")}
    assert typed == {"house_number": "12 bis", "postcode": "75002", "city": "Paris"}
    press(address)
    arrived(address, "Vos moyens de contact")


@pytest.mark.parametrize(("answer", "email"), [("Oui, corriger", "gmail.com"), ("Non, garder", "gmial.com")])
def test_a_slip_is_a_question_that_takes_the_focus_and_is_answered_at_once(
    address: Page, answer: str, email: str
) -> None:
    answer_address(address)
    local = uuid4().hex
    fill(address, CONTACTS | {"email": f"{local}@gmial.com"})
    press(address)
    expect(address.locator("#question")).to_be_focused()
    expect(address.locator("#question")).to_contain_text(f"Vouliez-vous dire {local}@gmail.com")
    assert address.locator(".error, .invalid, #summary").count() == 0
    assert not address.title().startswith("Erreur")
    assert axe(address) == []
    address.get_by_role("button", name=answer).click()
    arrived(address, "Vos identifiants")
    assert address.input_value("#username") == f"{local}@{email}"


def test_an_address_that_resembles_others_is_a_question_too(address: Page) -> None:
    fill(address, {"address_query": "12 rue"})
    address.locator("#address_query").press("Escape")
    press(address)
    expect(address.locator("#question")).to_be_focused()
    assert address.locator(".error, .invalid, #summary").count() == 0
    address.get_by_label("12 Rue d'Anjou 44521 Oudon").check()
    press(address, "Oui, celle-ci")
    arrived(address, "Vos moyens de contact")


def test_a_question_about_another_text_goes_with_it(address: Page) -> None:
    fill(address, {"address_query": "12 rue"})
    press(address)
    expect(address.locator("#question")).to_be_visible()
    address.locator("#address_query").fill("12 rue danjou")
    expect(address.locator("#question")).to_have_count(0)
    address.get_by_role("option").first.click()
    press(address)
    arrived(address, "Vos moyens de contact")


def test_what_is_typed_survives_a_lost_network_on_every_way_out(address: Page) -> None:
    for way, title in (("Retour", "Votre identité"), ("Finir plus tard", "Finir plus tard")):
        fill(address, {"address_query": "12 rue du mou", "floor": "2e étage"})
        address.context.set_offline(True)
        leave(address, way)
        expect(address.locator("#status")).to_contain_text("Rien n'est perdu")
        assert address.input_value("#floor") == "2e étage"
        address.context.set_offline(False)
        arrived(address, title)
        address.go_back()
        arrived(address, "Votre adresse")
        assert address.input_value("#floor") == "2e étage"


def test_a_person_typed_offline_is_kept_by_the_way_back(phone: Page, portal: Portal) -> None:
    person = at_a_person(phone, portal)
    fill(person, {"given_name": "Loïc"})
    person.context.set_offline(True)
    leave(person, "Retour")
    expect(person.locator("#status")).to_contain_text("Rien n'est perdu")
    assert person.input_value("#given_name") == "Loïc"
    person.context.set_offline(False)
    arrived(person, "Votre entourage")
    expect(person.locator(".card")).to_contain_text("À compléter")
    person.get_by_role("link", name="Modifier Loïc").click()
    expect(person.locator("#given_name")).to_have_value("Loïc")


@pytest.mark.slow
def test_after_many_failures_the_way_back_is_tried_again_by_a_button(phone: Page, portal: Portal) -> None:
    person = at_a_person(phone, portal)
    person.clock.install()
    lost: list[Route] = []

    def lose(route: Route) -> None:
        if route.request.method == "POST" and len(lost) < 5:
            lost.append(route)
            route.abort("connectionreset")
        else:
            route.continue_()

    person.route("**/membre", lose)
    fill(person, {"given_name": "Loïc"})
    leave(person, "Retour")
    for delay in (1, 2, 4, 8):
        expect(person.locator("#status")).to_contain_text(f"nouvel essai dans {delay} s")
        person.clock.run_for(delay * 1250)
    expect(person.locator("#status")).to_contain_text("Ce que vous avez saisi est gardé dans cette page.")
    person.get_by_role("button", name="Réessayer").click()
    arrived(person, "Votre entourage")
    expect(person.locator(".card")).to_contain_text("Loïc")


def test_without_script_the_ways_out_are_buttons_that_keep_what_is_typed(chromium: Browser, portal: Portal) -> None:
    context = chromium.new_context(viewport=PHONE, base_url=portal.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    begin(page)
    answer_identity(page)
    fill(page, {"address_query": "12 rue Zzyzx", "floor": "2"})
    leave(page, "Retour")
    arrived(page, "Votre identité")
    press(page)
    arrived(page, "Votre adresse")
    assert page.input_value("#floor") == "2"
    press(page, "Chercher cette adresse")
    expect(page.locator(NOTHING)).to_be_visible()
    press(page, "Mon adresse n'est pas dans la liste")
    assert (page.input_value("#house_number"), page.input_value("#street")) == ("12", "rue Zzyzx")
    leave(page, "Finir plus tard")
    arrived(page, "Finir plus tard")
    context.close()


def at_a_person(phone: Page, portal: Portal) -> Page:
    """Sign up, and open the page of a child."""
    phone.goto("/")
    begin(phone)
    answer_identity(phone)
    answer_address(phone)
    email = f"{uuid4().hex}@exemple.fr"
    answer_contacts(phone, email)
    fill(phone, {"password": PASSWORD})
    press(phone, "Continuer sans l'image, avec un code par courriel")
    arrived(phone, "Confirmation de création de votre espace")
    body = portal.mail_to(email).get_body(("plain",))
    assert body is not None
    fill(phone, {"code": code_of(str(body.get_content()))})
    press(phone, "Activer mon espace")
    arrived(phone, "Nouvelles personnes")
    phone.get_by_role("link", name="Commencer").click()
    arrived(phone, "Votre entourage")
    phone.get_by_role("link", name="Ajouter un membre").click()
    arrived(phone, "Ajouter un membre")
    return phone
