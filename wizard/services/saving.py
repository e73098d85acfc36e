"""What the pages of a draft submit, saved: each submission is one more revision of it, and puts off its end."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.models import Draft
from wizard.services.opening import lifetime
from wizard.stores import drafts


class Closed(Exception):
    """The draft was finished, or its address closed, since this request read it."""


@dataclass(frozen=True)
class Saved:
    """A draft as it is now that a page of it was saved.

    `revision` is the one which that page was rendered at, -1 for one that no page has, or has any more; `fresh`, no
    other submission came from it.
    """

    draft: Draft
    revision: int
    fresh: bool


def save(
    db: Database,
    draft: Draft,
    token: str,
    step: str,
    data: dict[str, list[str]],
    *,
    rendered_at: int | None,
    idle: timedelta | None,
) -> Saved:
    """Save what a step submitted, unless it had just submitted the same. Raises Closed."""
    with transaction(db):
        current = _touch(db, draft, token, idle) - 1
        revision = current if rendered_at is None else rendered_at
        if not 0 <= current - revision <= drafts.REMEMBERED:
            revision = -1
        if not drafts.is_replay(db, draft.id, step, revision, data):
            drafts.save(db, draft.id, step, data)
        return Saved(_reload(db, draft, token), revision, revision == current)


def move(
    db: Database,
    draft: Draft,
    token: str,
    step: str,
    move: Callable[[Database, int, str], None],
    idle: timedelta | None,
) -> Draft:
    """Set aside what a step submitted, or put it back; return the draft as it is now. Raises Closed."""
    with transaction(db):
        move(db, draft.id, step)
        _touch(db, draft, token, idle)
        return _reload(db, draft, token)


def save_late(db: Database, draft: Draft, token: str, step: str, data: dict[str, list[str]]) -> None:
    """Save what was sent from an address idle for too long, which opens nothing any more. Raises Closed."""
    with transaction(db):
        if drafts.load(db, token, draft.kind, now(), late=True) is None:
            raise Closed
        drafts.save(db, draft.id, step, data)


def _touch(db: Database, draft: Draft, token: str, idle: timedelta | None) -> int:
    revision = drafts.touch(db, draft.id, token, now(), lifetime(), idle or lifetime())
    if revision is None:
        raise Closed
    return revision


def _reload(db: Database, draft: Draft, token: str) -> Draft:
    found = drafts.load(db, token, draft.kind, now())
    if found is None:
        raise Closed
    return found
