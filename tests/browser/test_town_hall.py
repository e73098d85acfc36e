"""An agent at work in Chromium: one decision saved at a time, nothing else on the page disturbed."""

from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import axe, watch
from tests.support.families import a_family
from tests.support.portal import Portal
from wizard import create_app
from wizard.clock import now
from wizard.db import close_connections, get_db
from wizard.models import Dossier
from wizard.services import agents

PASSWORD = "la loire monte jusqu'aux saules"
DESK = {"width": 1280, "height": 900}
TABLET = {"width": 700, "height": 1000}


@pytest.fixture(scope="module")
def dossier(portal: Portal) -> Dossier:
    """A dossier that waits, and an agent to process it."""
    app = create_app(portal.settings)
    with app.app_context():
        agents.create(get_db(), "claire@oudon.example", PASSWORD)
        deposited = a_family(get_db(), "Kerviel")
    close_connections()
    return deposited


@pytest.fixture
def desk(chromium: Browser, portal: Portal) -> Iterator[Page]:
    """A wide screen; whatever it does, no script fails and the CSP blocks nothing."""
    context = chromium.new_context(viewport=DESK, locale="fr-FR", base_url=portal.url)
    complaints = watch(context)
    yield context.new_page()
    context.close()
    assert complaints == []


def test_an_agent_decides_with_the_page_staying_in_place(desk: Page, dossier: Dossier) -> None:
    desk.goto("/mairie")
    assert axe(desk) == []
    desk.get_by_label("Courriel professionnel").fill("claire@oudon.example")
    desk.get_by_label("Mot de passe").fill(PASSWORD)
    desk.get_by_role("button", name="Continuer").click()
    assert axe(desk) == []
    secret = desk.locator("#secret").inner_text().replace(" ", "")
    desk.get_by_label("Code à 6 chiffres").fill(pyotp.TOTP(secret).at(now()))
    desk.get_by_role("button", name="Se connecter").click()
    expect(desk.get_by_role("heading", name="Dossiers à traiter")).to_be_visible()
    assert axe(desk) == []
    desk.set_viewport_size(TABLET)
    assert axe(desk) == []
    assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth")
    desk.set_viewport_size(DESK)

    desk.get_by_role("link", name=f"{dossier.reference[:4]} {dossier.reference[4:]}").click()
    mother, child, contact = (desk.locator(f"#personne-{line.person}") for line in dossier.lines)
    assert axe(desk) == []
    mother.get_by_label("Précision pour la famille").fill("à voir")
    child.get_by_role("button", name="Enregistrer").click()
    expect(child.get_by_role("alert")).to_be_focused()
    assert axe(desk) == []
    child.get_by_label("Demande acceptée").check()
    child.get_by_role("button", name="Enregistrer").click()
    expect(child.get_by_text("Décision enregistrée : Demande acceptée")).to_be_focused()
    expect(mother.get_by_label("Précision pour la famille")).to_have_value("à voir")
    expect(desk.locator("#reponse")).to_contain_text("Il reste 2 décisions")
    expect(desk.locator("#journal")).to_contain_text("Décision : Loïc Kerviel, demande acceptée")

    mother.get_by_label("Demande acceptée").check()
    contact.get_by_label("À corriger", exact=True).check()
    contact.get_by_label("Motif").select_option("missing_information")
    contact.get_by_label("Précision pour la famille").press("Enter")
    desk.get_by_role("button", name="Relire et envoyer la réponse").click()
    assert axe(desk) == []
    desk.get_by_role("button", name="Envoyer la réponse").dblclick()
    expect(desk.get_by_role("button", name="Rouvrir le dossier")).to_be_visible()
    expect(desk.locator("#journal").get_by_text("Réponse envoyée à la famille")).to_have_count(1)
    assert axe(desk) == []
