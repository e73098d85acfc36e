"""Tokens that prove who reads a mailbox: 256 random bits, single use but a contact's, expiring, not stored in clear."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlite_utils import Database

from wizard.clock import now
from wizard.hashing import digest, keyed_hash
from wizard.models import TokenPurpose
from wizard.stores import tokens as store
from wizard.stores.tokens import Token

CODE_ATTEMPTS = 5
_AGAIN = timedelta(minutes=30)


@dataclass(frozen=True)
class Issued:
    """What goes into the mail and is known nowhere else."""

    token: str
    code: str | None


def issue(
    db: Database,
    purpose: TokenPurpose,
    *,
    account: int | None = None,
    draft: int | None = None,
    contact: int | None = None,
    email: str | None = None,
    lifetime: timedelta,
    with_code: bool = False,
    replacing: bool = True,
) -> Issued:
    """Issue a token, and void the unused ones of the same account or draft and purpose, unless not `replacing`.

    With `with_code`, six digits do the same when they are typed for that account.
    """
    token = secrets.token_urlsafe(32)
    code = f"{secrets.randbelow(1_000_000):06}" if with_code and account else None
    at = now()
    if replacing:
        store.void(db, purpose, account, draft, at)
    store.add(
        db,
        digest=digest(token),
        purpose=purpose,
        account=account,
        draft=draft,
        contact=contact,
        email=email,
        code_hmac=_code_hmac(purpose, account, code) if code and account else None,
        now=at,
        expires_at=at + lifetime,
    )
    return Issued(token, code)


def peek(db: Database, purpose: TokenPurpose, token: str) -> Token | None:
    """Return the token when it is still usable; nothing is consumed."""
    return store.usable(db, digest(token), purpose, now())


def consume(db: Database, purpose: TokenPurpose, token: str) -> Token | None:
    """Return the token and make it useless from now on; None when it is used, expired or unknown."""
    return store.use(db, digest(token), purpose, now())


def known(db: Database, purpose: TokenPurpose, token: str) -> Token | None:
    """Return the token even used or expired: whom a new one may be sent to."""
    return store.find(db, digest(token), purpose)


def was_used(db: Database, purpose: TokenPurpose, token: str) -> bool:
    """Whether the token did its work."""
    found = known(db, purpose, token)
    return found is not None and found.used


def consume_code(db: Database, purpose: TokenPurpose, account: int, code: str) -> bool:
    """Whether `code` is the one sent to this account; after five attempts none is, the link still works."""
    code_hmac = _code_hmac(purpose, account, "".join(code.split()))
    return store.try_code(db, purpose, account, code_hmac, CODE_ATTEMPTS, now())


def repeats_code(db: Database, purpose: TokenPurpose, account: int, code: str) -> bool:
    """Whether `code` was the right one a moment ago: the second of two clicks leads where the first did.

    So does the code typed once the link was followed. Its attempts are counted with the others.
    """
    code_hmac = _code_hmac(purpose, account, "".join(code.split()))
    return store.try_used_code(db, purpose, account, code_hmac, CODE_ATTEMPTS, now() - _AGAIN)


def was_issued(db: Database, purpose: TokenPurpose, account: int) -> bool:
    """Whether a token was sent for this account, usable or not."""
    return store.exists(db, purpose, account)


def is_code_spent(db: Database, purpose: TokenPurpose, account: int) -> bool:
    """Whether the code of this account was tried too often: even the right one is refused now."""
    return store.attempts(db, purpose, account, now()) >= CODE_ATTEMPTS


def _code_hmac(purpose: TokenPurpose, account: int, code: str) -> str:
    """Hash a code under the installation's key: a million are quickly tried, and without it the hash tells nothing."""
    return keyed_hash(f"code {purpose} {account} {code}")
