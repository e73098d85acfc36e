"""The screens that come later have no fault either: what mailed links open, an answer to correct, agents' own pages."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.support.families import a_family, decide
from tests.support.walk import AGENT_PASSWORD
from tests.walks.checks import Examiner
from tests.walks.strides import PASSWORD, Clerk, Stride, arrived, fill, press
from tests.walks.town import Town

pytestmark = pytest.mark.slow  # begun first: each is minutes of one worker

OTHER = "quatre phares sous la neige"


@pytest.fixture
def at_home(parent: Stride) -> Stride:
    """A parent signed in, who declared nobody yet."""
    parent.have_an_account()
    parent.come_in()
    return parent


def link_of(parent: Stride, subject: str) -> str:
    """Return the link of a mail, which its page takes once."""
    link = re.search(r"http://\S+/[\w-]{43}", parent.mailed(subject))
    assert link
    return link[0]


def ask(page: Page, path: str, button: str, **values: str) -> None:
    """Fill in a page of the account and send it."""
    page.goto(f"/espace/donnees/{path}")
    fill(page, **values)
    press(page, button)


def test_a_new_address_is_proved(examiner: Examiner, at_home: Stride) -> None:
    page, family = examiner.page, at_home.family
    ask(page, "courriel", "Recevoir le courriel", email=f"n{family.email[1:]}", password=PASSWORD)
    arrived(page, "Regardez vos courriels")
    examiner.look("nouvelle-adresse-partie")
    family.email = f"n{family.email[1:]}"
    page.goto(link_of(at_home, "Confirmez votre nouvelle adresse"))
    arrived(page, "Confirmer votre nouvelle adresse")
    examiner.look("nouvelle-adresse")
    press(page, "Confirmer cette adresse")
    arrived(page, "Votre adresse est changée")
    examiner.look("nouvelle-adresse-confirmee")


def test_a_password_is_changed(examiner: Examiner, at_home: Stride) -> None:
    page = examiner.page
    page.goto("/acces-oublie")
    fill(page, email=at_home.family.email)
    press(page, "Recevoir le courriel")
    page.goto(link_of(at_home, "accès"))
    fill(page, password=OTHER)
    press(page, "Changer le mot de passe")
    arrived(page, "Votre mot de passe est changé")
    examiner.look("mot-de-passe-change")


def test_a_space_is_deleted(examiner: Examiner, at_home: Stride) -> None:
    page = examiner.page
    ask(page, "suppression", "Recevoir le lien de suppression", password=PASSWORD)
    arrived(page, "Regardez vos courriels")
    examiner.look("suppression-partie")
    page.goto(link_of(at_home, "suppression"))
    arrived(page, "Supprimer mon espace ?".replace(" ?", "\u202f?"))
    press(page, "Supprimer mon espace")
    expect(page.locator("#summary")).to_be_visible()
    examiner.look("suppression-erreur")
    page.locator("#sure").check()
    press(page, "Supprimer mon espace")
    arrived(page, "Votre espace est supprimé")
    examiner.look("suppression-faite")


def test_an_answer_asks_to_correct(examiner: Examiner, at_home: Stride, town: Town) -> None:
    page = examiner.page
    page.goto("/entourage")
    press(page, "Commencer")
    arrived(page, "Votre entourage")
    at_home.add_child("Loïc")
    press(page, "Aller à l'étape 2")
    arrived(page, "Récapitulatif")
    reference = at_home.deposit()
    agent = Clerk(page, town, town.a_desk())
    agent.sign_in()
    page.goto(f"/mairie/dossiers/{reference}")
    for card in page.get_by_role("article").all():
        card.get_by_label("À corriger", exact=True).check()
        card.get_by_label("Motif", exact=False).first.select_option("missing_information")
    agent.save(one_by_one=False)
    agent.answer()
    at_home.see_space()
    examiner.look("espace-a-corriger")


def test_a_right_is_withdrawn(examiner: Examiner, at_home: Stride, town: Town) -> None:
    page = examiner.page
    page.goto("/entourage")
    press(page, "Commencer")
    arrived(page, "Votre entourage")
    at_home.add_child("Loïc")
    at_home.add_contact()
    press(page, "Aller à l'étape 2")
    arrived(page, "Récapitulatif")
    at_home.deposit()
    at_home.see_space()
    page.get_by_role("link", name="Retirer un droit").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Retirer un droit")
    examiner.look("retrait")
    press(page, "Retirer maintenant")
    expect(page.locator("#summary")).to_be_visible()
    examiner.look("retrait-erreur")
    page.get_by_label("Tous ses droits").check()
    press(page, "Retirer maintenant")
    expect(page.locator("main .check[role=status]")).to_contain_text("La mairie est prévenue.")
    examiner.look("espace-apres-un-retrait")
    agent = Clerk(page, town, town.a_desk())
    agent.sign_in()
    expect(page.get_by_role("heading", name="Retiré, refusé, autorisé ou changé par les familles")).to_be_visible()
    examiner.look("mairie-retraits")
    for name in ("portail", "chiffres"):
        page.goto(f"/mairie/{name}")
        examiner.look(f"mairie-{name}")


def test_a_contact_says_yes_then_no(examiner: Examiner, at_home: Stride, town: Town) -> None:
    page, contact = examiner.page, f"{uuid4().hex}@exemple.fr"
    page.goto("/entourage")
    press(page, "Commencer")
    arrived(page, "Votre entourage")
    at_home.add_child("Loïc")
    at_home.add_contact(contact)
    press(page, "Aller à l'étape 2")
    arrived(page, "Récapitulatif")
    reference = at_home.deposit()
    agent = Clerk(page, town, town.a_desk())
    agent.sign_in()
    page.goto(f"/mairie/dossiers/{reference}")
    for card in page.get_by_role("article").all():
        card.get_by_label("Demande acceptée", exact=True).check()
    agent.save(one_by_one=False)
    agent.answer()
    at_home.see_space()
    examiner.look("espace-pas-encore-confirme")
    page.get_by_role("button", name="Lui renvoyer le courriel").click()
    arrived(page, "Courriel envoyé")
    examiner.look("contact-prevenu-de-nouveau")
    mail = town.portal.mail_to(contact, "a indiqué votre nom").get_body(("plain",))
    link = re.search(r"http://\S+/contact/[\w-]{43}", str(mail and mail.get_content()))
    assert link
    page.goto(link[0])
    examiner.look("contact-nomme")
    press(page, "C'est d'accord")
    expect(page.locator(".check")).to_contain_text("vous êtes d'accord")
    examiner.look("contact-d-accord")
    press(page, "Je refuse")
    arrived(page, "Refuser ?".replace(" ?", "\u202f?"))
    press(page, "Je refuse")
    expect(page.locator("#summary")).to_be_visible()
    examiner.look("contact-refus-erreur")
    page.locator("#sure").check()
    press(page, "Je refuse")
    arrived(page, "Vous avez refusé")
    examiner.look("contact-refuse")
    at_home.see_space()
    examiner.look("espace-apres-un-refus")
    page.goto(f"/mairie/dossiers/{reference}")
    examiner.look("mairie-dossier-apres-un-refus")
    page.goto("/contact/" + "x" * 43)
    examiner.look("contact-lien-perime")


def test_a_family_moves_then_confirms_that_all_is_right(examiner: Examiner, at_home: Stride, town: Town) -> None:
    page = examiner.page
    page.goto("/entourage")
    press(page, "Commencer")
    arrived(page, "Votre entourage")
    at_home.add_child("Loïc")
    press(page, "Aller à l'étape 2")
    arrived(page, "Récapitulatif")
    at_home.deposit()
    with town.database() as db:
        db.execute("UPDATE dossiers SET deposited_at = '2020-01-01T10:00:00+00:00'")
    page.goto("/espace/donnees/adresse")
    examiner.look("demenagement")
    press(page, "Mon adresse n'est pas dans la liste")
    fill(page, street="Chemin perdu", moved_on="31/02/2027")
    press(page, "Enregistrer cette adresse")
    expect(page.locator("#summary")).to_be_visible()
    examiner.look("demenagement-erreur")
    fill(page, postcode="44521", city="Oudon", moved_on="")
    press(page, "Enregistrer cette adresse")
    expect(page.locator("main .check[role=status]")).to_contain_text("C'est enregistré")
    at_home.see_space()
    examiner.look("espace-a-confirmer")
    page.get_by_role("link", name="Relire et confirmer").click()
    arrived(page, re.compile("Tout est-il toujours exact"))
    examiner.look("confirmer")
    press(page, "Oui, tout est exact")
    expect(page.locator("main .check[role=status]")).to_contain_text("Vous avez confirmé que tout est exact")
    examiner.look("confirme")
    agent = Clerk(page, town, town.a_desk())
    agent.sign_in()
    for folded in page.locator("summary", has_text="changé par les familles").all():  # with those of other families
        folded.click()
    expect(page.locator("strong").get_by_text("a changé d'adresse").first).to_be_visible()
    examiner.look("mairie-changements")


def test_a_family_is_corrected_by_keyboard_then_noted_and_printed(examiner: Examiner, town: Town) -> None:
    page = examiner.page
    with town.database() as db:
        dossier, waiting = a_family(db), a_family(db)
        decide(db, dossier.id)
    agent = Clerk(page, town, town.a_desk())
    agent.sign_in()
    page.goto(f"/mairie/dossiers/{dossier.reference}")
    page.get_by_role("link", name=re.compile("^Page de la famille")).focus()
    page.keyboard.press("Enter")
    arrived(page, "Famille de Camille Martin")
    page.get_by_role("link", name="Modifier Jeanne Le Goff").focus()
    page.keyboard.press("Enter")
    arrived(page, re.compile("^Modifier.: Jeanne Le Goff"))
    press(page, "Enregistrer")
    expect(page.locator("#summary")).to_be_visible()
    examiner.look("mairie-modifier-erreurs")
    page.locator("#phone").fill("02 40 99 88 77")
    page.get_by_role("radio", name="au guichet").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    arrived(page, "Famille de Camille Martin")
    expect(page.locator("main .check")).to_contain_text("C'est enregistré")
    page.locator("#kind").select_option("situation")
    fill(page, text="Le père vient le mardi.")
    press(page, "Ajouter la note")
    expect(page.locator("section.notice")).to_contain_text("Le père vient le mardi.")
    examiner.look("mairie-famille")
    page.get_by_role("link", name="Fiche à imprimer").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".foot").first).to_contain_text("Elle vaut ce jour")
    examiner.look("mairie-fiche")
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1
    for path in (f"/mairie/dossiers/{waiting.reference}", f"/mairie/familles/{dossier.household}"):
        page.goto(path)
        controls = page.locator("input, select, textarea, fieldset:not(.people), button").locator("visible=true")
        assert controls.count()
        page.emulate_media(media="print")
        assert controls.count() == 0, f"{path} prints something to fill in"
        page.emulate_media(media="screen")


def test_the_agents_own_pages(examiner: Examiner, town: Town) -> None:
    page = examiner.page
    with town.database() as db:
        a_family(db)
    agent = Clerk(page, town, town.a_desk())
    agent.sign_in()
    for state in ("a-corriger", "traites"):
        page.goto(f"/mairie?etat={state}")
        examiner.look(f"mairie-{state}")
    page.goto("/mairie/mot-de-passe")
    press(page, "Changer le mot de passe")
    examiner.look("mairie-mot-de-passe-erreur")
    fill(page, password=AGENT_PASSWORD, new_password=OTHER)
    press(page, "Changer le mot de passe")
    expect(page.locator(".check")).to_be_visible()
    examiner.look("mairie-mot-de-passe")
