"""The routes of the parents' account."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint

from wizard.extensions import csrf

View = TypeVar("View", bound=Callable[..., Any])

blueprint = Blueprint("account", __name__)


def by_link(view: View) -> View:
    """Ask no cookie for a form: the link of a mail authorises it, and opens on phones that refuse them all."""
    csrf.exempt(view)
    return view
