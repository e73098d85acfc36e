"""Whose a draft is: one that belongs to an account opens for its session, or in a browser that has none.

The town's frame may have no cookie: who signed in there holds the draft by its address alone. Elsewhere the address
of a draft opened in a session is worth nothing without it.
"""

import secrets
from typing import Any, cast

from flask import current_app, request, session
from flask_login import current_user
from itsdangerous import BadData, URLSafeTimedSerializer

from wizard.models import Draft

_FIELD = "csrf_token"


class NotYours(Exception):
    """A draft of one account was asked for in the session of another."""


def admits(draft: Draft) -> bool:
    """Whether this browser may open the draft; not when its sign-in ended. Raises NotYours."""
    if draft.account is None:
        return True
    refuse_others(draft.account)
    if current_user.is_authenticated:
        return True
    return not draft.signed_in and last_account() != draft.account


def may_leave(draft: Draft) -> bool:
    """Whether what this browser sends too late is kept for the owner, who will read it once signed in again.

    Raises NotYours.
    """
    if draft.account is not None:
        refuse_others(draft.account)
    return not draft.signed_in or last_account() == draft.account


def refuse_others(account: int) -> None:
    """Refuse what came of an account's draft in the session of another. Raises NotYours."""
    if current_user.is_authenticated and current_user.account.id != account:
        raise NotYours


def last_account() -> int | None:
    """Return the account that is or was signed in here, until it signed out; its session may be over."""
    known = session.get("_user_id")
    return int(known) if known else None


def mark_forms(owner: int) -> None:
    """Have the token of every form of this session, which the portal signs, say whose page it is in."""
    session[_FIELD] = f"{_side()}-{owner}-{secrets.token_urlsafe(16)}"


def owner_of_the_form() -> int | None:
    """Return the parent or the agent whose page sent this form, be their session gone with its cookie."""
    # As Flask-WTF signs it: with another salt, no form would be anyone's.
    signer = URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="wtf-csrf-token")
    try:
        side, owner, _random = str(signer.loads(request.form.get(_FIELD, ""))).split("-", 2)
    except (BadData, ValueError):
        return None
    return int(owner) if side == _side() else None


def _side() -> str:
    """Return which of the two sides this is: a parent and an agent may have the same number."""
    return str(cast(Any, session).side.cookie)
