"""How strong a password is, told while it is typed; nothing of it is kept."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from flask import Response, make_response

from wizard.services import passwords
from wizard.web import htmx
from wizard.web.throttle import throttle

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
    """Refuse one judgement too many: a form whose password is judged takes from the same count. Raises TooSoon."""
    throttle("strength", _A_MINUTE, timedelta(minutes=1))
