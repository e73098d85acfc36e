"""Whom the demonstration's families are made of: names, ages, phones and addresses, drawn from their number."""

import tomllib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random

from wizard.clock import today
from wizard.models import Address, Identity, Link, Residence, Role, Sex, Title
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
    mother, father = _parents(chance, number)
    parent, other = (father, mother) if number % 4 == 1 else (mother, father)
    people = (*_children(chance, number, parent), _co_parent(number, other), *_contacts(chance, number))
    return Made(number, parent, _home(number), {one.id: one for one in people})


def next_town(home: Address) -> Address:
    """Return an address of the next town, as the list of addresses has it."""
    label = "3 rue des Vinaigriers, 44150 Ancenis-Saint-Géréon"
    there = replace(home, label=label, house_number="3", street="rue des Vinaigriers", source="ban", to_check=False)
    return replace(there, postcode="44150", city="Ancenis-Saint-Géréon", citycode="44003", ban_id=None)


def _parents(chance: Random, number: int) -> tuple[Identity, Identity]:
    """Return a mother and a father."""
    mother = Identity(_drawn("surnames", number), _drawn("mothers", number), title=Title.MADAME, mobile=_phone(chance))
    father = Identity(
        _drawn("surnames", number + 11), _drawn("fathers", number), title=Title.MONSIEUR, mobile=_phone(chance)
    )
    return mother, father


def _children(chance: Random, number: int, parent: Identity) -> tuple[Declared, Declared]:
    lives = chance.choice((Residence.HERE, Residence.HERE, Residence.ALTERNATING))
    first = _child(number, parent.birth_name, _born(chance, 3, 10))
    second = _child(number + 13, parent.birth_name, _born(chance, 0, 13))
    mine = _link(parent)
    return (
        Declared(CHILD, Role.CHILD, first, lives, my_link=mine),
        Declared(OTHER_CHILD, Role.CHILD, second, Residence.HERE, my_link=mine),
    )


def _child(number: int, surname: str, born: date) -> Identity:
    """Return a girl or a boy; of some, it is not said."""
    kind, sex = ("girls", Sex.GIRL) if number % 2 else ("boys", Sex.BOY)
    return Identity(surname, _drawn(kind, number // 2), birthdate=born, sex=None if number % 9 == 8 else sex)


def _link(parent: Identity) -> Link:
    return Link.MOTHER if parent.title is Title.MADAME else Link.FATHER


def _co_parent(number: int, parent: Identity) -> Declared:
    written = replace(parent, email=f"parent{number + 1:02}@familles.example")
    links = dict.fromkeys(_BOTH, _link(parent))
    return Declared(CO_PARENT, Role.CO_REPRESENTATIVE, written, same_address=number % 3 > 0, links=links)


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
