"""How strong a password is, told while it is typed; nothing of it is kept."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from flask import Response, abort, make_response

from wizard.db import get_db
from wizard.services import limits, passwords
from wizard.web import htmx
from wizard.web.guards import limited_networks

_A_MINUTE = 90  # answers for one network: each costs some milliseconds of processor


def told(typed: str, personal: Callable[[], Iterable[str]] | None) -> Response:
    """Answer what the page shows under the password `typed` by someone of whom `personal()` is known.

    `personal` is None when nothing opens any more: the page is left as it is, the form will tell when it is sent.
    """
    if personal is None:
        return make_response("", 204)
    limit()
    return htmx.page("account/_strength.html", told=passwords.strength(typed, personal()) if typed else None)


def limit() -> None:
    """Refuse one judgement too many: a form whose password is judged takes from the same count."""
    if limits.take_all(get_db(), *limits.around("strength", limited_networks(), _A_MINUTE, timedelta(minutes=1))):
        abort(429)
