"""What the role of an agent opens."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from werkzeug.wrappers import Response

from wizard.models import AgentRole
from wizard.web import htmx
from wizard.web.sessions import current_agent

P = ParamSpec("P")


def processing_only(view: Callable[P, Response]) -> Callable[P, Response]:
    """Keep the families' data for the agents who process their dossiers."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Response:
        if current_agent().role is not AgentRole.INSTRUCTEUR:
            return htmx.page("townhall/not_yours.html", 403)
        return view(*args, **kwargs)

    return guarded
