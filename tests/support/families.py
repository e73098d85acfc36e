"""Families whose dossier is deposited, made through the stores."""

from dataclasses import replace
from datetime import date

from sqlite_utils import Database

from wizard import clock
from wizard.db import transaction
from wizard.models import (
    Address,
    Decision,
    DecisionLine,
    Declaration,
    Dossier,
    Identity,
    Link,
    Residence,
    Right,
    Role,
)
from wizard.services import facts
from wizard.stores import accounts, declarations, dossiers, people

CAMILLE = Identity("Martin", "Camille", title="madame", mobile="+33612345678", email="camille@exemple.fr")
LOIC = Identity("Martin", "Loïc", birthdate=date(2019, 9, 3))
INES = Identity("Martin", "Inès", birthdate=date(2021, 4, 2))
JEANNE = Identity("Le Goff", "Jeanne", phone="+33240123456")
DOMINIQUE = Identity("Durand", "Dominique", mobile="+33698765432")
ADDRESS = Address("12 rue de la Loire, 44521 Oudon", "rue de la Loire", "44521", "Oudon", "ban", to_check=True)


def a_family(db: Database, name: str = "Martin", given_name: str = "Camille", phone: str = "+33612345678") -> Dossier:
    """Return the deposited dossier of a mother, her son and a grandmother who may collect him."""
    with transaction(db):
        now = clock.now()
        household = people.add_household(db, dossiers.new_reference(db), "generated", now)
        mother = replace(CAMILLE, birth_name=name, given_name=given_name, mobile=phone)
        ids = [people.add_person(db, one, now) for one in (mother, replace(LOIC, birth_name=name), JEANNE)]
        people.add_member(db, household, ids[0], Role.REPRESENTATIVE)
        people.set_address(db, ids[0], ADDRESS)
        reference = dossiers.new_reference(db)
        dossier = dossiers.add(db, reference, household, _an_account(db, household, ids[0]), now)
        for person, declaration in zip(ids, _declared(mother, replace(LOIC, birth_name=name), *ids), strict=True):
            ask(db, dossier, person, declaration)
    return found(db, dossier)


def _declared(mother: Identity, child: Identity, parent: int, son: int, _contact: int) -> list[Declaration]:
    return [
        Declaration(Role.REPRESENTATIVE, mother, address=ADDRESS),
        Declaration(Role.CHILD, child, residence=Residence.ALTERNATING, links={parent: Link.MOTHER}),
        Declaration(Role.CONTACT, JEANNE, links={son: Link.GRANDPARENT},
            rights=(Right(son, may_collect=True, emergency=False),)),
    ]  # fmt: skip


def ask(db: Database, dossier: int, person: int, declaration: Declaration) -> None:
    """Ask something of someone in a dossier, in the open transaction."""
    declarations.add(db, dossier, person, declaration, clock.now())
    dossiers.ask(db, dossier, person, declaration.role)


def with_a_father(db: Database, dossier: Dossier) -> Dossier:
    """Ask for the father of the child of a family in the same dossier, and return it."""
    child = dossier.lines[1].person
    declaration = Declaration(Role.CO_REPRESENTATIVE, DOMINIQUE, same_address=True, links={child: Link.FATHER})
    with transaction(db):
        ask(db, dossier.id, people.add_person(db, DOMINIQUE, clock.now()), declaration)
    return found(db, dossier.id)


def a_sister(db: Database, family: Dossier) -> int:
    """Accept another child of a family, in a dossier of her own, and return her number."""
    with transaction(db):
        girl = people.add_person(db, INES, clock.now())
        added = dossiers.add(db, dossiers.new_reference(db), family.household, family.account, clock.now())
        links = {family.lines[0].person: Link.MOTHER}
        ask(db, added, girl, Declaration(Role.CHILD, INES, Residence.HERE, links=links))
    decide(db, added)
    return girl


def ask_more(db: Database, dossier: Dossier) -> None:
    """Ask, in the dossier of a family that was accepted, for a father, another name and right of the contact."""
    with_a_father(db, dossier)
    child, contact = (line.person for line in dossier.lines[1:3])
    renamed, rights = replace(JEANNE, birth_name="Ploumanac"), (Right(child, may_collect=True, emergency=True),)
    with transaction(db):
        ask(db, dossier.id, contact, Declaration(Role.CONTACT, renamed, links={child: Link.GRANDPARENT}, rights=rights))


def ask_contact(db: Database, dossier: Dossier, *, may_collect: bool, emergency: bool) -> None:
    """Ask the rights of the contact of a family anew, and have them accepted."""
    child, contact = (line.person for line in dossier.lines[1:3])
    rights = (Right(child, may_collect, emergency),)
    with transaction(db):
        ask(db, dossier.id, contact, Declaration(Role.CONTACT, JEANNE, links={child: Link.GRANDPARENT}, rights=rights))
    decide(db, dossier.id)


def found(db: Database, dossier: int) -> Dossier:
    """Return a dossier as it is now."""
    now = dossiers.by_id(db, dossier)
    assert now is not None
    return now


def _an_account(db: Database, household: int, person: int) -> int:
    account = accounts.add(
        db,
        household=household,
        person=person,
        email=f"parent{person}@exemple.fr",
        username=None,
        password_hash="$argon2id$never",
        now=clock.now(),
    )
    accounts.activate(db, account, clock.now())
    return account


def decide(db: Database, dossier: int | None = None, reason: str = "other", comment: str = "Voir la mairie.",
    **decisions: str) -> None:  # fmt: skip
    """Answer a dossier, the last one by default: given name → decision; whoever is not named is accepted."""
    with transaction(db):
        number = dossier or db.execute("SELECT max(id) FROM dossiers").fetchone()[0]
        names = {person: name.split()[0] for person, name in dossiers.names(db, number).items()}
        for line in found(db, number).asked:
            decision = Decision(decisions.get(names[line.person], "accepted"))
            why = (None, None) if decision is Decision.ACCEPTED else (reason, comment)
            version = declarations.latest_in(db, number, line.person)
            dossiers.set_decision(db, number, DecisionLine(line.person, decision, *why), version)
        facts.follow(db, found(db, number), clock.now())


PAUL = Identity("Morel", "Paul", mobile="+33699887766", email="paul.morel@exemple.fr")


def a_co_parent(db: Database, dossier: Dossier, identity: Identity = PAUL) -> int:
    """Let a father of the child of `a_family` be declared and accepted, in a dossier of its own, with the child."""
    with transaction(db):
        now, father = clock.now(), people.add_person(db, identity, clock.now())
        mother, son, _contact = (line.person for line in dossier.lines)
        name = people.members(db, dossier.household)[0].identity.birth_name
        added = dossiers.add(db, dossiers.new_reference(db), dossier.household, dossier.account, now)
        child = replace(LOIC, birth_name=name)
        ask(db, added, son, Declaration(Role.CHILD, child, Residence.ALTERNATING, links={mother: Link.MOTHER}))
        ask(db, added, father, Declaration(Role.CO_REPRESENTATIVE, identity, links={son: Link.FATHER}))
    decide(db, added)
    return father


def tick_both(db: Database) -> None:
    """Let every contact be asked for both rights, whatever is decided of them."""
    db.execute("""UPDATE declarations SET data = json_set(data, '$.rights', (SELECT json_group_array(json_array(
        value ->> 0, json('true'), json('true'))) FROM json_each(data, '$.rights')))""")
    db.execute("UPDATE contact_rights SET may_collect = 1, emergency = 1")
