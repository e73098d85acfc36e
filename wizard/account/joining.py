"""The link of an invitation: by whom and for which town, to anyone who has it; a button joins, once signed in."""

from flask import request, url_for
from flask_login import current_user, login_required
from werkzeug.wrappers import Response

from wizard.account.blueprint import blueprint
from wizard.account.forms import SignInForm
from wizard.account.signing_in import authenticate
from wizard.db import get_db
from wizard.models import Invitation
from wizard.services import joining as service
from wizard.services.refusals import Refusal
from wizard.web import htmx
from wizard.web.done import lead_to
from wizard.web.sessions import current_account, sign_in
from wizard.web.throttle import tell


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
def invitation(token: str) -> Response:
    """Show who invites, and two ways to accept; whatever keeps a link from serving, say the same."""
    db, signed_in = get_db(), current_user.is_authenticated
    found = service.find(db, token)
    if found is None:
        if signed_in and service.was_accepted(db, token, current_account()):
            return _to_space()  # a second click
        return _over()
    if request.method != "POST":
        return _show(found, token, SignInForm())
    return _accept(found, token) if signed_in else _sign_in(found, token)


@blueprint.post("/espace/invitation")
@login_required  # type: ignore[untyped-decorator]
def accept() -> Response:
    """Accept the invitation from which the account signed up; a second click finds it done."""
    account = current_account()
    found = service.kept_for(get_db(), account)
    done = found is not None and service.accept(get_db(), account, found)
    return _to_space() if done else htmx.see_other(url_for("account.home"))


def _accept(found: Invitation, token: str) -> Response:
    try:
        done = service.accept(get_db(), current_account(), found)
    except service.OwnInvitation:
        return _show(found, token, SignInForm(), 409)
    return _to_space() if done else _over()


def _sign_in(found: Invitation, token: str) -> Response:
    """Sign in and come back to the button that accepts."""
    form = SignInForm()
    if not form.validate():
        return _show(found, token, form, 422)
    try:
        sign_in(authenticate(form))
    except Refusal as refusal:
        return _show(found, token, form, tell(form.password, refusal))
    return htmx.see_other(url_for("account.invitation", token=token))


def _show(found: Invitation, token: str, form: SignInForm, status: int = 200) -> Response:
    signed_in = current_user.is_authenticated
    return htmx.page(
        "account/invitation.html",
        status,
        form=form,
        token=token,
        sender=service.sender(get_db(), found),
        signed_in=signed_in,
        own=signed_in and current_account().household == found.household,
    )


def _over() -> Response:
    return htmx.page("account/invitation_over.html", 410)


def _to_space() -> Response:
    return lead_to("account.home", "rejoint")
