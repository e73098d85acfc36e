"""Signing in: an identifier or an e-mail address, a password, and patience after failures."""

from datetime import timedelta

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.models import Account
from wizard.security import keyed_hash
from wizard.services import limits, passwords
from wizard.stores import accounts


class WrongCredentials(Exception):
    """The identifier or the password is wrong; which of them is not said."""


class NotActivated(Exception):
    """The password is right, but the e-mail address is not proved yet."""

    def __init__(self, account: Account) -> None:
        super().__init__()
        self.account = account


class TooSoon(Exception):
    """After several failures: `wait` before the next try."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__()
        self.wait = wait


def authenticate(db: Database, identifier: str, password: str, network: str | None) -> Account:
    """Return the account that an identifier, case-folded, and a password open.

    An unknown identifier costs the same time as a wrong password. Raises WrongCredentials, NotActivated,
    TooSoon; passwords.Busy when too many passwords are being checked.
    """
    bucket = f"signin {keyed_hash(identifier)} {network}"
    if network and (wait := limits.start_attempt(db, bucket)):
        raise TooSoon(wait)
    account = accounts.by_identifier(db, identifier) or accounts.waiting(db, identifier)
    try:
        right = passwords.verify(account.password_hash if account else None, password)
    except passwords.Busy:
        limits.take_back(db, bucket)
        raise
    if account is None or not right:
        raise WrongCredentials
    with transaction(db):
        limits.forget(db, bucket)
        accounts.touch(db, account.id, now())
        if passwords.needs_rehash(account.password_hash):
            accounts.set_password(db, account.id, passwords.hash_password(password))
    if account.activated_at is None:
        raise NotActivated(account)
    return account
