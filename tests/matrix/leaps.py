"""The steps that several walks through the town's frame share."""

from tests.matrix.visitor import Visitor
from tests.support.walk import PASSWORD

WELCOME, IDENTITY, ADDRESS, CONTACTS = (
    "Créer mon espace famille",
    "Votre identité",
    "Votre adresse",
    "Vos moyens de contact",
)


def begin(parent: Visitor) -> None:
    """From the home page to the second step."""
    parent.press("Créer mon espace")
    parent.arrived(WELCOME)
    parent.press("Je crée mon espace")
    parent.arrived(IDENTITY)
    parent.type(birth_name="Martin", given_name="Camille")
    parent.press("Suivant")
    parent.arrived(ADDRESS)


def answer_address(parent: Visitor) -> None:
    """The second step, the address typed part by part."""
    parent.press("Mon adresse n'est pas dans la liste")
    parent.awaits("street")
    parent.type(house_number="12 bis", street="rue du Moulin", postcode="44521", city="Oudon")
    parent.press("Suivant")
    parent.arrived(CONTACTS)


def reach_confirmation(parent: Visitor, email: str) -> None:
    """From the second step to the page that waits for the mail to be read."""
    answer_address(parent)
    parent.type(mobile="06 12 34 56 78", email=email)
    parent.press("Suivant")
    parent.arrived("Vos identifiants")
    parent.type(password=PASSWORD)
    parent.press("Continuer sans l'image")
    parent.arrived("Confirmation de création de votre espace")
