"""A form sent after its session ended: kept for whoever filled it in, given back once they signed in again."""

import re
from typing import Any

from flask import request, session
from werkzeug.datastructures import MultiDict

from wizard.db import get_db
from wizard.services import sessions

KEY = "held"
_NEVER_HELD = re.compile(r"csrf_token|code|sealed|.*password.*")


def hold(*, account: int | None = None, agent: int | None = None) -> None:
    """Keep the form of this request for its owner, without its passwords; the session keeps its key."""
    fields = {name: values for name, values in request.form.lists() if not _NEVER_HELD.fullmatch(name)}
    if token := sessions.hold(get_db(), request.path, fields, account=account, agent=agent):
        session[KEY] = token


def is_waiting() -> bool:
    """Whether a form waits for whoever filled it in to sign in again."""
    return KEY in session


def give_back(*, account: int | None = None, agent: int | None = None) -> MultiDict[str, Any] | None:
    """Return the fields held for this person and this path, once; None when there are none."""
    if KEY not in session:
        return None
    fields = sessions.give_back(get_db(), session[KEY], request.path, account=account, agent=agent)
    if fields is None:
        return None
    del session[KEY]
    return MultiDict(fields)
