"""What the pages of a draft submit, saved: each submission is one more revision of it, and puts off its end."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlite_utils import Database

from wizard.db import transaction
from wizard.events import step_saved
from wizard.models import Draft
from wizard.services.keys import Key
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
    key: Key,
    step: str,
    data: dict[str, list[str]],
    *,
    rendered_at: int | None,
    idle: timedelta | None,
) -> Saved:
    """Save what a step submitted, unless it had just submitted the same. Raises Closed."""
    kept = key.kept(step, data)
    with transaction(db):
        current = _touch(db, draft, key, idle) - 1
        revision = current if rendered_at is None else rendered_at
        if not 0 <= current - revision <= drafts.REMEMBERED:
            revision = -1
        replay = drafts.is_replay(db, draft.id, step, revision, kept)
        if not replay:
            drafts.save(db, draft.id, step, kept)
        saved = Saved(_reload(db, key), revision, revision == current)
    if not replay:
        step_saved.send(draft.kind, step=step.partition(":")[0])
    return saved


def move(
    db: Database,
    draft: Draft,
    key: Key,
    step: str,
    move: Callable[[Database, int, str], None],
    idle: timedelta | None,
) -> Draft:
    """Set aside what a step submitted, or put it back; return the draft as it is now. Raises Closed."""
    with transaction(db):
        move(db, draft.id, step)
        _touch(db, draft, key, idle)
        return _reload(db, key)


def save_late(db: Database, draft: Draft, key: Key, step: str, data: dict[str, list[str]]) -> None:
    """Save what was sent from an address idle for too long, which opens nothing any more. Raises Closed."""
    with transaction(db):
        if key.load(db, late=True) is None:
            raise Closed
        drafts.save(db, draft.id, step, key.kept(step, data))


def _touch(db: Database, draft: Draft, key: Key, idle: timedelta | None) -> int:
    revision = key.touch(db, draft.id, idle)
    if revision is None:
        raise Closed
    return revision


def _reload(db: Database, key: Key) -> Draft:
    found = key.load(db)
    if found is None:
        raise Closed
    return found
