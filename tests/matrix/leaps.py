"""The steps that several walks through the town's frame share."""

from visitor import Visitor

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
