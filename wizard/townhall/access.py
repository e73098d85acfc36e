"""What the role of an agent opens: the pages that name it, and no other."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, request
from flask_login import current_user
from werkzeug.wrappers import Response

from wizard.extensions import login_manager
from wizard.models import AgentRole
from wizard.web import htmx
from wizard.web.sessions import current_agent

View = TypeVar("View", bound=Callable[..., Any])
Roles = frozenset[AgentRole]

PROCESSING: Roles = frozenset(role for role in AgentRole if role.may_process)
AGENTS: Roles = PROCESSING | frozenset(role for role in AgentRole if role.only_looks_up)
ADMINISTRATION: Roles = frozenset(role for role in AgentRole if role.administers)
HEALTH: Roles = frozenset(role for role in AgentRole if role.opens_envelopes)
WITH_CHILDREN: Roles = frozenset(role for role in AgentRole if role.reads_children)
EVERYONE: Roles = frozenset(AgentRole)

_opened: dict[Any, Roles | None] = {}


def open_to(roles: Roles) -> Callable[[View], View]:
    """Name the roles that a page opens to; without it, a page opens to nobody."""

    def name(view: View) -> View:
        _opened[view] = roles
        return view

    return name


def open_to_all(view: View) -> View:
    """Open a page to whoever is not signed in yet."""
    _opened[view] = None
    return view


def admit() -> Response | None:
    """Let through whom the page opens to; send the others to the sign-in, or tell them that it is not theirs."""
    roles = _opened.get(current_app.view_functions[request.endpoint or ""], frozenset())
    if roles is None:
        return None
    if not current_user.is_authenticated:
        refused: Response = login_manager.unauthorized()
        return refused
    return None if current_agent().role in roles else htmx.page("townhall/not_yours.html", 403)
