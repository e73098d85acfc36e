"""Screen 10: signing in and out."""

from flask import request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from wizard.account.blueprint import blueprint
from wizard.account.forms import SignInForm
from wizard.db import get_db
from wizard.models import Account
from wizard.services import activation, signin
from wizard.services.refusals import Refusal
from wizard.stores import accounts
from wizard.values.emails import normalise_email
from wizard.web import held_forms, htmx
from wizard.web.guards import networks
from wizard.web.returning import PARENTS, own_page
from wizard.web.sessions import sign_in, sign_out
from wizard.web.throttle import sent, tell

# In the session: the account that waits and whose password was just proved.
_WAITING = "waiting"


@blueprint.route("/connexion", methods=["GET", "POST"])
def login() -> Response:
    """Ask for the identifier and the password; a right answer leads to the page that was wanted."""
    following, form = own_page(request.values.get("suite", ""), PARENTS), SignInForm()
    if "renvoyer" in request.form:
        return _resend()
    if not form.is_submitted():
        return htmx.see_other(following) if current_user.is_authenticated else _page(form, following)
    if not form.validate():
        return _page(form, following, 422)
    try:
        sign_in(authenticate(form))
    except Refusal as refusal:
        return _refuse(form, following, refusal)
    return htmx.see_other(following)


def _page(form: SignInForm, following: str, status: int = 200, waiting: bool = False) -> Response:
    held = held_forms.is_waiting()
    return htmx.page("account/login.html", status, form=form, following=following, waiting=waiting, held=held)


def _refuse(form: SignInForm, following: str, refusal: Refusal) -> Response:
    """Say why; whoever proved the password of an account that waits may have its mail sent again."""
    if waiting := isinstance(refusal, signin.NotActivated):
        session[_WAITING] = refusal.account.id
    return _page(form, following, tell(form.password, refusal), waiting)


def _resend() -> Response:
    """Send the activation mail again to the account whose password was proved, while it waits."""
    db, account = get_db(), session.get(_WAITING)
    if account is None or accounts.by_id(db, account) is None:
        return htmx.see_other(url_for("account.login"))
    try:
        turn = activation.resend(db, account, networks())
    except activation.NothingToSend:
        return htmx.page("account/activated.html")
    return sent("account/activation_sent.html", turn, retry=url_for("account.login"))


def authenticate(form: SignInForm) -> Account:
    """Return the account that a valid form opens. Raises what `signin.authenticate` does."""
    identifier = normalise_email(form.username.data or "")
    return signin.authenticate(get_db(), identifier, form.password.data or "", networks())


@blueprint.post("/deconnexion")
def logout() -> Response:
    """End the session; what the pages kept in the browser goes too, such as a photo on its way."""
    sign_out()
    response = htmx.see_other(url_for("public.home"))
    response.headers["Clear-Site-Data"] = '"storage"'
    return response
