"""Signing in: an identifier or an e-mail address, a password, and patience after failures."""

from collections.abc import Sequence

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.french import gettext as _
from wizard.hashing import keyed_hash
from wizard.models import Account
from wizard.services import limits, passwords
from wizard.services.refusals import Refusal, TooSoon
from wizard.stores import accounts


class WrongCredentials(Refusal):
    """The identifier or the password is wrong; which of them is not said."""

    sentence = _("Identifiant ou mot de passe incorrect. Vérifiez-les, ou choisissez « oublié » ci-dessous.")


class NotActivated(Refusal):
    """The password is right, but the e-mail address is not proved yet."""

    sentence = _("Votre espace n'est pas encore activé : suivez le lien du courriel que vous avez reçu.")

    def __init__(self, account: Account) -> None:
        super().__init__()
        self.account = account


def authenticate(db: Database, identifier: str, password: str, networks: Sequence[str]) -> Account:
    """Return the account that an identifier, case-folded, and a password open.

    An unknown identifier costs the same time as a wrong password. Raises WrongCredentials, NotActivated, TooSoon;
    passwords.Busy when too many passwords are being checked.
    """
    account = accounts.by_identifier(db, identifier) or accounts.waiting(db, identifier)
    proved = prove(db, _bucket(identifier), account, password, networks)
    if proved.activated_at is None:
        raise NotActivated(proved)
    return proved


def prove_waiting(db: Database, account: Account, password: str, networks: Sequence[str]) -> None:
    """Check the password of an account whose address is not proved yet, of several that may wait for one address.

    Raises WrongCredentials, TooSoon, passwords.Busy.
    """
    prove(db, f"waiting {account.id}", account, password, networks)


def prove(db: Database, bucket: str, account: Account | None, password: str, networks: Sequence[str]) -> Account:
    """Return the account when the password is its own; failures are counted under `bucket`.

    Raises WrongCredentials, TooSoon, passwords.Busy.
    """
    if wait := limits.start_sign_in(db, bucket, *networks):
        raise TooSoon(wait)
    try:
        right = passwords.verify(account.password_hash if account else None, password)
    except passwords.Busy:
        limits.end_sign_in(db, bucket, *networks, made=False)
        raise
    if account is None or not right:
        raise WrongCredentials
    stale = account.password_hash if passwords.needs_rehash(account.password_hash) else None
    fresh = passwords.hash_password(password) if stale else None
    with transaction(db):
        limits.end_sign_in(db, bucket, *networks)
        accounts.touch(db, account.id, now())
        if stale and fresh:
            accounts.rehash(db, account.id, stale, fresh)
    return account


def forget_failures(db: Database, account: int, network: str) -> None:
    """Start again the counts of an account's failed sign-ins: in all, and from this network."""
    found = accounts.by_id(db, account)
    assert found is not None
    for bucket in {_bucket(found.email), _bucket(found.identifier)}:
        limits.forget(db, bucket, f"{bucket} {network}")


def _bucket(identifier: str) -> str:
    """Name the count of an identifier, known or unknown: the wait tells nothing of who has an account."""
    return f"signin {keyed_hash(identifier)}"
