"""Accounts for the tests, with their household and their person."""

import itertools

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.models import Account, Identity, Role
from wizard.stores import accounts, people

_numbers = itertools.count(1)

PASSWORD = "le jardin penche sous la pluie"


def an_account(
    db: Database,
    *,
    email: str | None = None,
    username: str | None = None,
    activated: bool = True,
    password_hash: str = "$argon2id$never",
    identity: Identity | None = None,
) -> Account:
    """Add a parent's account in a household of its own."""
    number = next(_numbers)
    email = email or f"parent{number}@exemple.fr"
    identity = identity or Identity("Martin", "Camille", mobile="+33612345678", email=email)
    with transaction(db):
        household = people.add_household(db, f"CLE-{number}", "link", now())
        person = people.add_person(db, identity, now())
        people.add_member(db, household, person, Role.REPRESENTATIVE)
        account = accounts.add(
            db,
            household=household,
            person=person,
            email=email,
            username=username,
            password_hash=password_hash,
            now=now(),
        )
        if activated:
            accounts.activate(db, account, now())
    found = accounts.by_id(db, account)
    assert found is not None
    return found
