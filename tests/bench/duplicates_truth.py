"""Made-up families with what people do when they declare: the records, and which of them are one person.

Everything is drawn from a seed. A person is declared once or several times, each time with the slips of a hurried hand;
the pairs that a clerk would act on are kept as the truth: a child declared by two homes or twice in one, a parent with
two accounts, an adult declared twice in one home. A grandparent who is the contact of two families is none of them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import combinations
from random import Random

from sqlite_utils import Database

from tests.bench.duplicates_names import BOYS, COMMON, GIRLS, HEADS, MEN, MIDDLES, STREETS, TAILS, WOMEN
from wizard import clock
from wizard.db import transaction
from wizard.models import Address, Declaration, Identity, KeyOrigin, Link, Residence, Right, Role
from wizard.stores import accounts, declarations, dossiers, people

SEED = 20261128
TOWNS = (("44521", "Oudon"), ("44150", "Ancenis"), ("44850", "Le Cellier"), ("49530", "Orée d'Anjou"))


@dataclass(frozen=True)
class Someone:
    """A record: who it truly is of, as what, and what was typed."""

    truth: int
    role: Role
    identity: Identity


@dataclass
class Home:
    """What one account declares."""

    parent: Someone
    others: list[Someone]
    address: Address
    email: str
    key: str | None = None


@dataclass
class Town:
    """The homes of a town, as they were drawn."""

    random: Random
    homes: list[Home] = field(default_factory=list)
    people: int = 0
    numbers: dict[int, Someone] = field(default_factory=dict)
    households: dict[int, int] = field(default_factory=dict)

    def draw(self, families: int) -> None:
        """Draw so many families; some of them sign up twice, or live in two homes."""
        while len(self.homes) < families:
            self._draw_a_family()

    # Who people are.

    def _number(self) -> int:
        self.people += 1
        return self.people

    def _surname(self) -> str:
        chance = self.random
        if chance.random() < 0.35:
            return COMMON[min(int(chance.expovariate(0.06)), len(COMMON) - 1)]
        made = chance.choice(HEADS) + chance.choice(MIDDLES) + chance.choice(TAILS)
        return f"Le {made[2:].title()}" if made.startswith("Le") else made

    def _phone(self) -> str:
        return f"+33{self.random.choice('67')}{self.random.randrange(10**8):08}"

    def _address(self) -> Address:
        chance = self.random
        postcode, city = chance.choice(TOWNS)
        number, street = str(chance.randint(1, 90)), chance.choice(STREETS)
        label = f"{number} {street}, {postcode} {city}"
        return Address(label, street, postcode, city, "ban", house_number=number)

    def _email(self, identity: Identity) -> str:
        name = f"{identity.given_name}.{identity.birth_name}".casefold().replace(" ", "").replace("'", "")
        plain = name.encode("ascii", "ignore").decode()
        return f"{plain}{self.random.randrange(10**4)}@{self.random.choice(('orange', 'free', 'gmail'))}.example"

    def _adult(self, woman: bool, role: Role, surname: str | None = None) -> Someone:
        name = surname or self._surname()
        given = self.random.choice(WOMEN if woman else MEN)
        mobile = self._phone() if role is not Role.CONTACT else None
        phone = self._phone() if role is Role.CONTACT or self.random.random() < 0.2 else None
        title = ("madame" if woman else "monsieur") if self.random.random() < 0.8 else None
        identity = Identity(name, given, title=title, mobile=mobile, phone=phone)  # type: ignore[arg-type]
        told = role is not Role.CONTACT or self.random.random() < 0.3
        return Someone(self._number(), role, replace(identity, email=self._email(identity) if told else None))

    def _child(self, surname: str, born: date, given: str | None = None) -> Someone:
        girl = self.random.random() < 0.5
        name = given or self.random.choice(GIRLS if girl else BOYS)
        if self.random.random() < 0.06:
            name += " " + self.random.choice(GIRLS if girl else BOYS)
        sex = ("f" if girl else "m") if self.random.random() < 0.7 else None
        return Someone(self._number(), Role.CHILD, Identity(surname, name, birthdate=born, sex=sex))  # type: ignore[arg-type]

    def _children(self, surname: str) -> list[Someone]:
        chance, found = self.random, []
        born = date(2014, 1, 1) + timedelta(days=chance.randrange(4000))
        for _ in range(chance.choice((1, 1, 2, 2, 2, 3))):
            found.append(self._child(surname, born))
            if chance.random() < 0.03:
                found.append(self._child(surname, born, chance.choice((None, self._twin(found[-1])))))
            born += timedelta(days=500 + chance.randrange(900))
        names = [one.identity.given_name for one in found]
        return [one for at, one in enumerate(found) if one.identity.given_name not in names[:at]]

    def _twin(self, one: Someone) -> str | None:
        """Return a name close to a twin's, as parents like them."""
        close = {"Léo": "Léa", "Léa": "Léna", "Noé": "Noémie", "Emma": "Anna", "Lina": "Nina", "Mathis": "Martin",
            "Julia": "Juliette", "Lou": "Louise", "Louis": "Louise", "Gabriel": "Gabin", "Jules": "Julia"}  # fmt: skip
        return close.get(one.identity.given_name)

    # What families do.

    def _draw_a_family(self) -> None:
        chance = self.random
        father, mother = self._adult(False, Role.CO_REPRESENTATIVE), self._adult(True, Role.REPRESENTATIVE)
        surname = father.identity.birth_name if chance.random() < 0.75 else mother.identity.birth_name
        if chance.random() < 0.12:
            surname = f"{father.identity.birth_name}-{mother.identity.birth_name}"
        if chance.random() < 0.4:
            mother = replace(mother, identity=replace(mother.identity, usage_name=father.identity.birth_name))
        children = self._children(surname)
        if chance.random() < 0.5:
            father, mother = replace(father, role=Role.REPRESENTATIVE), replace(mother, role=Role.CO_REPRESENTATIVE)
        first, second = (mother, father) if mother.role is Role.REPRESENTATIVE else (father, mother)
        both = chance.random() < 0.7
        grand = [self._adult(chance.random() < 0.6, Role.CONTACT) for _ in range(chance.choice((0, 1, 1, 2)))]
        home = Home(
            first, [*([second] if both else []), *children, *grand], self._address(), self._email(first.identity)
        )
        home.key = f"F{self._number():06}" if chance.random() < 0.15 else None
        self.homes.append(home)
        self._what_happens(home, second, children)

    def _what_happens(self, home: Home, second: Someone, children: list[Someone]) -> None:
        what = self.random.random()
        if what < 0.06:
            self.homes.append(self._separated(home, second, children))
        elif what < 0.10:
            self.homes.append(self._again(home, children))
        elif what < 0.12:
            home.others.append(self._typed(self.random.choice(children)))
        elif what < 0.135 and (adults := [one for one in home.others if one.role is not Role.CHILD]):
            home.others.append(self._typed(self.random.choice(adults), moved=self.random.random() < 0.3))
        elif what < 0.17:
            self.homes.append(self._cousins(home, children))
        elif what < 0.19:
            self.homes.append(self._homonyms(home, children))

    def _separated(self, home: Home, second: Someone, children: list[Someone]) -> Home:
        """Both parents declare the children, each from their own home; often each names the other."""
        parent = self._typed(replace(second, role=Role.REPRESENTATIVE), moved=self.random.random() < 0.25)
        own = [self._typed(child) for child in children]
        if self.random.random() < 0.08:
            name = parent.identity.birth_name
            own = [replace(one, identity=replace(one.identity, birth_name=name)) for one in own]
        if self.random.random() < 0.5:
            own.append(self._typed(replace(home.parent, role=Role.CO_REPRESENTATIVE)))
        if self.random.random() < 0.3:
            own.append(
                self._child(second.identity.birth_name, date(2023, 1, 1) + timedelta(self.random.randrange(700)))
            )
        return Home(parent, own, self._address(), self._email(parent.identity))

    def _again(self, home: Home, children: list[Someone]) -> Home:
        """A parent who lost their password signs up anew with another address; some have moved meanwhile."""
        moved = self.random.random() < 0.3
        parent = self._typed(home.parent, moved=moved and self.random.random() < 0.5)
        parent = replace(parent, identity=replace(parent.identity, email=self._email(parent.identity)))
        own = [self._typed(child) for child in children if self.random.random() < 0.9]
        return Home(parent, own, self._address() if moved else home.address, parent.identity.email or "", home.key)

    def _cousins(self, home: Home, children: list[Someone]) -> Home:
        """The family of an uncle: the surname, the grandparent, now and then a given name are the same."""
        name = home.parent.identity.birth_name
        uncle = self._adult(self.random.random() < 0.5, Role.REPRESENTATIVE, name)
        own = self._children(children[0].identity.birth_name)
        grand = [self._typed(one) for one in home.others if one.role is Role.CONTACT]
        return Home(uncle, [*own, *grand], self._address(), self._email(uncle.identity))

    def _homonyms(self, home: Home, children: list[Someone]) -> Home:
        """Strangers with the same names: the parent's, and a child's born another day."""
        whose = home.parent.identity
        parent = Someone(self._number(), Role.REPRESENTATIVE, replace(whose, mobile=self._phone(), phone=None,
            email=self._email(whose)))  # fmt: skip
        like = children[0].identity
        born = date(2014, 1, 1) + timedelta(days=self.random.randrange(4000))
        child = Someone(self._number(), Role.CHILD, replace(like, birthdate=born))
        return Home(parent, [child], self._address(), self._email(whose))

    # How it is typed the second time.

    def _typed(self, one: Someone, *, moved: bool = False) -> Someone:
        said = one.identity
        if self.random.random() < 0.30:
            said = replace(said, given_name=self._otherwise(said.given_name))
        if " " in said.given_name and self.random.random() < 0.5:
            said = replace(said, given_name=said.given_name.split()[0])
        if said.email and one.role is not Role.REPRESENTATIVE and self.random.random() < 0.4:
            said = replace(said, email=None)
        if self.random.random() < 0.22:
            said = replace(said, birth_name=self._otherwise(said.birth_name))
        if one.role is Role.REPRESENTATIVE and self.random.random() < 0.2:
            said = replace(said, usage_name=None if said.usage_name else said.birth_name)
        if isinstance(said.birthdate, date) and self.random.random() < 0.12:
            said = replace(said, birthdate=self._another_day(said.birthdate))
        if one.role is not Role.CHILD and (moved or self.random.random() < 0.08):
            number = self._phone()
            said = replace(said, **{"mobile" if said.mobile else "phone": number})  # type: ignore[arg-type]
        return replace(one, identity=said)

    def _otherwise(self, name: str) -> str:
        chance, way = self.random, self.random.random()
        if way < 0.3:
            return name.translate(str.maketrans("éèêëàâîïôûüçÉ", "eeeeaaiiouucE"))
        if way < 0.45:
            return name.replace("-", " ")
        if way < 0.55:
            return name.upper()
        if way < 0.65 and ("-" in name or " " in name):
            return name.replace("-", " ").split()[0]
        at = chance.randrange(1, max(2, len(name) - 1))
        slips = (name[:at] + name[at + 1 :], name[:at] + name[at] + name[at:],
            name[: at - 1] + name[at : at + 1] + name[at - 1 : at] + name[at + 1 :],
            name[:at] + chance.choice("aeiourstln") + name[at + 1 :])  # fmt: skip
        return chance.choice(slips)

    def _another_day(self, born: date) -> date:
        if self.random.random() < 0.4 and born.day <= 12:
            return born.replace(month=born.day, day=born.month)
        return born + timedelta(days=self.random.choice((-1, 1, 1, 10)))


def write(db: Database, town: Town) -> None:
    """Put the homes of a town in a database, each with its account and its dossier, a third of them accepted."""
    with transaction(db):
        for home in town.homes:
            _write(db, town, home)


def _write(db: Database, town: Town, home: Home) -> None:
    now = clock.now()
    key, origin = (
        (home.key, KeyOrigin.LINK)
        if home.key
        else (f"G{len(town.households)}-{len(town.numbers)}", KeyOrigin.GENERATED)
    )
    household = people.add_household(db, key, origin, now)
    parent = people.add_person(db, home.parent.identity, now)
    people.add_member(db, household, parent, Role.REPRESENTATIVE)
    people.set_address(db, parent, home.address)
    account = accounts.add(db, household=household, person=parent, email=home.email, username=None,
        password_hash="$argon2id$never", now=now)  # fmt: skip
    accounts.activate(db, account, now)
    dossier = dossiers.add(db, dossiers.new_reference(db), household, account, now)
    numbers = {parent: home.parent}
    for one in home.others:
        numbers[people.add_person(db, one.identity, now)] = one
    children = [person for person, one in numbers.items() if one.role is Role.CHILD]
    for person, one in numbers.items():
        declarations.add(db, dossier, person, _said(one, home, parent, children), now)
        dossiers.ask(db, dossier, person, one.role)
        town.households[person] = household
    town.numbers |= numbers


def _said(one: Someone, home: Home, parent: int, children: list[int]) -> Declaration:
    if one.role is Role.REPRESENTATIVE:
        return Declaration(one.role, one.identity, address=home.address)
    if one.role is Role.CHILD:
        return Declaration(one.role, one.identity, Residence.HERE, links={parent: Link.GUARDIAN})
    links = dict.fromkeys(children, Link.GUARDIAN if one.role is Role.CO_REPRESENTATIVE else Link.GRANDPARENT)
    rights = tuple(Right(child, True, False) for child in children) if one.role is Role.CONTACT else ()
    return Declaration(one.role, one.identity, same_address=False, links=links, rights=rights)


def truth(town: Town) -> frozenset[tuple[int, int]]:
    """Return the pairs of records that are one person and about which a clerk would do something."""
    same: dict[int, list[int]] = {}
    for number, one in town.numbers.items():
        same.setdefault(one.truth, []).append(number)
    return frozenset(
        pair for numbers in same.values() for pair in combinations(sorted(numbers), 2) if _acted_on(town, *pair)
    )


def _acted_on(town: Town, one: int, other: int) -> bool:
    roles = {town.numbers[one].role, town.numbers[other].role}
    within = town.households[one] == town.households[other]
    return within or roles in ({Role.CHILD}, {Role.REPRESENTATIVE})


def found(db: Database) -> frozenset[tuple[int, int]]:
    """Return the pairs that the portal shows."""
    return frozenset(db.execute("SELECT one, other FROM likenesses WHERE set_aside_at IS NULL").fetchall())


def drawn(families: int, seed: int) -> Town:
    """Return a town of so many families."""
    town = Town(Random(seed))
    town.draw(families)
    return town


def measured(true: Iterable[tuple[int, int]], told: Iterable[tuple[int, int]]) -> tuple[float, float]:
    """Return the recall and the precision of the pairs told."""
    right, said = frozenset(true), frozenset(told)
    return len(right & said) / len(right), len(right & said) / max(1, len(said))


def wrong(town: Town, true: frozenset[tuple[int, int]], told: frozenset[tuple[int, int]]) -> Iterator[str]:
    """Tell each pair missed, and each told for nothing."""
    for sign, pairs in (("missed", true - told), ("told", told - true)):
        for one, other in sorted(pairs):
            mine, theirs = (town.numbers[each] for each in (one, other))
            yield f"{sign} {mine.role} {mine.identity} / {theirs.role} {theirs.identity}"
