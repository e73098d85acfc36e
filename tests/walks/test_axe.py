"""No page and no error state has a fault that axe-core or our own rules can see, at phone and desktop size."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.families import a_family
from tests.walks.checks import Examiner
from tests.walks.strides import EIGHTY_CHARACTERS, EIGHTY_LETTERS, PASSWORD, Clerk, Stride, arrived, fill, follow, press
from tests.walks.town import Town

pytestmark = pytest.mark.slow  # begun first: each is minutes of one worker


def empty(page: Page, *names: str) -> None:
    """Leave fields empty."""
    fill(page, **dict.fromkeys(names, ""))


def wrong(page: Page, button: str) -> None:
    """Press a button that must be refused."""
    press(page, button)
    expect(page.locator("#summary")).to_be_visible()


def asked(page: Page, button: str) -> None:
    """Press a button that gets a question."""
    press(page, button)
    expect(page.locator("#question")).to_be_focused()


def test_the_pages_open_to_all(examiner: Examiner) -> None:
    for path, name in (
        ("/", "accueil"),
        ("/inscription", "bienvenue"),
        ("/confidentialite", "confidentialite"),
        ("/accessibilite", "accessibilite"),
        ("/nulle-part", "404"),
        ("/inscription/un-jeton-qui-n-existe-pas/identite", "expiree"),
        ("/activation/un-jeton-qui-n-existe-pas", "activation-inconnue"),
        ("/entourage", "entourage-connexion"),
        ("/connexion", "connexion"),
        ("/acces-oublie", "acces-oublie"),
        ("/integration", "integration"),
        ("/integration?site=ftp://ailleurs", "integration-erreur"),
        ("/integration?site=https://www.ailleurs.example", "integration-refus"),
        ("/mot-de-passe/un-jeton-qui-n-existe-pas", "mot-de-passe-expire"),
    ):
        examiner.page.goto(path)
        examiner.look(name)


def test_the_first_steps_of_the_sign_up(examiner: Examiner, parent: Stride) -> None:
    page = examiner.page
    parent.begin()
    examiner.look("identite")
    wrong(page, "Suivant")
    examiner.look("identite-erreurs")
    parent.identity()
    examiner.look("adresse")
    wrong(page, "Suivant")
    examiner.look("adresse-vide")
    page.locator("#address_query").press_sequentially("12 rue")
    expect(page.get_by_role("option").first).to_be_visible()
    page.locator("#address_query").press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_be_visible()
    examiner.look("adresse-liste-ouverte")
    asked(page, "Suivant")
    examiner.look("adresse-a-choisir")
    fill(page, address_query="rue d'anjuo oudon")
    page.locator("#address_query").press("Escape")
    asked(page, "Suivant")
    examiner.look("adresse-a-confirmer")
    fill(page, address_query="12 bis rue Zzyzx 75002 Paris")
    expect(page.locator(".nothing")).to_be_visible()
    examiner.look("adresse-introuvable")
    wrong(page, "Suivant")
    examiner.look("adresse-introuvable-erreur")
    press(page, "Mon adresse n'est pas dans la liste")
    expect(page.locator("#street")).to_be_visible()
    examiner.look("adresse-a-la-main")
    empty(page, "street", "postcode", "city")
    wrong(page, "Suivant")
    examiner.look("adresse-a-la-main-erreurs")


def test_the_last_steps_of_the_sign_up(examiner: Examiner, parent: Stride) -> None:
    page = examiner.page
    parent.begin()
    parent.identity()
    parent.address_in_the_list()
    examiner.look("contacts")
    fill(page, mobile="12", email="camille@")
    wrong(page, "Suivant")
    examiner.look("contacts-erreurs")
    fill(page, mobile="06 12 34 56 78", email="camille@gmial.com")
    asked(page, "Suivant")
    examiner.look("contacts-faute-de-frappe")
    parent.contacts()
    examiner.look("identifiants")
    fill(page, username="", password="court")
    wrong(page, "Valider")
    examiner.look("identifiants-erreurs")
    page.get_by_role("link", name="Finir plus tard").click()
    arrived(page, "Finir plus tard")
    examiner.look("plus-tard")
    empty(page, "email")
    wrong(page, "Envoyer le lien")
    examiner.look("plus-tard-erreur")
    fill(page, email=parent.family.email)
    press(page, "Envoyer le lien")
    arrived(page, "Le lien est parti")
    examiner.look("plus-tard-parti")
    link = re.search(r"http://\S+/reprendre/\S+", parent.mailed("inscription"))
    assert link
    page.goto(link[0])
    examiner.look("reprendre")


def test_the_confirmation_and_the_activation(examiner: Examiner, parent: Stride) -> None:
    page = examiner.page
    parent.sign_up()
    examiner.look("confirmation")
    fill(page, code="12")
    wrong(page, "Activer mon espace")
    examiner.look("confirmation-code-faux")
    page.get_by_text("L'adresse est fausse").click()
    fill(page, email="camille@")
    wrong(page, "Corriger et envoyer")
    examiner.look("confirmation-adresse-fausse")
    fill(page, email="camille@gmial.com", password=PASSWORD)
    asked(page, "Corriger et envoyer")
    examiner.look("confirmation-faute-de-frappe")
    link = parent.activation_link()
    page.goto(link)
    examiner.look("activation")
    fill(page, password="pas celui-là du tout")
    wrong(page, "Activer mon espace")
    examiner.look("activation-erreur")
    fill(page, password=PASSWORD)
    press(page, "Activer mon espace")
    arrived(page, "Nouvelles personnes")
    examiner.look("active")
    page.goto(link)
    examiner.look("deja-active")


def test_the_account(examiner: Examiner, parent: Stride) -> None:
    page = examiner.page
    parent.have_an_account()
    page.goto("/connexion")
    wrong(page, "Se connecter")
    examiner.look("connexion-erreurs")
    page.goto("/acces-oublie")
    wrong(page, "Recevoir le courriel")
    examiner.look("acces-oublie-erreur")
    fill(page, email=parent.family.email)
    press(page, "Recevoir le courriel")
    examiner.look("acces-oublie-parti")
    link = re.search(r"http://\S+/mot-de-passe/\S+", parent.mailed("accès"))
    assert link
    page.goto(link[0])
    examiner.look("mot-de-passe")
    page.get_by_role("button", name=re.compile("mot de passe")).last.click()
    expect(page.locator("#summary")).to_be_visible()
    examiner.look("mot-de-passe-erreur")
    page.goto("/connexion?suite=/espace")
    fill(page, username=parent.family.email, password=PASSWORD)
    press(page, "Se connecter")
    arrived(page, "Mon espace famille")
    examiner.look("espace-vide")
    for path in ("donnees", "donnees/identite", "donnees/mot-de-passe", "donnees/courriel", "donnees/suppression"):
        page.goto(f"/espace/{path}")
        examiner.look(path.replace("/", "-"))


def test_the_entourage(examiner: Examiner, parent: Stride) -> None:
    page = examiner.page
    parent.have_an_account()
    page.goto("/entourage")
    wrong(page, "Se connecter")
    examiner.look("entourage-connexion-erreurs")
    fill(page, username=parent.family.email, password=PASSWORD)
    press(page, "Se connecter")
    arrived(page, "Nouvelles personnes")
    examiner.look("nouvelles-personnes")
    follow(page, "Commencer")
    arrived(page, "Votre entourage")
    examiner.look("entourage-vide")
    wrong(page, "Aller à l'étape 2")
    examiner.look("entourage-sans-enfant")
    follow(page, "Ajouter un contact")
    arrived(page, "Ajouter un contact")
    examiner.look("contact-sans-enfant")
    follow(page, "Retour")
    arrived(page, "Votre entourage")
    parent.add_child()
    expect(page.locator("#news")).to_be_focused()
    examiner.look("entourage-ajoute")
    page.get_by_role("link", name=re.compile("^Ajouter un jumeau")).click()
    arrived(page, "Ajouter un membre")
    fill(page, given_name=parent.family.child)
    asked(page, "Enregistrer et ajouter un autre")
    examiner.look("membre-semblable")
    fill(page, given_name="Anna")
    press(page, "Oui, c'est quelqu'un d'autre")
    expect(page.locator("#news")).to_contain_text("Anna")
    examiner.look("membre-encore")
    fill(page, birthdate="03/0")
    follow(page, "Retour")
    expect(page.get_by_text("À compléter")).to_be_visible()
    examiner.look("entourage-a-completer")
    page.get_by_role("button", name=re.compile("^Retirer")).last.click()
    expect(page.get_by_text("À compléter")).to_have_count(0)
    expect(page.locator("#news")).to_be_focused()
    examiner.look("entourage-retire")
    page.get_by_role("button", name=re.compile("^Retirer Anna")).click()
    expect(page.locator(".card")).to_have_count(1)
    for link, name in (
        ("Ajouter un membre", "membre"),
        ("Ajouter un co-représentant", "co-representant"),
        ("Ajouter un contact", "contact"),
    ):
        follow(page, link)
        arrived(page, link)
        examiner.look(name)
        wrong(page, "Ajouter")
        examiner.look(f"{name}-erreurs")
        follow(page, "Retour")
        arrived(page, "Votre entourage")
    parent.add_co_representative()
    parent.add_contact()
    examiner.look("entourage")
    press(page, "Aller à l'étape 2")
    arrived(page, "Récapitulatif")
    examiner.look("recapitulatif")
    parent.deposit()
    examiner.look("depose")
    page.goto("/connexion")
    fill(page, username=parent.family.email, password=PASSWORD)
    press(page, "Se connecter")
    arrived(page, "Mon espace famille")
    examiner.look("espace-depose")


def test_the_town_hall(examiner: Examiner, town: Town) -> None:
    page = examiner.page
    with town.database() as db:
        dossier = a_family(db, EIGHTY_CHARACTERS, EIGHTY_LETTERS)
    agent = Clerk(page, town, town.a_desk())
    page.goto("/mairie/connexion")
    wrong(page, "Continuer")
    examiner.look("mairie-connexion-erreurs")
    fill(page, email=agent.desk.email, password=agent.desk.password)
    press(page, "Continuer")
    arrived(page, "Reliez votre téléphone")
    examiner.look("mairie-telephone")
    wrong(page, "Se connecter")
    examiner.look("mairie-telephone-erreur")
    fill(page, code=town.code_of(agent.desk))
    press(page, "Se connecter")
    arrived(page, "Dossiers à traiter")
    examiner.look("mairie-file")
    fill(page, text="personne de ce nom")
    press(page, "Chercher")
    arrived(page, "Résultats de la recherche")
    examiner.look("mairie-rien-trouve")
    page.goto(f"/mairie/dossiers/{dossier.reference}")
    examiner.look("mairie-dossier")
    page.get_by_role("radio", name="Demande refusée").first.check()
    wrong(page, "Enregistrer toutes les décisions")
    examiner.look("mairie-dossier-erreurs")
    page.goto(f"/mairie/dossiers/{dossier.reference}")
    for choice in page.get_by_role("radio", name="Demande acceptée").all():
        choice.check()
    agent.save(one_by_one=False)
    press(page, "Relire et envoyer la réponse")
    arrived(page, re.compile("^Réponse au dossier"))
    examiner.look("mairie-reponse")
    press(page, "Envoyer la réponse")
    arrived(page, re.compile("^Dossier"))
    examiner.look("mairie-repondu")


def test_the_reception(examiner: Examiner, town: Town) -> None:
    with town.database() as db:
        dossier = a_family(db)
    page = examiner.page
    agent = Clerk(page, town, town.a_desk("accueil"))
    agent.sign_in("Où en est un dossier ?")
    examiner.look("accueil-mairie")
    fill(page, text=dossier.reference)
    press(page, "Chercher")
    expect(page.get_by_text("Déposé le")).to_be_visible()
    examiner.look("accueil-mairie-trouve")
    page.goto(f"/mairie/dossiers/{dossier.reference}")
    examiner.look("accueil-mairie-interdit")
    press(page, "Se déconnecter")
    agent.sign_in_again()
    examiner.look("mairie-code")


def test_the_demonstrations_own_pages(examiner: Examiner, town: Town) -> None:
    for path, name in (("/demo/courriels", "courriels"), ("/demo/telephone", "telephone")):
        examiner.page.goto(path)
        examiner.look(name)


def test_the_phone_may_fill_in_what_it_knows_of_the_parent_and_of_nobody_else(phone: Page, town: Town) -> None:
    parent, tokens = Stride(phone, town), set()

    def note(page: Page, _name: str) -> None:
        for field in page.locator("main [autocomplete]:not([autocomplete=off])").all():
            tokens.add((field.get_attribute("name"), field.get_attribute("autocomplete")))

    parent.take = note
    parent.sign_up()
    assert tokens >= {
        ("title", "honorific-prefix"),
        ("birth_name", "family-name"),
        ("given_name", "given-name"),
        ("street", "street-address"),
        ("postcode", "postal-code"),
        ("city", "address-level2"),
        ("mobile", "tel"),
        ("email", "email"),
        ("username", "username"),
        ("password", "new-password"),
        ("code", "one-time-code"),
    }
    parent.take = lambda _page, _name: None
    parent.activate()
    parent.sign_in()
    tokens.clear()
    parent.take = note
    parent.declare()
    assert not tokens
