"""What was just done: a word in the address of the page that tells it, which read again does nothing anew."""

from collections.abc import Mapping
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from wizard.web import htmx

DONE = "fait"


def just_done() -> str:
    """Return the word of the address asked for, "" without any."""
    return request.args.get(DONE, "")


def told(sentences: Mapping[str, Any]) -> Any:
    """Return what a page says of what was just done; None of what it knows nothing about."""
    return sentences.get(just_done())


def address(endpoint: str, done: object, **values: Any) -> str:
    """Return the address of a page that tells what was `done`; nothing of None."""
    return url_for(endpoint, **(values | {DONE: done}))


def lead_to(endpoint: str, done: object, **values: Any) -> Response:
    """Send the browser, after a POST, to a page that tells what was `done`."""
    return htmx.see_other(address(endpoint, done, **values))
