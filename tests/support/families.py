"""Families whose dossier is deposited, made through the stores."""

from dataclasses import replace
from datetime import date

from sqlite_utils import Database

from wizard import clock
from wizard.db import transaction
from wizard.models import Address, Dossier, Identity, Link, Residence, Right, Role
from wizard.stores import accounts, dossiers, people

CAMILLE = Identity("Martin", "Camille", title="madame", mobile="+33612345678", email="camille@exemple.fr")
LOIC = Identity("Martin", "Loïc", birthdate=date(2019, 9, 3))
JEANNE = Identity("Le Goff", "Jeanne", phone="+33240123456")
ADDRESS = Address("12 rue de la Loire, 44521 Oudon", "rue de la Loire", "44521", "Oudon", "ban", to_check=True)


def a_family(db: Database, name: str = "Martin", given_name: str = "Camille", phone: str = "+33612345678") -> Dossier:
    """Return the deposited dossier of a mother, her son and a grandmother who may collect him."""
    with transaction(db):
        now = clock.now()
        household = people.add_household(db, dossiers.new_reference(db), "generated", now)
        mother = replace(CAMILLE, birth_name=name, given_name=given_name, mobile=phone)
        ids = [people.add_person(db, one, now) for one in (mother, replace(LOIC, birth_name=name), JEANNE)]
        for person, role in zip(ids, (Role.REPRESENTATIVE, Role.CHILD, Role.CONTACT), strict=True):
            people.add_member(db, household, person, role)
        people.set_address(db, ids[0], ADDRESS)
        people.link(db, ids[0], ids[1], Link.MOTHER)
        people.link(db, ids[2], ids[1], Link.GRANDPARENT)
        people.set_residence(db, household, ids[1], Residence.ALTERNATING)
        people.grant(db, ids[2], Right(ids[1], may_collect=True, emergency=False))
        reference = dossiers.new_reference(db)
        dossier = dossiers.add(db, reference, household, _an_account(db, household, ids[0]), ids, now)
    deposited = dossiers.by_id(db, dossier)
    assert deposited is not None
    return deposited


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


def decide(db: Database, **decisions: str) -> None:
    """Answer the last dossier: given name → decision."""
    with transaction(db):
        (dossier,) = db.execute("SELECT max(id) FROM dossiers").fetchone()
        db.execute("UPDATE dossier_people SET decision = 'accepted' WHERE dossier = ?", (dossier,))
        for name, decision in decisions.items():
            db.execute(
                "UPDATE dossier_people SET decision = ?, motive = 'other', comment = 'Voir la mairie.'"
                " WHERE dossier = ? AND person = (SELECT id FROM people WHERE given_name = ?)",
                (decision, dossier, name),
            )
        db.execute("UPDATE dossiers SET answered_at = ? WHERE id = ?", (clock.stamp(clock.now()), dossier))
