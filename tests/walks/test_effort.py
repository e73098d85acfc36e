"""What the portal asks of a parent's thumb and network, from the first page to the deposit with one child."""

from uuid import uuid4

from playwright.sync_api import Page

from tests.support.tables import Tell
from tests.support.walk import code_of
from tests.walks.strides import PASSWORD, Family, Stride, arrived
from tests.walks.thumb import Thumb
from tests.walks.town import Town

MOST = {"taps": 27, "keystrokes": 110, "bytes": 48_000}


def test_a_family_of_one_child_is_declared_with_few_gestures(phone: Page, town: Town, tell: Tell) -> None:
    hand, parent = Thumb(phone), Stride(phone, town, Family(f"c.{uuid4().hex[:11]}@exemple.fr"))
    phone.goto("/")
    sign_up(hand, parent)
    hand.type(code=code_of(parent.mailed("Création de votre espace personnel")))
    hand.press("Activer mon espace")
    arrived(phone, "Nouvelles personnes")  # without signing in once more
    declare(hand)
    spent = hand.spent()
    tell("gestures of a family of one child, at 360 pixels", "", str(spent))
    assert {name: count for name, count in spent.items() if count > MOST[name]} == {}


def sign_up(hand: Thumb, parent: Stride) -> None:
    """From the first page to the confirmation."""
    hand.follow("Créer mon espace", "Créer mon espace famille")
    hand.press("Je crée mon espace")
    arrived(hand.page, "Votre identité")
    hand.type(birth_name="Martin", given_name="Camille")
    hand.press("Suivant")
    arrived(hand.page, "Votre adresse")
    hand.type(address_query="12 rue d'anj")
    hand.tap(hand.page.get_by_role("option").first)
    hand.press("Suivant")
    arrived(hand.page, "Vos moyens de contact")
    hand.type(mobile="0612345678", email=parent.family.email)
    hand.press("Suivant")
    arrived(hand.page, "Vos identifiants")
    hand.type(password=PASSWORD)
    hand.tap(hand.page.locator(f".board label:has([value='{parent.town.right_icon(hand.page)}'])"))
    hand.press("Valider")
    arrived(hand.page, "Confirmation de création de votre espace")


def declare(hand: Thumb) -> None:
    """From « Nouvelles personnes » to the receipt."""
    hand.follow("Commencer", "Votre entourage")
    hand.follow("Ajouter un membre", "Ajouter un membre")
    hand.type(given_name="Loïc", birthdate="03092019")
    hand.choose("link", "Mère")
    hand.tap(hand.page.get_by_label("Avec moi"))
    hand.press("Ajouter")
    arrived(hand.page, "Votre entourage")
    hand.press("Aller à l'étape 2")
    arrived(hand.page, "Récapitulatif")
    hand.press("Valider")
    arrived(hand.page, "Votre dossier est déposé")
