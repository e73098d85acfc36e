"""Screen 9: the link of the mail asks for the password chosen at the sign-up; both together activate and sign in."""

from flask import request, url_for
from werkzeug.wrappers import Response

from wizard.account.blueprint import blueprint, by_link
from wizard.account.forms import ActivationForm
from wizard.db import get_db
from wizard.french import gettext as _
from wizard.models import Account, TokenPurpose
from wizard.services import activation as service
from wizard.services import joining, tokens
from wizard.services.refusals import Refusal
from wizard.web import htmx
from wizard.web.done import lead_to
from wizard.web.guards import networks
from wizard.web.sessions import sign_in
from wizard.web.throttle import sent, tell

_WRONG = _(
    "Ce n'est pas le mot de passe choisi à l'inscription. Si vous avez reçu plusieurs courriels, essayez le lien "
    "de chacun."
)


@blueprint.route("/activation/<token>", methods=["GET", "POST"])
@by_link
def activation(token: str) -> Response:
    """Activate and sign in, for whoever has the link and the password; a link followed alone changes nothing."""
    account = service.waiting(get_db(), token) if request.method == "POST" else None
    return _activate(token, account) if account else _state(token)


def _activate(token: str, account: Account) -> Response:
    form = ActivationForm(request.form)
    if not form.validate():
        return _ask(token, account, form, 422)
    try:
        activated = service.activate_by_link(get_db(), token, form.password.data or "", networks())
    except Refusal as refusal:
        return _ask(token, account, form, tell(form.password, refusal, _WRONG))
    if activated is None:
        return _state(token)  # a click at the same moment, or another account, was first
    sign_in(activated)
    if joining.kept_for(get_db(), activated):
        return htmx.see_other(url_for("account.home"))
    return lead_to("entourage.start", "activer")


def _ask(token: str, account: Account, form: ActivationForm, status: int = 200) -> Response:
    return htmx.page("account/activation.html", status, token=token, account=account, form=form)


@blueprint.post("/activation/<token>/renvoi")
@by_link
def resend(token: str) -> Response:
    """Send a new mail to whoever holds a link that no longer serves; when none can leave, say how the link stands."""
    db = get_db()
    found = tokens.known(db, TokenPurpose.ACTIVATION, token)
    if found is None or found.account is None:
        return _state(token)
    try:
        turn = service.resend(db, found.account, networks())
    except service.NothingToSend:
        return _state(token)
    retry = url_for("account.activation", token=token)
    return sent("account/activation_sent.html", turn, retry=retry)


def _state(token: str) -> Response:
    """Tell what a link may still do, to whoever holds it; all unknown ones are told the same."""
    db = get_db()
    if service.is_outrun(db, token):
        return htmx.page("account/activation_superseded.html", 409)
    if service.is_activated(db, token):
        return htmx.page("account/activated.html")
    if account := service.waiting(db, token):
        return _ask(token, account, ActivationForm())
    known = tokens.known(db, TokenPurpose.ACTIVATION, token) is not None
    return htmx.page("account/activation_over.html", 410 if known else 404, token=token, known=known)
