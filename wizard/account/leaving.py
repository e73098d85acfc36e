"""Deleting one's account: the password, a mail, a click, and nothing is left."""

from flask import request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from wizard.account.blueprint import blueprint, by_link
from wizard.account.forms import DeletionForm, ProvedForm
from wizard.account.proving import prove
from wizard.db import get_db
from wizard.models import TokenPurpose
from wizard.services import personal_data as service
from wizard.services import tokens
from wizard.web import htmx
from wizard.web.belonging import last_account
from wizard.web.guards import networks
from wizard.web.sessions import current_account, sign_out
from wizard.web.throttle import sent


@blueprint.route("/espace/donnees/suppression", methods=["GET", "POST"])
@login_required  # type: ignore[untyped-decorator]
def ask_deletion() -> Response:
    """Tell what will be deleted, and send the link that does it."""
    form, status = ProvedForm(), 200
    account = current_account()
    if form.is_submitted():
        status = prove(form) if form.validate() else 422
        if status == 200:
            turn = service.ask_deletion(get_db(), account, networks())
            return sent("account/deletion_sent.html", turn, email=account.email)
    return htmx.page("account/own_deletion.html", status, form=form, account=account)


@blueprint.route("/suppression/<token>", methods=["GET", "POST"])
@by_link
def delete(token: str) -> Response:
    """Show a box to tick and a button, and then delete for good."""
    db, form, pressed = get_db(), DeletionForm(request.form), request.method == "POST"
    found = tokens.peek(db, TokenPurpose.DELETION, token)
    if found is None:
        return htmx.page("account/deleted.html", 410, done=False)
    if not pressed or not form.validate():
        return htmx.page("account/delete.html", 422 if pressed else 200, form=form, token=token)
    if not service.delete(db, token):
        return htmx.page("account/deleted.html", 410, done=False)
    if last_account() in {None, found.account}:  # the session of another family here is none of this link's
        sign_out()
    return htmx.see_other(url_for("account.deleted"))


@blueprint.get("/suppression/faite")
def deleted() -> Response:
    """Say that it is done, as often as the page is reloaded: the link was deleted with the rest."""
    return htmx.page("account/deleted.html", done=True)
