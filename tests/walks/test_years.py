"""The years of a family in a browser, with HTMX and with JavaScript off: each test tells one story."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.tables import Tell
from tests.walks.strides import arrived, fill, follow, press
from tests.walks.tale import NEWS, Tale, said
from tests.walks.thumb import Thumb

pytestmark = pytest.mark.long

COMMENT = "Il manque un chiffre à son téléphone."


def test_a_contact_is_corrected_and_comes_back_under_the_same_reference(tale: Tale) -> None:
    tale.begin()
    tale.agent.sign_in()
    tale.open_dossier()
    tale.ask_to_correct("Jeanne Le Goff", COMMENT)
    tale.is_written("Réponse", COMMENT)

    tale.parent.see_space()
    press(tale.phone, "Corriger : Jeanne")
    arrived(tale.phone, "Corriger : Jeanne")
    expect(tale.phone.locator("main .notice").first).to_contain_text(COMMENT)
    tale.look(tale.phone, "corriger-contact")
    fill(tale.phone, phone="06 55 44 33 22")
    press(tale.phone, "Enregistrer")
    arrived(tale.phone, "Votre entourage")
    tale.look(tale.phone, "corriger-etape-1")
    tale.read_again()
    tale.look(tale.phone, "corriger-etape-2")
    assert tale.parent.deposit() == tale.reference
    tale.parent.see_space()
    expect(tale.phone.locator(".timeline [aria-current]")).to_contain_text("Corrigé")
    tale.look(tale.phone, "espace-corrige")

    tale.open_dossier()
    assert said(tale.status()) == "Corrigé"
    jeanne = tale.at_the_desk("Jeanne Le Goff")
    expect(jeanne).to_contain_text(COMMENT)
    expect(jeanne.locator("del")).to_have_text("02 40 12 34 56")
    expect(jeanne.locator("ins")).to_have_text("06 55 44 33 22")
    expect(jeanne.get_by_label("Demande acceptée", exact=True)).to_be_visible()
    expect(tale.at_the_desk("Loïc Martin").get_by_label("Demande acceptée", exact=True)).to_be_hidden()
    tale.look(tale.desk, "mairie-corrige")
    tale.accept_all()
    tale.is_written("Réponse", "Jeanne Le Goff : demande acceptée")
    tale.parent.see_space()
    expect(tale.phone.locator(".timeline [aria-current]")).to_contain_text("Accepté")


def test_the_parent_corrects_their_own_identity(tale: Tale) -> None:
    tale.begin()
    tale.agent.sign_in()
    tale.open_dossier()
    tale.ask_to_correct("Camille Martin", "Quel est votre nom de naissance ?")

    tale.parent.see_space()
    follow(tale.phone, "Corriger mon identité")
    arrived(tale.phone, "Mon identité et mes téléphones")
    expect(tale.phone.locator("main")).to_contain_text("Quel est votre nom de naissance")
    tale.look(tale.phone, "corriger-parent")
    fill(tale.phone, birth_name="Martineau")
    press(tale.phone, "Enregistrer")
    tale.parent.see_space()
    expect(tale.phone.locator(".timeline [aria-current]")).to_contain_text("Corrigé")

    tale.open_dossier()
    camille = tale.at_the_desk("Camille Martineau")
    expect(camille.get_by_label("Demande acceptée", exact=True)).to_be_visible()
    expect(camille.locator("del")).to_have_text("Martin")
    expect(camille.locator("ins")).to_have_text("Martineau")
    expect(tale.desk.locator("#retraits ~ p").first).to_contain_text("Martineau")  # in force at once
    tale.look(tale.desk, "mairie-parent-corrige")
    tale.accept_all()
    tale.is_written("Réponse", "Camille Martineau : demande acceptée")


def test_the_next_year_brings_a_move_and_a_newborn(tale: Tale) -> None:
    tale.begin(accepted=True)
    say_that_all_is_right(tale)
    move(tale)
    tale.parent.see_space()
    tale.change_the_list()
    tale.look(tale.phone, "annee-etape-1")
    add_a_newborn(tale)
    take_out(tale, "Jeanne")
    tale.look(tale.phone, "annee-etape-1-changee")
    tale.read_again()
    expect(tale.phone.get_by_text("Jeanne Le Goff")).to_be_visible()
    tale.look(tale.phone, "annee-etape-2")
    reference = tale.parent.deposit()
    assert reference != tale.reference
    tale.is_written("déposé", "Zoé Martin")
    tale.parent.see_space()
    tale.look(tale.phone, "annee-espace")

    tale.agent.sign_in()
    tale.open_dossier(reference)
    expect(tale.desk.locator("main")).to_contain_text("Loïc Martin")
    expect(tale.desk.locator("main")).to_contain_text("Dominique Durand")
    tale.look(tale.desk, "annee-mairie")
    tale.accept_all()
    tale.is_written("Réponse", "Zoé Martin : demande acceptée")
    tale.parent.see_space()
    expect(tale.on_the_phone("Zoé")).to_contain_text("Validé")


def say_that_all_is_right(tale: Tale) -> None:
    """One year later, one tap when nothing changed."""
    with tale.town.database() as db:
        db.execute(
            "UPDATE dossiers SET deposited_at = '2020-01-01T10:00:00+00:00' WHERE reference = ?", [tale.reference]
        )
    tale.parent.see_space()
    follow(tale.phone, "Relire et confirmer")
    arrived(tale.phone, re.compile("Tout est-il toujours exact"))
    press(tale.phone, "Oui, tout est exact")
    expect(tale.phone.locator(NEWS)).to_contain_text("Vous avez confirmé")


def move(tale: Tale) -> None:
    """The household lives elsewhere, from now on."""
    tale.parent.see_space()
    tale.phone.get_by_role("link", name=re.compile("^J'ai déménagé")).click()
    arrived(tale.phone, "Ma nouvelle adresse")
    press(tale.phone, "Mon adresse n'est pas dans la liste")
    fill(tale.phone, street="Chemin des Saules", postcode="44521", city="Oudon")
    press(tale.phone, "Enregistrer cette adresse")
    expect(tale.phone.locator(NEWS)).to_contain_text("C'est enregistré")


def add_a_newborn(tale: Tale) -> None:
    """Their link with every adult known is asked, and the contacts are offered."""
    follow(tale.phone, "Ajouter un membre")
    arrived(tale.phone, "Ajouter un membre")
    fill(tale.phone, given_name="Zoé", birthdate="05/10/2026")
    tale.phone.locator("#link").select_option(label="Mère")
    tale.phone.get_by_label("Dominique").select_option(label="Père")
    tale.phone.get_by_label("Avec moi").check()
    expect(tale.phone.get_by_role("checkbox", name="Jeanne")).to_be_visible()
    tale.look(tale.phone, "annee-naissance")
    press(tale.phone, "Ajouter")
    arrived(tale.phone, "Votre entourage")
    expect(tale.on_the_phone("Zoé")).to_contain_text("Nouveau")


def take_out(tale: Tale, name: str) -> None:
    """Take someone out of the list."""
    tale.on_the_phone(name).get_by_role("button", name=re.compile("^Retirer")).click()
    expect(tale.on_the_phone(name)).to_have_count(0)


def test_a_right_is_withdrawn_at_the_school_gate(tale: Tale, tell: Tell) -> None:
    tale.begin(accepted=True)
    hand = Thumb(tale.phone)
    hand.tap(tale.phone.get_by_role("link", name="Retirer un droit"))
    arrived(tale.phone, re.compile("^Retirer un droit"))
    hand.tap(tale.phone.get_by_label("Tous ses droits"))
    hand.press("Retirer maintenant")
    acknowledgement = tale.phone.locator(NEWS)
    expect(acknowledgement).to_contain_text("La mairie est prévenue.")
    expect(acknowledgement).to_be_in_viewport()
    tell("taps to take a right back, from one's space", "", str(hand.taps))
    assert hand.taps <= 3
    tale.is_written("retiré", "ne peut plus venir chercher Loïc")

    tale.agent.sign_in()
    notice = tale.desk.locator("section", has_text="Jeanne Le Goff").first
    expect(notice).to_contain_text("Retiré")
    tale.open_dossier()
    expect(tale.desk.locator("#retraits")).to_be_visible()
    tale.look(tale.desk, "mairie-apres-un-retrait")


def test_a_dossier_is_modified_then_cancelled_before_anyone_opens_it(tale: Tale) -> None:
    tale.begin()
    press(tale.phone, "Modifier ma demande")
    arrived(tale.phone, "Votre entourage")
    tale.on_the_phone("Loïc").get_by_role("link", name=re.compile("^Modifier")).click()
    arrived(tale.phone, re.compile("^Modifier"))
    fill(tale.phone, given_name="Loïck")
    press(tale.phone, "Enregistrer")
    arrived(tale.phone, "Votre entourage")
    expect(tale.on_the_phone("Loïck")).to_contain_text("Modifié, pas encore envoyé")
    tale.read_again()
    assert tale.parent.deposit() == tale.reference
    tale.is_written("déposé", "Loïck")

    tale.parent.see_space()
    follow(tale.phone, "Annuler ma demande")
    arrived(tale.phone, re.compile("^Annuler la demande"))
    tale.look(tale.phone, "annuler")
    press(tale.phone, "Annuler ma demande")
    expect(tale.phone.locator(NEWS)).to_contain_text("Votre demande est annulée")
    tale.look(tale.phone, "espace-annule")

    tale.agent.sign_in()
    tale.open_dossier()
    assert said(tale.status()) == "Annulé"
    expect(tale.desk.get_by_text("il n'y a rien à répondre")).to_be_visible()
    tale.look(tale.desk, "mairie-annule")


def test_an_agent_who_decides_on_what_has_just_changed_is_shown_the_difference(tale: Tale) -> None:
    tale.begin()
    tale.agent.sign_in()
    tale.open_dossier()
    tale.change_the_list()
    tale.on_the_phone("Jeanne").get_by_role("link", name=re.compile("^Modifier")).click()
    arrived(tale.phone, "Modifier : Jeanne")
    fill(tale.phone, phone="06 55 44 33 22")
    press(tale.phone, "Enregistrer")
    arrived(tale.phone, "Votre entourage")
    tale.read_again()
    assert tale.parent.deposit() == tale.reference

    jeanne = tale.at_the_desk("Jeanne Le Goff")
    jeanne.get_by_label("Demande acceptée", exact=True).check()
    press(tale.desk, "Enregistrer toutes les décisions")
    expect(tale.desk.locator("#summary")).to_contain_text("Jeanne Le Goff : la famille a changé sa demande")
    expect(jeanne.locator("del")).to_have_text("02 40 12 34 56")
    expect(jeanne.locator("ins")).to_have_text("06 55 44 33 22")
    tale.look(tale.desk, "mairie-demande-changee")
    tale.accept_all()
    tale.is_written("Réponse", "Jeanne Le Goff : demande acceptée")
