"""What may be asked so often only, and how a refusal is told: beside the field, or in the page of a mail."""

import math
from datetime import timedelta
from typing import Any

from flask import Response, after_this_request
from wtforms import Field

from wizard.db import get_db
from wizard.french import gettext as _
from wizard.services import limits
from wizard.services.mail_turns import Turn
from wizard.services.refusals import Refusal, TooSoon
from wizard.services.wording import how_long, when
from wizard.web import htmx
from wizard.web.guards import limited_networks


def throttle(kind: str, capacity: int, per: timedelta) -> None:
    """Count one more of what the caller's networks ask, but for those that the town trusts. Raises TooSoon."""
    limits.spend(get_db(), *limits.around(kind, limited_networks(), capacity, per))


def seconds(wait: timedelta) -> int:
    """Return how long to wait, as the header Retry-After says it."""
    return math.ceil(wait.total_seconds())


def tell(field: Field, refusal: Refusal, wrong: Any = None) -> int:
    """Say beside a field why its form is refused, and return the status of the answer.

    `wrong` says it better, in its page, of what was not asked too often.
    """
    sentence = refusal.sentence
    if isinstance(refusal, TooSoon):
        wait = refusal.wait
        after_this_request(lambda response: _retry_after(response, wait))
        sentence = sentence or _("Trop d'essais : attendez %(duration)s, puis recommencez.", duration=how_long(wait))
    else:
        sentence = wrong or sentence
    field.errors = [*field.errors, sentence]
    return htmx.swappable(refusal.status)


def _retry_after(response: Response, wait: timedelta) -> Response:
    response.headers["Retry-After"] = str(seconds(wait))
    return response


def sent(template: str, turn: Turn, **context: Any) -> Response:
    """Answer for a mail that was asked for: when it leaves, or when it may be asked for again."""
    return htmx.page(template, htmx.swappable(turn.status), turn=turn, told=when(turn), **context)
