"""Whom the demonstration's families are made of: names, ages, phones and addresses, drawn from their number."""

import tomllib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random

from wizard.clock import today
from wizard.models import Address, Identity, Link, Residence, Role, Title
from wizard.services import geocoding
from wizard.services.deposit import Declared

# The ids that the people of a family have in its drafts.
PARENT, CHILD, OTHER_CHILD = "parent", "child", "other_child"
CO_PARENT, CONTACT, NEIGHBOUR = "co_parent", "contact", "neighbour"

_BOTH, _YEAR = (CHILD, OTHER_CHILD), 365


@dataclass(frozen=True)
class Made:
    """A family before it does anything: its parent, where they live, whom it may declare."""

    number: int
    parent: Identity
    home: Address
    people: dict[str, Declared]

    @property
    def email(self) -> str:
        """The address of its account."""
        return email(self.number)


def email(number: int) -> str:
    """Return the address of the account of a family."""
    return f"famille{number + 1:02}@familles.example"


def made(number: int) -> Made:
    """Return a family, the same whenever it is made; its children do not grow older."""
    chance = Random(number)  # nosec B311
    surname, given = _drawn("surnames", number), _drawn("mothers", number)
    parent = Identity(surname, given, title=Title.MADAME, mobile=_phone(chance))
    people = (*_children(chance, number, surname), _co_parent(chance, number), *_contacts(chance, number))
    return Made(number, parent, _home(number), {one.id: one for one in people})


def next_town(home: Address) -> Address:
    """Return an address of the next town, typed by hand."""
    label = "3 rue des Vinaigriers, 44150 Ancenis-Saint-Géréon"
    there = replace(home, label=label, house_number="3", street="rue des Vinaigriers", source="manuel", to_check=True)
    return replace(there, postcode="44150", city="Ancenis-Saint-Géréon", citycode=None, ban_id=None)


def _children(chance: Random, number: int, surname: str) -> tuple[Declared, Declared]:
    lives = chance.choice((Residence.HERE, Residence.HERE, Residence.ALTERNATING))
    first = Identity(surname, _drawn("children", number), birthdate=_born(chance, 3, 10))
    second = Identity(surname, _drawn("children", number + 13), birthdate=_born(chance, 0, 13))
    return (
        Declared(CHILD, Role.CHILD, first, lives, my_link=Link.MOTHER),
        Declared(OTHER_CHILD, Role.CHILD, second, Residence.HERE, my_link=Link.MOTHER),
    )


def _co_parent(chance: Random, number: int) -> Declared:
    surname, given = _drawn("surnames", number + 11), _drawn("fathers", number)
    address = f"parent{number + 1:02}@familles.example"
    father = Identity(surname, given, title=Title.MONSIEUR, mobile=_phone(chance), email=address)
    links = dict.fromkeys(_BOTH, Link.FATHER)
    return Declared(CO_PARENT, Role.CO_REPRESENTATIVE, father, same_address=number % 3 > 0, links=links)


def _contacts(chance: Random, number: int) -> tuple[Declared, Declared]:
    elder = Identity(_drawn("surnames", number + 11), _drawn("elders", number), phone=_phone(chance))
    other = Identity(_drawn("surnames", number + 7), _drawn("elders", number + 3), phone=_phone(chance))
    may = {CHILD: (True, True), OTHER_CHILD: (True, False)}
    links = dict.fromkeys(_BOTH, Link.GRANDPARENT)
    return (
        Declared(CONTACT, Role.CONTACT, elder, links=links, rights=may),
        Declared(NEIGHBOUR, Role.CONTACT, other, links={CHILD: Link.NEIGHBOUR}, rights={CHILD: (False, True)}),
    )


def _born(chance: Random, youngest: int, oldest: int) -> date:
    return today() - timedelta(days=chance.randint(youngest * _YEAR + 30, oldest * _YEAR))


def _phone(chance: Random) -> str:
    """Return a number that is nobody's, of those that Arcep keeps for fiction: 06 39 98 00 00 to 99 99."""
    return f"+3363998{chance.randint(0, 9999):04}"


def _home(number: int) -> Address:
    text = f"{number % 9 + 1} {_drawn('streets', number)} 44521 Oudon"
    found = geocoding.search(text, 1)
    if found:
        return geocoding.address_of(found[0])
    return Address(text, _drawn("streets", number), "44521", "Oudon", "manuel", to_check=True)


def _drawn(kind: str, number: int) -> str:
    names = _names()[kind]
    return names[number % len(names)]


@cache
def _names() -> dict[str, list[str]]:
    return tomllib.loads(Path(__file__).with_name("people.toml").read_text("utf-8"))
