"""The dossier of a child on a phone: without a script, then again with them, each of its screens examined."""

from collections.abc import Callable

from playwright.sync_api import Browser, Page, expect

from tests.support import families
from tests.support.browser import PHONE
from tests.walks.checks import Examiner
from tests.walks.strides import PASSWORD, arrived, fill, follow, press
from tests.walks.town import Town

STEPS = ("École et accueils", "Repas et santé", "Qui vient le chercher, et s'il repart seul", "Vos autorisations")


def come_in(page: Page, email: str) -> None:
    page.goto("/connexion")
    fill(page, username=email, password=PASSWORD)
    press(page, "Se connecter")
    arrived(page, "Mon espace famille")


def fill_in(page: Page, look: Callable[[str], None]) -> None:
    """Go through the steps, from the first."""
    arrived(page, STEPS[0])
    page.get_by_label("École").select_option(label="École privée Sainte-Anne")
    page.get_by_label("Cantine").check()
    page.get_by_label("Vacances").check()
    look("accueils")
    press(page, "Suivant")
    arrived(page, STEPS[1])
    page.get_by_label("Sans viande").check()
    look("sante")
    press(page, "Suivant")
    arrived(page, STEPS[2])
    page.get_by_role("group", name="Peut-il repartir seul").get_by_label("Non").check()
    look("sorties")
    press(page, "Suivant")
    arrived(page, STEPS[3])
    for group in page.locator("fieldset").all():
        group.get_by_label("Oui").check()
    look("autorisations")
    press(page, "Suivant")
    arrived(page, "Documents")
    look("documents")
    press(page, "Suivant")
    arrived(page, "Récapitulatif")
    look("recapitulatif")
    press(page, "Déposer")
    arrived(page, "Dossier administratif de Loïc")
    expect(page.locator("main")).to_contain_text("C'est déposé pour l'année")
    look("depose")


def test_a_parent_deposits_the_dossier_of_a_child_without_a_script_then_changes_it_with_them(
    examiner: Examiner, chromium: Browser, town: Town
) -> None:
    family, email = town.a_family(accepted=True)
    context = chromium.new_context(
        viewport=PHONE, has_touch=True, locale="fr-FR", base_url=town.portal.url, java_script_enabled=False
    )
    plain = context.new_page()
    come_in(plain, email)
    plain.get_by_role("link", name="Remplir le dossier").first.click()
    plain.get_by_role("link", name="Remplir le dossier").first.click()
    fill_in(plain, lambda _name: None)
    context.close()

    page = examiner.page
    come_in(page, email)
    examiner.look("espace-avec-un-dossier")
    page.get_by_role("link", name="Voir le dossier").first.click()
    arrived(page, "Dossier administratif de Loïc")
    page.get_by_role("link", name="Modifier").first.click()
    fill_in(page, lambda name: examiner.look(f"dossier-{name}"))
    follow(page, "Voir ou retirer les autorisations")
    arrived(page, "Autorisations pour Loïc")
    examiner.look("dossier-autorisations-donnees")
    press_first(page, "Retirer maintenant")
    expect(page.locator("main")).to_contain_text("C'est retiré")
    follow(page, "Retour au dossier")
    page.get_by_role("link", name="Imprimer le pli").first.click()
    expect(page.locator("h1")).to_contain_text("Pli confidentiel")
    examiner.look("dossier-pli")
    page.goto("/espace/reconduire")
    arrived(page, "Rien à reconduire")
    examiner.look("reconduire-rien")
    with town.database() as db:
        sister = families.a_sister(db, family)
    page.goto(f"/espace/enfants/{sister}/dossier")
    page.get_by_role("link", name="Remplir le dossier").first.click()
    arrived(page, STEPS[0])
    examiner.look("dossier-accueils-d-une-soeur")
    press(page, "Reprendre les réponses de Loïc")
    expect(page.locator("main")).to_contain_text("C'est repris : relisez".replace(" :", "\u00a0:"))
    examiner.look("dossier-accueils-repris")


def press_first(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()
