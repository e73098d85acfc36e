"""Proving an e-mail address: the mail with its link and its code, and what either of them does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.french import gettext as _
from wizard.models import Account, TokenPurpose
from wizard.services import families, limits, mail_turns, outbox, signin, tokens
from wizard.services.mail_turns import Purpose, Turn
from wizard.settings import get_settings
from wizard.stores import accounts
from wizard.stores import outbox as mails

LIFETIME = timedelta(hours=48)
PAUSE = timedelta(minutes=1)
ACTIVATED = _("Votre espace est activé")


@dataclass(frozen=True)
class Departure:
    """Whether a mail was written for an account; `later` is when it leaves, when that is not at once."""

    written: bool
    later: datetime | None


class NothingToSend(Exception):
    """The account is activated already, or is no longer there."""


def start(db: Database, account: int, networks: Sequence[str]) -> None:
    """Write to the address of a new account, in the open transaction; its page tells when, and whether.

    `networks` is empty where limits do not apply; those on one address always do.
    """
    email = _account(db, account).email
    turn = mail_turns.take(db, Purpose.ACTIVATION, email, networks, always=bool(networks))
    if not turn.refused:
        send(db, account, turn)


def departure(db: Database, account: Account) -> Departure:
    """Return what became of the mail of an account that waits."""
    at = mails.departure(db, account.email, ("activation", "already_registered"))
    return Departure(tokens.was_issued(db, TokenPurpose.ACTIVATION, account.id), at if at and at > now() else None)


def send(db: Database, account: int, turn: Turn) -> None:
    """Send what an address that was just declared must receive, in the open transaction.

    The owner of an account already activated is told so; whoever declared the address learns nothing.
    """
    waiting = _account(db, account)
    if accounts.by_identifier(db, waiting.email):
        tokens.issue(db, TokenPurpose.ACTIVATION, account=account, lifetime=LIFETIME, with_code=True)
        outbox.enqueue(db, "already_registered", waiting.email, due_at=turn.at)
        return
    issued = tokens.issue(db, TokenPurpose.ACTIVATION, account=account, lifetime=LIFETIME, with_code=True)
    link = f"{get_settings().public_url}/activation/{issued.token}"
    outbox.enqueue(db, "activation", waiting.email, due_at=turn.at, link=link, code=issued.code, lifetime=LIFETIME)


def resend(db: Database, account: int, networks: Sequence[str]) -> Turn:
    """Send the mail again, its predecessor void, unless its turn is refused.

    Raises NothingToSend when no mail would serve.
    """
    with transaction(db):
        waiting = accounts.by_id(db, account)
        if waiting is None or waiting.activated_at:
            raise NothingToSend
        if wait := limits.take(db, f"resend {account}", 1, PAUSE):
            return Turn(now() + wait, refused=True)
        turn = mail_turns.take(db, Purpose.ACTIVATION, waiting.email, networks)
        if not turn.refused:
            send(db, account, turn)
    return turn


def correct_email(db: Database, account: int, email: str, networks: Sequence[str]) -> Turn:
    """Replace an address that is not proved yet, and send the mail there, unless its turn is refused."""
    with transaction(db):
        if _account(db, account).activated_at:
            return mail_turns.at_once()
        turn = mail_turns.take(db, Purpose.ACTIVATION, email, networks)
        if not turn.refused:
            accounts.set_email(db, account, email)
            send(db, account, turn)
    return turn


def waiting(db: Database, token: str) -> Account | None:
    """Return the account that a link still activates."""
    found = tokens.peek(db, TokenPurpose.ACTIVATION, token)
    return accounts.by_id(db, found.account) if found and found.account else None


def activate_by_link(db: Database, token: str, password: str, networks: Sequence[str]) -> Account | None:
    """Activate the account of a link for whoever knows its password, once; None when the link no longer serves.

    The link proves the mailbox, the password the sign-up: of two people, neither does it alone, nor does a mail
    scanner that presses buttons. Raises signin.WrongCredentials, TooSoon, passwords.Busy.
    """
    account = waiting(db, token)
    if account is None:
        return None
    signin.prove_waiting(db, account, password, networks)
    with transaction(db):
        if tokens.consume(db, TokenPurpose.ACTIVATION, token) is None or not _activate(db, account.id):
            return None
    return _account(db, account.id)


def is_activated(db: Database, token: str) -> bool:
    """Whether the account of a link is activated: by this link, a later one, or the code."""
    account = _account_of(db, token)
    return account is not None and account.activated_at is not None


def is_outrun(db: Database, token: str) -> bool:
    """Whether a link was followed in vain: another account had proved the address first."""
    account = _account_of(db, token)
    return account is not None and account.activated_at is None and tokens.was_used(db, TokenPurpose.ACTIVATION, token)


def activate_by_code(db: Database, account: int, code: str) -> bool:
    """Activate the account if `code` is the one it was sent; True again for the second of two clicks."""
    with transaction(db):
        if tokens.consume_code(db, TokenPurpose.ACTIVATION, account, code):
            return _activate(db, account)
        return (
            tokens.repeats_code(db, TokenPurpose.ACTIVATION, account, code)
            and _account(db, account).activated_at is not None
        )


def _activate(db: Database, account: int) -> bool:
    """Activate, and only now compare the family with those the town knows: the address is proved."""
    try:
        accounts.activate(db, account, now())
    except accounts.EmailTaken:
        return False
    families.match(db, _account(db, account))
    return True


def _account_of(db: Database, token: str) -> Account | None:
    found = tokens.known(db, TokenPurpose.ACTIVATION, token)
    return accounts.by_id(db, found.account) if found and found.account else None


def _account(db: Database, account: int) -> Account:
    found = accounts.by_id(db, account)
    assert found is not None
    return found
