"""A form sent after its session ended: kept for whoever filled it in, given back once they signed in again."""

import re
import secrets
from datetime import timedelta
from typing import Any

from flask import request, session
from werkzeug.datastructures import MultiDict

from wizard.clock import now
from wizard.db import get_db, transaction
from wizard.hashing import digest
from wizard.stores import sessions as store

KEY = "held"
LIFETIME = timedelta(hours=1)
_NEVER_HELD = re.compile(r"csrf_token|code|.*password.*")


def hold(**owner: int | None) -> None:
    """Keep the form of this request for `account` or `agent`, without its passwords; the session keeps its key."""
    token = secrets.token_urlsafe(16)
    fields = {name: values for name, values in request.form.lists() if not _NEVER_HELD.fullmatch(name)}
    db = get_db()
    with transaction(db):
        held = store.hold(
            db,
            digest(token),
            account=owner.get("account"),
            agent=owner.get("agent"),
            path=request.path,
            fields=fields,
            expires_at=now() + LIFETIME,
        )
    if held:
        session[KEY] = token


def is_waiting() -> bool:
    """Whether a form waits for whoever filled it in to sign in again."""
    return KEY in session


def give_back(**owner: int | None) -> MultiDict[str, Any] | None:
    """Return the fields held for this person and this path, once; None when there are none."""
    if KEY not in session:
        return None
    fields = store.give_back(
        get_db(),
        digest(session[KEY]),
        account=owner.get("account"),
        agent=owner.get("agent"),
        path=request.path,
        now=now(),
    )
    if fields is None:
        return None
    del session[KEY]
    return MultiDict(fields)
