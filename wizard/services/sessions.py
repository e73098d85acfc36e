"""The sessions of parents and agents, known by a key; the forms held for whom one ended under their hands."""

import json
import secrets
from datetime import datetime, timedelta

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.hashing import digest
from wizard.services.sealing import Purpose, Unreadable, seal, unseal
from wizard.stores import drafts
from wizard.stores import sessions as store
from wizard.stores.sessions import Fields

_HELD = timedelta(hours=1)
_SEALED = "sealed"


def begin(
    db: Database, former: str | None, expires_at: datetime, *, account: int | None = None, agent: int | None = None
) -> str:
    """Open a session in place of the former one, and return its key."""
    key = secrets.token_urlsafe(32)
    with transaction(db):
        if former:
            store.close(db, digest(former))
        store.open_session(db, digest(key), account=account, agent=agent, expires_at=expires_at)
    return key


def end(db: Database, key: str | None, account: int | None) -> None:
    """End a session, so that no copy of its key opens anything, nor any address of the account's drafts."""
    with transaction(db):
        if key:
            store.close(db, digest(key))
        if account:
            drafts.close_to_all(db, account)


def is_open(db: Database, key: str) -> bool:
    """Whether a session was neither ended nor left to expire."""
    return store.is_open(db, digest(key), now())


def hold(db: Database, path: str, fields: Fields, *, account: int | None, agent: int | None) -> str | None:
    """Keep for its owner what a form submitted, and return what it is given back for; None when they are no more.

    Encrypted, for it may be of anything: of a child's health too.
    """
    token, sealed = secrets.token_urlsafe(16), {_SEALED: [seal(Purpose.HELD, json.dumps(fields))]}
    with transaction(db):
        held = store.hold(
            db, digest(token), account=account, agent=agent, path=path, fields=sealed, expires_at=now() + _HELD
        )
    return token if held else None


def give_back(db: Database, token: str, path: str, *, account: int | None, agent: int | None) -> Fields | None:
    """Return what the same person had submitted to `path`, and forget it."""
    with transaction(db):
        held = store.give_back(db, digest(token), account=account, agent=agent, path=path, now=now())
    try:
        fields: Fields | None = json.loads(unseal(Purpose.HELD, held[_SEALED][0])) if held else None
    except (Unreadable, KeyError):
        return None
    return fields
