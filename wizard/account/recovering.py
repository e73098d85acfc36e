"""Lost identifier or password: ask for a mail, then choose another password by its link."""

from flask import request
from werkzeug.wrappers import Response

from wizard.account.blueprint import blueprint, by_link
from wizard.account.forms import LostAccessForm, NewPasswordForm
from wizard.db import get_db
from wizard.services import recovery
from wizard.slips import answered
from wizard.values.emails import normalise_email
from wizard.web import htmx, password_strength
from wizard.web.guards import network, networks
from wizard.web.throttle import sent


@blueprint.route("/acces-oublie", methods=["GET", "POST"])
def lost() -> Response:
    """Ask for the address; the answer is the same whatever is known of it."""
    form = LostAccessForm(answered(request.form))
    if form.validate_on_submit() and not form.doubts(request.form):
        turn = recovery.start(get_db(), normalise_email(form.email.data or ""), networks())
        return sent("account/lost_sent.html", turn, email=form.email.data)
    return htmx.page("account/lost.html", 422 if form.errors else 200, form=form)


@blueprint.route("/mot-de-passe/<token>", methods=["GET", "POST"])
@by_link
def password(token: str) -> Response:
    """Choose another password, by the link of the mail."""
    db, form = get_db(), NewPasswordForm(request.form)
    account = recovery.account_of(db, token)
    if account is None:
        return htmx.page("account/password_over.html", 410)
    if request.method == "POST" and form.validate():
        password_strength.limit()
        typed = form.password.data or ""
        if reasons := recovery.weaknesses(db, account, typed):
            form.password.errors = [reasons[0]]
        else:
            return _reset(token, typed)
    status = 422 if request.method == "POST" else 200
    return htmx.page("account/password.html", status, form=form, token=token)


@blueprint.post("/mot-de-passe/<token>/force")
@by_link
def strength_of_reset(token: str) -> Response:
    """Tell how strong the new password is, to whoever holds the link."""
    db = get_db()
    account = recovery.account_of(db, token)
    known = (lambda: recovery.personal_words(db, account)) if account else None
    return password_strength.told(request.form.get("password", ""), known)


def _reset(token: str, typed: str) -> Response:
    if recovery.reset(get_db(), token, typed, network()):
        return htmx.page("account/password_done.html")
    return htmx.page("account/password_over.html", 410)
