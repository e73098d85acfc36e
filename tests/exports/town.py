"""A town of made-up families, from a seed: awkward names, foreign phones, unknown sexes and titles, two homes."""

import random
from dataclasses import replace
from datetime import date, timedelta

from sqlite_utils import Database

from tests.support.families import ADDRESS
from wizard import clock
from wizard.db import transaction
from wizard.models import Address, Identity, Link, Residence, Right, Role, Sex, Title
from wizard.stores import people
from wizard.values.dates import PartialDate

SURNAMES = ["Martin", "Le Goff", "de La Tour", "McAdam", "O'Connor", "Mbappé", "Yılmaz", "N'Diaye", "Łukasik", "李",
    "Œuvrard", "Jean-Lo-uis", "None", "D'Almeida y Silva", "الحسن", "Ñíguez", "Saint-Martin", "X"]  # fmt: skip
GIVEN = ["Camille", "Loïc", "Anne Marie", "Jean-Yv-es", "Zoé", "", "Éloïse", "Noé", "Inès", "Ba", "Aïssatou", "Léo",
    "Léonie"]  # fmt: skip
PHONES = [None, "+33612345678", "+33240123456", "+32470123456", "+352621123456", "+262692123456", "+508412345"]
PLACES = [
    ADDRESS,
    replace(ADDRESS, house_number="12", suffix="bis", apartment="4", building="B", floor="2"),
    Address("3 rue Haute, Pont-du-Château", "rue Haute", "63430", "Pont-du-Château", "typed", house_number="3"),
    Address("5 rue Neuve, Bruxelles, Belgique", "rue Neuve", "1000", "Bruxelles", "typed", country="BE"),
    None,
]


def furnish(db: Database, families: int, seed: int = 1) -> None:
    """Make the families, all that is theirs accepted."""
    draw = random.Random(seed)
    with transaction(db):
        children: list[int] = []
        for number in range(families):
            children += _family(db, draw, number, draw.choice(children) if children and draw.random() < 0.1 else None)


def _family(db: Database, draw: random.Random, number: int, shared: int | None) -> list[int]:
    now = clock.now()
    home = people.add_household(db, f"{number:08}", draw.choice(["generated", "link", "known"]), now)  # type: ignore[arg-type]
    parent, where = _adult(db, draw, number), draw.choice(PLACES)
    people.add_member(db, home, parent, Role.REPRESENTATIVE)
    adults = [parent]
    for _one in range(draw.choice([0, 0, 1, 1, 2])):
        adults.append(_adult(db, draw, number, institution=draw.random() < 0.1))
        people.add_member(db, home, adults[-1], Role.CO_REPRESENTATIVE)
    for adult in adults:
        if where and (adult == parent or draw.random() < 0.7):
            people.set_address(db, adult, where)
    born = [people.add_person(db, _child(draw, number), now) for _one in range(draw.choice([1, 1, 2, 3]))]
    for child in [*born, shared] if shared else born:
        people.add_member(db, home, child, Role.CHILD)
        people.set_residence(db, home, child, draw.choice(list(Residence)))
        people.link(db, parent, child, draw.choice(list(Link)))
    for _one in range(draw.choice([0, 1, 2])):
        contact = _adult(db, draw, number)
        people.add_member(db, home, contact, Role.CONTACT)
        for child in born:
            may, emergency = draw.choice([(True, True), (True, False), (False, True)])
            people.grant(db, contact, Right(child, may, emergency))
            people.link(db, contact, child, Link.GRANDPARENT)
    return born


def _adult(db: Database, draw: random.Random, number: int, *, institution: bool = False) -> int:
    given = draw.choice(GIVEN)
    identity = Identity(
        _surname(draw, number),
        f"{given}{_letters(draw)}" if given else "",
        title=draw.choice([*Title, *Title, *Title, None]),
        usage_name=_surname(draw, number) if draw.random() < 0.2 else None,
        mobile=draw.choice(PHONES),
        phone=draw.choice(PHONES),
        email=draw.choice([None, f"parent{draw.randrange(10**6)}@exemple.fr", "=cmd@exemple.fr"]),
        institution="Aide sociale à l'enfance" if institution else None,
    )
    return people.add_person(db, identity, clock.now())


def _child(draw: random.Random, number: int) -> Identity:
    day = date(2012, 1, 1) + timedelta(days=draw.randrange(4000))
    born = draw.choice([day, day, day, day, PartialDate(2015, 9), PartialDate(2014)])
    usage = _surname(draw, number) if draw.random() < 0.1 else None
    return Identity(_surname(draw, number), f"{draw.choice(GIVEN)}{_letters(draw)}", usage_name=usage, birthdate=born,
        sex=draw.choice([*Sex, *Sex, *Sex, None]))  # fmt: skip


def _surname(draw: random.Random, number: int) -> str:
    """Few families are called as another one."""
    return draw.choice(SURNAMES) + (_letters(draw) if number % 10 else "")


def _letters(draw: random.Random) -> str:
    return "".join(draw.choice("abcdefghijklmnopqrstuvwxyz") for _letter in range(draw.choice([0, 4, 5])))
