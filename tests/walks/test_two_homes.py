"""The two-homes story on one phone, each of its screens examined: invited, joined, seen, contested, decided."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.walks.checks import Examiner
from tests.walks.strides import PASSWORD, Clerk, Family, Stride, arrived, fill, follow, press
from tests.walks.town import Town


def declare_the_co_parent(page: Page, email: str) -> None:
    """Add the other parent, to be invited."""
    follow(page, "Ajouter un co-représentant")
    arrived(page, "Ajouter un co-représentant")
    fill(page, birth_name="Morel", given_name="Paul")
    page.get_by_label("Inviter cette personne à ouvrir son espace").check()
    fill(page, mobile="06 98 76 54 32", email=email)
    page.locator("select[name^=link_]").first.select_option(label="Père")
    page.get_by_label("Non", exact=True).check()


def accept_everyone(clerk: Clerk, reference: str) -> None:
    clerk.page.goto(f"/mairie/dossiers/{reference}")
    for card in clerk.page.get_by_role("article").all():
        card.get_by_label("Demande acceptée", exact=True).check()
    clerk.save(one_by_one=False)
    clerk.answer()


def invitation_of(town: Town, email: str) -> str:
    mail = town.portal.mail_to(email, "Invitation").get_body(("plain",))
    assert mail is not None
    link = re.search(r"http://\S+/invitation/[\w-]{43}", str(mail.get_content()))
    assert link
    return link[0]


@pytest.fixture
def camille(examiner: Examiner, town: Town) -> Stride:
    """A parent signed in, who declared nobody yet."""
    parent = Stride(examiner.page, town)
    parent.have_an_account()
    parent.come_in()
    return parent


def test_a_child_has_two_homes(examiner: Examiner, camille: Stride, town: Town) -> None:
    page, paul = examiner.page, Stride(examiner.page, town, Family(birth_name="Morel", given_name="Paul"))
    press(page, "Commencer")
    arrived(page, "Votre entourage")
    camille.add_child("Loïc")
    declare_the_co_parent(page, paul.family.email)
    examiner.look("co-representant-a-inviter")
    press(page, "Ajouter")
    arrived(page, "Votre entourage")
    camille.add_contact()
    press(page, "Aller à l'étape 2")
    arrived(page, "Récapitulatif")
    reference = camille.deposit()
    clerk = Clerk(page, town, town.a_desk())
    clerk.sign_in()
    accept_everyone(clerk, reference)
    camille.see_space()
    expect(page.locator("main")).to_contain_text("Invitation envoyée le")
    examiner.look("espace-invitation-envoyee")
    camille.leave()

    page.goto(invitation_of(town, paul.family.email))
    arrived(page, "Camille Martin vous invite")
    examiner.look("invitation")
    press(page, "Créer mon espace")
    arrived(page, "Votre identité")
    paul.identity()
    paul.address_by_hand()
    paul.contacts()
    paul.credentials(with_image=False)
    page.goto(paul.activation_link())
    fill(page, password=PASSWORD)
    press(page, "Activer mon espace")
    arrived(page, "Mon espace famille")
    examiner.look("espace-invitation-a-accepter")
    press(page, "Accepter l'invitation")
    expect(page.locator("main .check[role=status]")).to_contain_text("Votre espace est relié")
    expect(page.get_by_role("heading", name="L'autre foyer de Loïc")).to_be_visible()
    examiner.look("espace-deux-foyers")

    page.get_by_role("link", name="Contester un droit").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Contester un droit")
    examiner.look("contestation")
    press(page, "Contester ce droit")
    expect(page.locator("#summary")).to_be_visible()
    examiner.look("contestation-erreur")
    page.get_by_label("Venir chercher Loïc").check()
    press(page, "Contester ce droit")
    expect(page.locator("main .check[role=status]")).to_contain_text("Votre contestation est enregistrée")
    expect(page.locator("main")).to_contain_text("la mairie va décider")
    examiner.look("espace-droit-conteste")

    page.goto("/mairie")
    expect(page.get_by_role("heading", name="Droits contestés par l'autre parent")).to_be_visible()
    examiner.look("mairie-contestations")
    page.goto(f"/mairie/dossiers/{reference}")
    examiner.look("mairie-dossier-de-deux-foyers")
    page.get_by_role("button", name="Lever la contestation").click()
    expect(page.locator("main")).to_contain_text("La mairie a levé la contestation")
    paul.see_space()
    expect(page.locator("main")).to_contain_text("La mairie a levé la contestation")
