"""The end of a sign-up: household, person, address and account committed at once, the mail with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.models import Address, Draft, Identity, KeyOrigin, Role
from wizard.services import activation
from wizard.stores import accounts, drafts, invitations, people

RECEIPT_LIFETIME = timedelta(days=7)


class UsernameTaken(Exception):
    """Another account has this identifier."""


@dataclass(frozen=True)
class Registration:
    """What a sign-up declares; `username` is None when it is the e-mail address, which is case-folded.

    `invitation` is the digest of the one that it comes from, "" for none.
    """

    identity: Identity
    address: Address
    email: str
    username: str | None
    password_hash: str
    enfance_key: str
    key_origin: KeyOrigin
    invitation: str = ""


def register(db: Database, draft: Draft, registration: Registration, networks: Sequence[str]) -> None:
    """Commit a sign-up: its account waits for its e-mail address to be proved. A second click changes nothing.

    Nothing here depends on whether the address is known already: only the mail does. Raises UsernameTaken.
    """
    with transaction(db):
        if drafts.exists(db, draft.id):
            _register(db, draft, registration, networks, now())


def _register(db: Database, draft: Draft, registration: Registration, networks: Sequence[str], now: datetime) -> None:
    if registration.username and accounts.username_taken(db, registration.username):
        raise UsernameTaken
    household = people.add_household(db, registration.enfance_key, registration.key_origin, now)
    person = people.add_person(db, registration.identity, now)
    people.add_member(db, household, person, Role.REPRESENTATIVE)
    people.set_address(db, person, registration.address)
    account = accounts.add(
        db,
        household=household,
        person=person,
        email=registration.email,
        username=registration.username,
        password_hash=registration.password_hash,
        now=now,
    )
    if registration.invitation:
        invitations.keep_for(db, registration.invitation, account, now)
    activation.start(db, account, networks)
    drafts.finish(db, draft, account, None, now + RECEIPT_LIFETIME)
