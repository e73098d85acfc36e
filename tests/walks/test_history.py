"""Back, Forward, reload, two tabs, impatient clicks, the Enter key: nothing lost, nothing applied twice."""

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Error, Page, Route, expect

from tests.support.browser import PHONE
from tests.support.walk import code_of
from tests.walks.strides import PASSWORD, Stride, arrived, fill, follow, press
from tests.walks.town import Town


@pytest.fixture
def parent(phone: Page, town: Town) -> Stride:
    return Stride(phone, town)


def accounts_of(parent: Stride) -> int:
    """Return how many accounts, activated or not, have the parent's address."""
    with parent.town.database() as db:
        return db["accounts"].count_where("email = ?", [parent.family.email])


def to_credentials(parent: Stride) -> None:
    """Answer the first three steps."""
    parent.begin()
    parent.identity()
    parent.address_in_the_list()
    parent.contacts()


def to_entourage(parent: Stride) -> None:
    """Sign in, and begin."""
    parent.have_an_account()
    parent.come_in()
    press(parent.page, "Commencer")
    arrived(parent.page, "Votre entourage")


def test_back_to_the_first_step_and_forward_to_the_last_lose_nothing(parent: Stride) -> None:
    page = parent.page
    to_credentials(parent)
    for title in ("Vos moyens de contact", "Votre adresse", "Votre identité"):
        page.go_back()
        arrived(page, title)
    assert page.input_value("#birth_name") == "Martin"
    page.go_forward()
    arrived(page, "Votre adresse")
    assert page.input_value("#address_query") == "12 Rue d'Anjou 44521 Oudon"
    page.go_forward()
    arrived(page, "Vos moyens de contact")
    assert page.input_value("#email") == parent.family.email
    page.go_forward()
    arrived(page, "Vos identifiants")


def test_an_answer_corrected_on_the_way_back_is_kept(parent: Stride) -> None:
    page = parent.page
    to_credentials(parent)
    for title in ("Vos moyens de contact", "Votre adresse", "Votre identité"):
        follow(page, "Retour")
        arrived(page, title)
    fill(page, given_name="Camille-Marie")
    press(page, "Suivant")
    arrived(page, "Votre adresse")
    page.reload()
    follow(page, "Retour")
    arrived(page, "Votre identité")
    assert page.input_value("#given_name") == "Camille-Marie"


def test_a_reload_stays_at_the_step_with_what_was_saved(parent: Stride) -> None:
    parent.begin()
    parent.identity()
    parent.page.reload()
    arrived(parent.page, "Votre adresse")
    follow(parent.page, "Retour")
    arrived(parent.page, "Votre identité")
    assert parent.page.input_value("#given_name") == "Camille"


def test_the_reload_of_the_confirmation_sends_nothing_again(parent: Stride) -> None:
    parent.sign_up()
    parent.mailed("Création de votre espace personnel")
    mails = len(parent.town.portal.postman.taken)
    parent.page.reload()
    arrived(parent.page, "Confirmation de création de votre espace")
    parent.page.go_back()
    arrived(parent.page, re.compile("Confirmation|Cette page a expiré"))
    assert accounts_of(parent) == 1
    assert len(parent.town.portal.postman.taken) == mails


def test_two_tabs_on_the_same_sign_up_do_not_hinder_each_other(parent: Stride) -> None:
    parent.begin()
    second = parent.page.context.new_page()
    second.goto(parent.page.url)
    parent.identity()
    fill(second, birth_name="Martin", given_name="Dominique")
    press(second, "Suivant")
    arrived(second, "Votre adresse")
    parent.address_by_hand()
    parent.page.reload()
    arrived(parent.page, "Vos moyens de contact")
    follow(second, "Retour")
    arrived(second, "Votre identité")
    assert second.input_value("#given_name") == "Dominique"


@pytest.mark.parametrize("clicks", [2, 3])
def test_impatient_clicks_make_one_account(parent: Stride, clicks: int) -> None:
    to_credentials(parent)
    fill(parent.page, password=PASSWORD)
    without_image = parent.page.get_by_role("button", name=re.compile("Continuer sans l'image"))
    without_image.click(click_count=clicks)
    arrived(parent.page, "Confirmation de création de votre espace")
    assert accounts_of(parent) == 1


def test_impatient_clicks_without_javascript_make_one_account(chromium: Browser, town: Town) -> None:
    context = chromium.new_context(viewport=PHONE, base_url=town.portal.url, java_script_enabled=False)
    parent = Stride(context.new_page(), town)
    parent.begin()
    parent.identity()
    parent.address_searched()
    parent.contacts()
    fill(parent.page, password=PASSWORD)
    parent.page.get_by_role("button", name=re.compile("Continuer sans l'image")).click(click_count=3)
    arrived(parent.page, "Confirmation de création de votre espace")
    assert accounts_of(parent) == 1
    context.close()


def test_back_from_the_first_step_of_the_entourage_does_not_ask_to_sign_in_again(parent: Stride) -> None:
    page = parent.page
    parent.have_an_account()
    page.goto("/entourage")
    fill(page, username=parent.family.email, password=PASSWORD)
    press(page, "Se connecter")
    arrived(page, "Nouvelles personnes")
    follow(page, "Commencer")
    arrived(page, "Votre entourage")
    page.go_back()
    arrived(page, "Nouvelles personnes")
    page.go_forward()
    arrived(page, "Votre entourage")


def test_three_clicks_add_one_child_and_deposit_one_dossier(parent: Stride) -> None:
    page = parent.page
    to_entourage(parent)
    follow(page, "Ajouter un membre")
    arrived(page, "Ajouter un membre")
    fill(page, birth_name="Martin", given_name="Loïc", birthdate="03/09/2019")
    page.locator("#link").select_option(label="Mère")
    page.get_by_label("Avec moi").check()
    page.get_by_role("button", name="Ajouter", exact=True).click(click_count=3)
    arrived(page, "Votre entourage")
    expect(page.get_by_role("heading", name="Loïc")).to_have_count(1)
    press(page, "Aller à l'étape 2")
    arrived(page, "Récapitulatif")
    page.get_by_role("button", name="Valider").click(click_count=3)
    arrived(page, "Votre dossier est déposé")
    page.reload()
    arrived(page, "Votre dossier est déposé")
    parent.see_space()
    expect(page.get_by_role("heading", name=re.compile("^Dossier"))).to_have_count(1)


def test_a_deposited_dossier_is_not_deposited_again_from_the_page_before(parent: Stride) -> None:
    page = parent.page
    to_entourage(parent)
    parent.add_child()
    press(page, "Aller à l'étape 2")
    arrived(page, "Récapitulatif")
    late = page.context.new_page()
    late.goto(page.url)
    arrived(late, "Récapitulatif")
    reference = parent.deposit()
    press(late, "Valider")
    arrived(late, "Votre dossier est déposé")
    assert "".join(late.locator(".large").inner_text().split()) == reference
    parent.see_space()
    expect(page.get_by_role("heading", name=re.compile("^Dossier"))).to_have_count(1)


@pytest.mark.parametrize("scripted", [True, False], ids=["htmx", "sans-javascript"])
def test_enter_in_a_field_presses_the_main_button(chromium: Browser, town: Town, scripted: bool) -> None:
    context = chromium.new_context(viewport=PHONE, base_url=town.portal.url, java_script_enabled=scripted)
    page = context.new_page()
    parent = Stride(page, town)
    parent.begin()
    fill(page, birth_name="Martin", given_name="Camille")
    page.locator("#given_name").press("Enter")
    arrived(page, "Votre adresse")
    fill(page, address_query="12 rue d'anjou 44521 oudon")
    page.locator("#apartment").press("Enter")
    arrived(page, "Vos moyens de contact")
    fill(page, mobile="06 12 34 56 78", email=parent.family.email)
    page.locator("#email").press("Enter")
    arrived(page, "Vos identifiants")
    fill(page, password=PASSWORD)
    page.locator(f"[name=security_icon][value='{town.right_icon(page)}']").check(force=True)
    page.locator("#password").press("Enter")
    arrived(page, "Confirmation de création de votre espace")
    assert accounts_of(parent) == 1
    context.close()


def test_a_late_look_of_the_waiting_page_does_not_come_back_over_what_the_code_led_to(parent: Stride) -> None:
    page, held = parent.page, list[Route]()
    page.route("**/confirmation/attente*", lambda route: held.append(route))
    parent.sign_up()
    code = code_of(parent.mailed("Création de votre espace personnel"))
    with page.expect_request("**/confirmation/attente*"):
        pass
    fill(page, code=code)
    press(page, "Activer mon espace")
    arrived(page, "Nouvelles personnes")
    with suppress(Error):  # given up with the page that asked
        held[0].continue_()
    page.wait_for_timeout(1000)
    arrived(page, "Nouvelles personnes")
