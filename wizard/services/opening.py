"""Opening a draft: a new one for a sign-up; for an account, the one it left unfinished."""

from datetime import datetime, timedelta

from sqlite_utils import Database

from wizard.models import Answers, DraftKind
from wizard.stores import drafts

IDLE = timedelta(minutes=30)
"""Someone else may sit down at this screen: an address of an account's draft is good so long without a step."""


def open_draft(db: Database, kind: DraftKind, answers: Answers, now: datetime, lifetime: timedelta) -> str:
    """Return the token of a new draft that holds `answers`, in the open transaction."""
    draft = _filled(db, drafts.add(db, kind, now, lifetime), answers)
    return drafts.add_token(db, draft, now, lifetime)


def open_entourage(
    db: Database, account: int, answers: Answers, now: datetime, lifetime: timedelta, *, signed_in: bool
) -> str:
    """Return a token of the entourage that an account left unfinished, or of a new one that holds `answers`.

    To be called in a transaction, for who just proved to be its owner; `signed_in`, the token wants their session.
    """
    draft = drafts.latest_of_account(db, account, now)
    if draft is None:
        draft = _filled(db, drafts.add(db, DraftKind.ENTOURAGE, now, lifetime, account), answers)
    return drafts.add_token(db, draft, now, IDLE, signed_in=signed_in)


def _filled(db: Database, draft: int, answers: Answers) -> int:
    for step, data in answers.items():
        drafts.save(db, draft, step, data)
    return draft
