"""The addresses of drafts: opened for a sign-up, or for an account on what it left unfinished; closed."""

from datetime import timedelta

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.events import draft_opened
from wizard.models import Answers, DraftKind
from wizard.settings import get_settings
from wizard.stores import drafts

IDLE = timedelta(minutes=30)
"""Someone else may sit down at this screen: an address of an account's draft is good so long without a step."""


def lifetime() -> timedelta:
    """Return how long a draft is kept after its last saved step."""
    return timedelta(hours=get_settings().retention.draft_hours)


def open_draft(db: Database, kind: DraftKind, answers: Answers) -> str:
    """Return the token of a new draft that holds `answers`."""
    at = now()
    with transaction(db):
        draft = _filled(db, drafts.add(db, kind, at, lifetime()), answers)
        token = drafts.add_token(db, draft, at, lifetime())
    draft_opened.send(kind)
    return token


def open_entourage(db: Database, account: int, answers: Answers, *, signed_in: bool) -> str:
    """Return a token of the entourage that an account left unfinished, or of a new one that holds `answers`.

    For who just proved to be its owner; `signed_in`, the token wants their session.
    """
    at = now()
    with transaction(db):
        left = drafts.latest_of_account(db, account, at)
        draft = left or _filled(db, drafts.add(db, DraftKind.ENTOURAGE, at, lifetime(), account), answers)
        token = drafts.add_token(db, draft, at, IDLE, signed_in=signed_in)
    if left is None:
        draft_opened.send(DraftKind.ENTOURAGE)
    return token


def close(db: Database, token: str) -> None:
    """Let an address open nothing any more; its draft stays."""
    with transaction(db):
        drafts.drop_token(db, token)


def close_to_all(db: Database, account: int) -> None:
    """Let no address open the drafts of an account any more: what they hold waits for its next sign-in."""
    with transaction(db):
        drafts.close_to_all(db, account)


def _filled(db: Database, draft: int, answers: Answers) -> int:
    for step, data in answers.items():
        drafts.save(db, draft, step, data)
    return draft
