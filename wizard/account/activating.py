"""Screen 9: the link of the mail shows a button; the button activates, once, and signs nobody in."""

from flask import request, url_for
from werkzeug.wrappers import Response

from wizard import htmx
from wizard.db import get_db
from wizard.security import network
from wizard.services import activation as service
from wizard.services import tokens


def activation(token: str) -> Response:
    """Activate on a POST only: mail scanners follow links, and some press buttons without harm."""
    db = get_db()
    if request.method == "POST" and service.activate_by_token(db, token):
        return htmx.page("account/activated.html", again=False)
    return _state(token)


def resend(token: str) -> Response:
    """Send a new mail to whoever holds a link that no longer serves; when none can leave, say how the link stands."""
    db = get_db()
    found = tokens.known(db, "activation", token)
    if found is None or found.account is None:
        return _state(token)
    try:
        wait = service.resend(db, found.account, network())
    except service.NothingToSend:
        return _state(token)
    retry = url_for("account.activation", token=token)
    return htmx.page("account/activation_sent.html", 429 if wait else 200, wait=wait, retry=retry)


def _state(token: str) -> Response:
    """Tell what a link may still do, to who holds it; all unknown ones are told the same."""
    db = get_db()
    if service.is_outrun(db, token):
        return htmx.page("account/activation_outrun.html", 409)
    if service.is_activated(db, token):
        return htmx.page("account/activated.html", again=True)
    if tokens.peek(db, "activation", token):
        return htmx.page("account/activation.html", token=token)
    known = tokens.known(db, "activation", token) is not None
    return htmx.page("account/activation_over.html", 410 if known else 404, token=token, known=known)
