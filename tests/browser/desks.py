"""An agent's place in a browser."""

from playwright.sync_api import BrowserContext, Page, expect

from tests.walks.town import Town


def at_a_dossier(context: BrowserContext, town: Town) -> Page:
    """Return the page of an agent who opened a dossier of several people."""
    page, desk, dossier = context.new_page(), town.a_desk(), town.a_family()[0]
    page.goto(f"/mairie/connexion?suite=/mairie/dossiers/{dossier.reference}")
    page.get_by_label("Courriel professionnel").fill(desk.email)
    page.get_by_label("Mot de passe").fill(desk.password)
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Code à 6 chiffres").fill(town.code_of(desk))
    page.get_by_role("button", name="Se connecter").click()
    expect(page.locator("form[data-decisions]")).to_be_visible()
    return page
