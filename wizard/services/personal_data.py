"""What a parent decides about their own data: corrected, moved to another address, deleted for good."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.models import Account, Identity, TokenPurpose
from wizard.services import (
    amending,
    asking,
    families,
    household,
    mail_turns,
    outbox,
    pace,
    passwords,
    recovery,
    retention,
    standing,
    tokens,
)
from wizard.services.documents import sweeping
from wizard.services.mail_turns import Purpose, Turn
from wizard.services.standing import Situation
from wizard.settings import get_settings
from wizard.stores import accounts, people

EMAIL_LIFETIME = timedelta(hours=24)
DELETION_LIFETIME = timedelta(hours=48)


def identity_of(db: Database, account: Account) -> Identity:
    """Return what is known of the account's own person."""
    return household.read(db, account.household).parent.identity


def situation_of(db: Database, account: Account) -> Situation:
    """Return where the account's own person stands."""
    return standing.situations(household.read(db, account.household))[account.person]


def correct(db: Database, account: Account, identity: Identity) -> bool:
    """Keep the identity and the phones as corrected; say whether the town hall, which asked for it, is sent them.

    Raises TooSoon past the changes of an account.
    """
    with transaction(db):
        changes = amending.of_identity(identity_of(db, account), identity)
        if changes:
            pace.of_an_amendment(db, account.id)
        people.set_identity(db, account.person, identity)
        amending.record(db, account.household, {account.person: changes}, now())
        return sent_back(db, account)


def sent_back(db: Database, account: Account) -> bool:
    """Ask of the account's own person anew if the town hall asked to correct them; say whether it did.

    In the open transaction, once all is as it shall be. A dossier that is asked about them and waits for its answer
    asks it of them as they are now.
    """
    found = household.read(db, account.household)
    line, asked = found.lines.get(account.person), found.last.get(account.person)
    said = household.declaration_of(found.parent, found.parent)
    if line and line.waits_for_family:
        asking.ask(db, account, {account.person: said}, now())
    elif line and asked and line.waits_for_town and asked.declaration != said:
        asking.declare(db, asked.dossier, account.person, said, now(), again=True)
    return bool(line and line.waits_for_family)


def change_password(db: Database, account: Account, password: str) -> None:
    """Keep a new password; everything opened under the former one ends, and the owner is told.

    Raises passwords.Busy when too many are being hashed.
    """
    password_hash = passwords.hash_password(password)
    with transaction(db):
        recovery.change_password(db, account.id, password_hash)


def ask_email(db: Database, account: Account, email: str, networks: Sequence[str]) -> Turn:
    """Write to the new address, which a link in that mail will prove, unless its turn is refused.

    The owner of an account that has this address already is told so; whoever asked learns nothing.
    """
    with transaction(db):
        turn = mail_turns.take(db, Purpose.OTHER, email, networks)
        if turn.refused:
            return turn
        if accounts.by_identifier(db, email):
            outbox.enqueue(db, "already_registered", email, due_at=turn.at)
        else:
            issued = tokens.issue(db, TokenPurpose.EMAIL, account=account.id, email=email, lifetime=EMAIL_LIFETIME)
            link = _link(f"/courriel/{issued.token}")
            outbox.enqueue(db, "email_change", email, due_at=turn.at, link=link)
    return turn


def change_email(db: Database, token: str) -> bool:
    """Change the address, once; every session ends, the former address is told.

    False when the link no longer serves, or another account proved the address first.
    """
    with transaction(db):
        found = tokens.consume(db, TokenPurpose.EMAIL, token)
        account = accounts.by_id(db, found.account) if found and found.account else None
        if not found or not account or not found.email:
            return False
        given_name = accounts.given_name(db, account.email)
        try:
            accounts.set_email(db, account.id, found.email)
        except accounts.EmailTaken:
            return False
        accounts.bump_epoch(db, account.id)
        changes = amending.of_email(account.email, found.email)
        amending.record(db, account.household, {account.person: changes}, now())
        # The former address is no account's any more, or that of someone who has yet to prove it.
        whom = (account.household, account.person)
        outbox.enqueue(db, "email_changed", account.email, whom=whom, given_name=given_name)
        families.match(db, replace(account, email=found.email))
    return True


def is_changed(db: Database, token: str) -> bool:
    """Whether a link did its work: its second click is no failure."""
    found = tokens.known(db, TokenPurpose.EMAIL, token)
    account = accounts.by_id(db, found.account) if found and found.used and found.account else None
    return bool(found and account and account.email == found.email)


def ask_deletion(db: Database, account: Account, networks: Sequence[str]) -> Turn:
    """Send the link that deletes the account, unless its turn is refused."""
    with transaction(db):
        turn = mail_turns.take(db, Purpose.OTHER, account.email, networks)
        if not turn.refused:
            issued = tokens.issue(db, TokenPurpose.DELETION, account=account.id, lifetime=DELETION_LIFETIME)
            link = _link(f"/suppression/{issued.token}")
            outbox.enqueue(db, "deletion", account.email, due_at=turn.at, link=link)
    return turn


def delete(db: Database, token: str) -> bool:
    """Delete the account of a link with all that it holds; False when the link no longer serves."""
    with transaction(db):
        found = tokens.consume(db, TokenPurpose.DELETION, token)
        account = accounts.by_id(db, found.account) if found and found.account else None
        if account is None:
            return False
        retention.erase(db, account, now())
    sweeping.leave_nothing(db)
    return True


def _link(path: str) -> str:
    return get_settings().public_url + path
