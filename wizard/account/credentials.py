"""Another password, another address: the present password is asked, and the new address is proved."""

from flask import request
from flask_login import current_user, login_required
from werkzeug.wrappers import Response

from wizard.account.blueprint import blueprint, by_link
from wizard.account.forms import EmailForm, PasswordForm
from wizard.account.proving import prove
from wizard.db import get_db
from wizard.extensions import csrf
from wizard.french import gettext as _
from wizard.models import Account, TokenPurpose
from wizard.services import personal_data as service
from wizard.services import recovery, tokens
from wizard.slips import answered
from wizard.stores import accounts
from wizard.values.emails import normalise_email
from wizard.web import held_forms, htmx, password_strength
from wizard.web.done import lead_to
from wizard.web.guards import networks
from wizard.web.sessions import current_account, sign_in
from wizard.web.throttle import sent


@blueprint.route("/espace/donnees/mot-de-passe", methods=["GET", "POST"])
@login_required  # type: ignore[untyped-decorator]
def change_password() -> Response:
    """Change the password; this session goes on, under a new cookie, and every other ends."""
    form, status = PasswordForm(), 200
    if form.is_submitted():
        status = _judge(form) if form.validate() else 422
        if status == 200:
            return _keep(current_account(), form.new_password.data or "")
    return htmx.page("account/own_password.html", status, form=form)


@blueprint.post("/espace/donnees/mot-de-passe/force")
@csrf.exempt  # type: ignore[untyped-decorator]
def strength_of_change() -> Response:
    """Tell how strong the new password is; whose session ended goes on typing, and signs in when the form is sent.

    It changes nothing; and the token of a form goes with the session, when this must stay silent.
    """
    signed_in = current_user.is_authenticated
    known = (lambda: recovery.personal_words(get_db(), current_account())) if signed_in else None
    return password_strength.told(request.form.get("new_password", ""), known)


def _judge(form: PasswordForm) -> int:
    """Say first what is wrong with the new password: it costs no try of the present one."""
    password_strength.limit()
    reasons = recovery.weaknesses(get_db(), current_account(), form.new_password.data or "")
    if reasons:
        form.new_password.errors = [reasons[0]]
        return 422
    return prove(form)


def _keep(account: Account, password: str) -> Response:
    db = get_db()
    service.change_password(db, account, password)
    if changed := accounts.by_id(db, account.id):
        sign_in(changed)
    return lead_to("account.data", "corrige")


@blueprint.route("/espace/donnees/courriel", methods=["GET", "POST"])
@login_required  # type: ignore[untyped-decorator]
def ask_email() -> Response:
    """Ask for another address; the answer is the same whatever is known of it.

    What was typed when the session ended is there again.
    """
    account = current_account()
    if request.method == "POST":
        return _judge_email(account, EmailForm(answered(request.form)))
    held = held_forms.give_back(account=account.id)
    return _ask_email(account, EmailForm(held) if held else EmailForm())


def _ask_email(account: Account, form: EmailForm, status: int = 200) -> Response:
    return htmx.page("account/own_email.html", status, form=form, account=account)


def _judge_email(account: Account, form: EmailForm) -> Response:
    if not form.validate():
        return _ask_email(account, form, 422)
    email = normalise_email(form.email.data or "")
    if email == account.email:
        form.email.errors = [_("C'est déjà votre adresse : indiquez la nouvelle.")]
        return _ask_email(account, form, 422)
    if form.doubts(request.form):
        return _ask_email(account, form)
    status = prove(form)
    if status != 200:
        return _ask_email(account, form, status)
    turn = service.ask_email(get_db(), account, email, networks())
    return sent("account/email_sent.html", turn, email=email)


@blueprint.route("/courriel/<token>", methods=["GET", "POST"])
@by_link
def change_email(token: str) -> Response:
    """Show a button, and on a click change the address; nobody is signed in by it."""
    db = get_db()
    found = tokens.peek(db, TokenPurpose.EMAIL, token)
    if found and request.method != "POST":
        return htmx.page("account/change_email.html", token=token, email=found.email)
    done = service.change_email(db, token) if found else service.is_changed(db, token)
    return htmx.page("account/email_changed.html", 200 if done else 410, done=done)
