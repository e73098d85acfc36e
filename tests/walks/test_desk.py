"""A day at the town hall's pages by mouse, by finger on a tablet, by keys alone: all is reached, and answers."""

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browser import watch
from tests.support.families import a_family
from tests.walks.pointers import Finger, Keys, Mouse, Pointer
from tests.walks.strides import arrived
from tests.walks.town import Desk, Town
from wizard.models import Dossier


@pytest.fixture(params=[Mouse, *(pytest.param(one, marks=pytest.mark.long) for one in (Keys, Finger))])
def at_work(request: pytest.FixtureRequest, chromium: Browser, town: Town) -> Iterator[Pointer]:
    """An agent; whatever they do, no script fails, the CSP blocks nothing, and nothing is out of place."""
    kind: type[Pointer] = request.param
    context = chromium.new_context(
        viewport=kind.viewport, has_touch=kind.has_touch, locale="fr-FR", base_url=town.portal.url
    )
    context.set_default_timeout(9000)
    complaints = watch(context)
    agent = kind(context.new_page())
    yield agent
    context.close()
    assert complaints + agent.wrong == []


def sign_in(agent: Pointer, town: Town, desk: Desk, title: str) -> None:
    """Password, then the phone's first code."""
    agent.page.goto("/mairie")
    agent.fill("Courriel professionnel", desk.email)
    agent.fill("Mot de passe", desk.password)
    agent.press("Continuer")
    arrived(agent.page, "Reliez votre téléphone")
    agent.fill("Code à 6 chiffres", town.code_of(desk))
    agent.press("Se connecter")
    arrived(agent.page, title)


def find(agent: Pointer, dossier: Dossier, name: str) -> None:
    """Look among those that may be declared twice, then for a name."""
    agent.follow("doublon possible", "Dossiers à traiter")
    expect(agent.page.locator(".filters [aria-current]")).to_have_text("doublon possible")
    agent.fill("Référence, nom", name.lower())
    agent.press("Chercher")
    arrived(agent.page, "Résultats de la recherche")
    agent.follow(written(dossier), "Dossier")


def written(dossier: Dossier) -> str:
    """Return a reference as it is read on a page."""
    return f"{dossier.reference[:4]} {dossier.reference[4:]}"


def join(agent: Pointer, dossier: Dossier, name: str) -> None:
    """Tell two children apart, doubt it, say that it is one child with two homes."""
    agent.follow(f"Loïc {name}, dossier", "Est-ce la même personne")
    agent.press("Ce ne sont pas les mêmes")
    expect(agent.page.locator("main .check")).to_contain_text("ce ne sont pas les mêmes")
    agent.press("Reprendre")
    expect(agent.page.locator("main .check")).to_have_count(0)
    agent.press("Même enfant, deux foyers")
    arrived(agent.page, "Même enfant, deux foyers")
    agent.follow(f"Dossier {written(dossier)}", "Dossier")


def answer(agent: Pointer) -> None:
    """One gesture."""
    agent.press("Tout accepter et répondre")
    expect(agent.page.locator("main > .check")).to_contain_text("C'est répondu")
    expect(agent.page.locator("h1")).to_be_focused()


def serve_at_the_counter(agent: Pointer) -> None:
    """Note what the family says, change a phone, take a right back."""
    page = agent.page
    agent.follow("Page de la famille", "Famille de")
    agent.fill("Note", "Le père vient le mardi.")
    agent.press("Ajouter la note")
    expect(page.locator("main > .check")).to_contain_text("C'est noté")
    agent.follow("Modifier Jeanne Le Goff", "Modifier")
    agent.fill("Téléphone", "02 40 99 88 77")
    agent.tick(agent.named("radio", "au guichet"))
    agent.press("Enregistrer")
    expect(page.locator("main > .check")).to_contain_text("C'est enregistré")
    agent.follow("Retirer l'autorisation de Jeanne Le Goff", "Retirer l'autorisation")
    agent.tick(page.get_by_role("radio").last)
    agent.press("Retirer maintenant")
    expect(page.locator("main > .check")).to_contain_text("C'est retiré")


def read_the_lists(agent: Pointer) -> None:
    """Who may leave with whom, the figures, an export after its preview."""
    agent.follow("Sortie du jour", "Qui vient chercher")
    agent.follow("Retour à la file", "Dossiers à traiter")
    agent.follow("Chiffres", "Chiffres")
    agent.follow("52 semaines", "Chiffres")
    agent.follow("Exports", "Exporter les familles")
    agent.follow("Tableau CSV", "Export")
    expect(agent.page.get_by_role("heading", name="Ce qui ne passera pas")).to_be_visible()
    with agent.page.expect_download():
        agent.press("Télécharger")
    agent.follow("Retour aux exports", "Exporter les familles")
    agent.follow("Retour aux dossiers", "Dossiers à traiter")


def read_a_file(agent: Pointer, folder: Path, name: str) -> None:
    """Have a file of families read, and leave it at that."""
    file = folder / "familles.csv"
    file.write_text(f"N° famille;Nom;Prénom;Courriel\n77;{name};Camille;\n", encoding="utf-8")
    agent.follow("Familles connues de la mairie", "Familles connues")
    agent.attach(agent.page.locator("#file"), file)
    agent.press("Lire le fichier")
    arrived(agent.page, re.compile("^Fichier lu"))
    agent.follow("Ne rien importer", "Familles connues")
    agent.press("Se déconnecter")
    arrived(agent.page, "Connexion des agents de la mairie")


def administer(agent: Pointer, dossier: Dossier, name: str) -> None:
    """Invite an agent, write a reason, read who opened a family, and what will be deleted."""
    page = agent.page
    agent.follow("Agents", "Agents")
    agent.follow("Inviter un agent", "Inviter un agent")
    agent.fill("Prénom et nom", "Rose")
    agent.fill("Courriel", f"{name.lower()}@oudon.example")
    agent.tick(agent.named("radio", "Accueil"))
    agent.press("Envoyer l'invitation")
    expect(page.locator("main > .check")).to_contain_text("Invitation écrite")
    agent.follow("Motifs", "Motifs")
    agent.follow("Ajouter un motif", "Ajouter un motif")
    agent.fill("Motif", name)
    agent.fill("Phrase", "Il manque une pièce.")
    agent.tick(agent.named("checkbox", "Enfant"))
    agent.press("Enregistrer")
    arrived(page, "Motifs de refus et de correction")
    agent.follow("Traçabilité", "Traçabilité")
    agent.fill("Dossier, ou numéro", dossier.reference)
    agent.press("Chercher")
    expect(page.locator("table.queue")).to_contain_text("Réponse donnée à la famille")
    agent.follow("Conservation", "Ce qui va être effacé")


@pytest.mark.slow
def test_a_day_at_the_town_hall(at_work: Pointer, town: Town, tmp_path: Path) -> None:
    name = "Ker" + uuid4().hex[:12].translate(str.maketrans("0123456789", "ghijklmnop"))
    with town.database() as db:
        dossier, _other = (a_family(db, name, one, f"+336{uuid4().int % 10**8:08}") for one in ("Camille", "Alix"))
    sign_in(at_work, town, town.a_desk(), "Dossiers à traiter")
    find(at_work, dossier, name)
    join(at_work, dossier, name)
    answer(at_work)
    serve_at_the_counter(at_work)
    read_the_lists(at_work)
    read_a_file(at_work, tmp_path, name)
    sign_in(at_work, town, town.a_desk("administrateur"), "Administration")
    administer(at_work, dossier, name)
