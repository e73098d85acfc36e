"""What a declaration says, each thing by its name: what agents read of a change, and parents in their copy."""

from dataclasses import replace
from datetime import date

import pytest

from tests.support.families import ADDRESS, CAMILLE
from wizard.french import plain
from wizard.models import Declaration, Link, PreferredContact, Residence, Right, Role, Sex
from wizard.services.differences import between, told

pytestmark = pytest.mark.usefixtures("app_context")

CHILD, PARENT = 2, 1
NAMES = {PARENT: "Camille Martin", CHILD: "Loïc Martin"}
WHOLE = Declaration(
    Role.CONTACT,
    replace(
        CAMILLE,
        institution="Foyer des Iris",
        usage_name="Petit",
        birthdate=date(1990, 3, 9),
        sex=Sex.GIRL,
        phone="+33240123456",
        preferred_contact=PreferredContact.SMS,
        sms_ok=True,
    ),
    residence=Residence.ALTERNATING,
    same_address=True,
    address=ADDRESS,
    links={CHILD: Link.GRANDPARENT},
    rights=(Right(CHILD, may_collect=True, emergency=True),),
    leaves=True,
    invite=True,
)
TOLD = {
    "Service ou institution": "Foyer des Iris",
    "Civilité": "Madame",
    "Nom de naissance": "Martin",
    "Nom d'usage": "Petit",
    "Prénom": "Camille",
    "Date de naissance": "9 mars 1990",
    "Sexe": "fille",
    "Téléphone portable": "06 12 34 56 78",
    "Téléphone": "02 40 12 34 56",
    "Courriel": "camille@exemple.fr",
    "Contact préféré": "par SMS",
    "Accepte les SMS": "oui",
    "Adresse": "12 rue de la Loire, 44521 Oudon",
    "Même adresse que le représentant": "oui",
    "Résidence": "en alternance",
    "Lien avec Loïc Martin": "Grand-parent",
    "Venir chercher Loïc Martin": "oui",
    "Appel en cas d'urgence pour Loïc Martin": "oui",
    "Invitation à ouvrir son espace": "oui",
    "Quitte le foyer": "oui",
}


def in_plain_letters(said: dict[str, str]) -> dict[str, str]:
    return {plain(label): plain(value) for label, value in said.items()}


def test_a_whole_declaration_is_told_in_the_words_and_the_order_of_the_pages() -> None:
    said = in_plain_letters(told(WHOLE, NAMES))
    assert list(said.items()) == list(TOLD.items())


def test_what_is_not_said_is_not_told() -> None:
    empty = Declaration(Role.CONTACT, replace(CAMILLE, given_name="", title=None, mobile=None, email=None))
    assert told(empty, NAMES) == {"Nom de naissance": "Martin"}


def test_a_tie_to_whom_is_known_no_more_is_told_without_a_name() -> None:
    said = Declaration(Role.CONTACT, CAMILLE, links=WHOLE.links, rights=WHOLE.rights)
    ties = {label for label in in_plain_letters(told(said, {})) if label not in TOLD}
    assert ties == {"Lien avec ", "Venir chercher ", "Appel en cas d'urgence pour "}


def test_what_is_said_otherwise_comes_in_the_order_of_before_with_what_is_new_at_the_end() -> None:
    after = replace(WHOLE, identity=replace(WHOLE.identity, title=None, phone="+33240836017"), leaves=False)
    after = replace(after, links={PARENT: Link.FRIEND})
    said = [(plain(one.label), plain(one.before), plain(one.after)) for one in between(WHOLE, after, NAMES)]
    assert said == [
        ("Civilité", "Madame", ""),
        ("Téléphone", "02 40 12 34 56", "02 40 83 60 17"),
        ("Lien avec Loïc Martin", "Grand-parent", ""),
        ("Quitte le foyer", "oui", ""),
        ("Lien avec Camille Martin", "", "Ami ou amie"),
    ]
    assert between(WHOLE, WHOLE, NAMES) == ()


@pytest.mark.parametrize("part", ["apartment", "building", "floor"])
def test_another_door_of_the_same_house_is_a_difference(part: str) -> None:
    (said,) = between(WHOLE, replace(WHOLE, address=replace(ADDRESS, **{part: "4"})), NAMES)
    assert plain(said.label) == "Adresse" and said.before == ADDRESS.label
    assert said.after.startswith(f"{ADDRESS.label}, ") and said.after.endswith(" 4")
