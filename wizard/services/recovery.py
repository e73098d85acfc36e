"""Lost identifier or password: a mail to the address, and a link that changes the password once."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.models import Account, TokenPurpose
from wizard.services import household, mail_turns, outbox, passwords, signin, tokens
from wizard.services.mail_turns import Purpose, Turn
from wizard.settings import get_settings
from wizard.stores import accounts, seals

LIFETIME = timedelta(minutes=30)


def start(db: Database, email: str, networks: Sequence[str]) -> Turn:
    """Write to an address, whatever is known of it, unless its turn is refused: that depends on what is known neither.

    Links asked for before still serve: strangers may ask, and only the owner reads them.
    """
    settings = get_settings()
    with transaction(db):
        turn = mail_turns.take(db, Purpose.RECOVERY, email, networks)
        if turn.refused:
            return turn
        account = accounts.by_email(db, email)
        # An account that waits may be a stranger's: its own mails say how to activate it.
        known = account.id if account and account.activated_at else None
        lifetime = LIFETIME + (turn.at - now())
        issued = tokens.issue(db, TokenPurpose.PASSWORD, account=known, lifetime=lifetime, replacing=False)
        if account and known:
            link = f"{settings.public_url}/mot-de-passe/{issued.token}"
            outbox.enqueue(db, "lost_access", email, due_at=turn.at, identifier=account.identifier, link=link)
        else:
            outbox.enqueue(db, "no_account", email, due_at=turn.at)
    return turn


def account_of(db: Database, token: str) -> Account | None:
    """Return the account whose password a link may change."""
    found = tokens.peek(db, TokenPurpose.PASSWORD, token)
    return accounts.by_id(db, found.account) if found and found.account else None


def weaknesses(db: Database, account: Account, password: str) -> tuple[str, ...]:
    """Return why a password is refused for this account, in sentences."""
    return passwords.check(password, personal_words(db, account))


def change_password(db: Database, account: int, password_hash: str) -> None:
    """Keep the hash of a new password, end every session and tell the owner, in the open transaction.

    The former one opens nothing any more, even once a copy is restored.
    """
    seals.break_account(db, account, now())
    accounts.set_password(db, account, password_hash)
    accounts.bump_epoch(db, account)
    found = accounts.by_id(db, account)
    assert found is not None
    outbox.enqueue(db, "password_changed", found.email)


def reset(db: Database, token: str, password: str, network: str) -> bool:
    """Change the password of a link's account, once; False when the link no longer serves.

    Whoever reads the mailbox has no more to wait for past failures.

    Raises passwords.Busy when too many are being hashed.
    """
    password_hash = passwords.hash_password(password)
    with transaction(db):
        found = tokens.consume(db, TokenPurpose.PASSWORD, token)
        if not found or not found.account:
            return False
        change_password(db, found.account, password_hash)
        signin.forget_failures(db, found.account, network)
    return True


def personal_words(db: Database, account: Account) -> Iterable[str]:
    """Give what others know of the owner, so what a password must not be made of."""
    town = get_settings().town
    yield from (town.name, town.postcode, account.email, account.identifier)
    for member in household.read(db, account.household).everyone:
        yield from member.identity.name.split()
