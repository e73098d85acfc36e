"""Screen 7: what to do with the mail; the code typed in place, a new mail, another address."""

from typing import Any

from flask import Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse
from wtforms import Form

from wizard import clock
from wizard.db import get_db
from wizard.french import gettext as _
from wizard.kinds import KINDS
from wizard.models import Account, DraftKind, Receipt, TokenPurpose
from wizard.services import activation, joining, signin, tokens
from wizard.services.mail_turns import Turn
from wizard.services.opening import open_entourage
from wizard.services.refusals import Refusal
from wizard.services.wording import when
from wizard.signup.blueprint import blueprint
from wizard.signup.forms import CodeForm, EmailForm
from wizard.slips import answered
from wizard.stores import accounts, drafts, people
from wizard.values.emails import normalise_email
from wizard.web import htmx
from wizard.web.guards import networks
from wizard.web.sessions import make_way
from wizard.web.throttle import tell

# Seconds between two looks of the waiting page at the server; after the last one it stops.
_PAUSES = (3, 3, 4, 5, 6, 8, 10, 15, 20, 30, 30, 45, 60, 60, 90, 120, 120, 180, 300)

_WRONG = _("Ce n'est pas le code du dernier courriel envoyé. Vérifiez les chiffres, ou demandez un autre courriel.")
_MISSING = _("Saisissez le code à 6 chiffres que contient le courriel.")
_NOT_IT = _("Ce n'est pas le mot de passe que vous avez choisi. Vérifiez-le, puis recommencez.")
_SPENT = _("Trop d'essais avec ce code : suivez le lien du courriel, ou demandez-en un autre.")


def arrive(token: str, _receipt: Receipt) -> BaseResponse:
    """Lead from a finished sign-up to its confirmation."""
    if htmx.wants_fragment():
        return _page(token, _account(token), push_url=url_for("signup.confirmation", token=token))
    return redirect(url_for("signup.confirmation", token=token), 303)


@blueprint.route("/inscription/<token>/confirmation", methods=["GET", "POST"])
def confirmation(token: str) -> Response:
    """Show the page, or do what one of its three buttons asks."""
    account = _account(token)
    if request.method != "POST" or (account.activated_at and "code" not in request.form):
        return _page(token, account)
    if "renvoyer" in request.form:
        return _resend(token, account)
    if "corriger" in request.form:
        return _correct(token, account)
    return _try_code(token, account)


@blueprint.get("/inscription/<token>/confirmation/attente")
def waiting(token: str) -> Response:
    """Tell the waiting page whether the link was opened elsewhere; each look comes later than the one before."""
    account = _account(token)
    if account.activated_at is None:
        look = request.args.get("n", 0, int)
        return htmx.page("signup/_waiting.html", token=token, look=look, pauses=_PAUSES)
    response = _page(token, account)
    response.headers["HX-Retarget"] = "#main"
    response.headers["HX-Reswap"] = "innerHTML"
    return response


def _account(token: str) -> Account:
    db = get_db()
    receipt = drafts.receipt(db, token, DraftKind.SIGNUP, clock.now()) or abort(410)
    return accounts.by_id(db, receipt.account) or abort(410)


def _called(account: Account) -> str:
    members = people.members(get_db(), account.household)
    return next(member.identity.called for member in members if member.person == account.person)


def _page(
    token: str,
    account: Account,
    status: int = 200,
    code: Form | None = None,
    email: Form | None = None,
    **context: Any,
) -> Response:
    return htmx.page(
        "signup/confirmation.html",
        status,
        token=token,
        account=account,
        called=_called(account),
        invited=bool(joining.kept_for(get_db(), account)),
        departure=None if account.activated_at else activation.departure(get_db(), account),
        code=code or CodeForm(),
        email=email or EmailForm(email=account.email),
        look=0,
        pauses=_PAUSES,
        **{"notice": None, **context},
    )


def _try_code(token: str, account: Account) -> Response:
    form = CodeForm(request.form)
    db = get_db()
    typed = form.code.data or ""
    if typed and activation.activate_by_code(db, account.id, typed):
        return _page(token, _account(token)) if joining.kept_for(db, account) else _go_on(account)
    if account.activated_at:
        return _page(token, account)
    spent = tokens.is_code_spent(db, TokenPurpose.ACTIVATION, account.id)
    form.code.errors = [_SPENT if spent else _WRONG if typed else _MISSING]
    return _page(token, account, 422, code=form)


def _go_on(account: Account) -> Response:
    """Go on to « Nouvelles personnes » in the same page: who has it and the code signed up, and reads the mailbox."""
    db = get_db()
    token = open_entourage(db, account.id, {}, signed_in=make_way(account))
    return htmx.page(
        "entourage/welcome.html",
        push_url=url_for("entourage.welcome", token=token),
        token=token,
        draft=drafts.load(db, token, DraftKind.ENTOURAGE, clock.now()),
        begin=url_for("entourage.step", token=token, slug="etape-1"),
        news=activation.ACTIVATED,
        kinds=KINDS,
    )


def _resend(token: str, account: Account) -> Response:
    try:
        turn = activation.resend(get_db(), account.id, networks())
    except activation.NothingToSend:
        return _page(token, _account(token))
    return _page(token, account, htmx.swappable(turn.status), notice=_told(turn))


def _correct(token: str, account: Account) -> Response:
    form = EmailForm(answered(request.form))
    if not form.validate() or form.doubts(request.form):
        return _page(token, account, 422 if form.errors else 200, email=form)
    try:
        signin.prove_waiting(get_db(), account, form.password.data or "", networks())
    except Refusal as refusal:
        return _page(token, account, tell(form.password, refusal, _NOT_IT), email=form)
    turn = activation.correct_email(get_db(), account.id, normalise_email(form.email.data or ""), networks())
    if turn.refused:
        return _page(token, account, htmx.swappable(turn.status), email=form, notice=_told(turn))
    return _page(token, _account(token), notice=_told(turn))


def _told(turn: Turn) -> Any:
    if turn.refused or turn.later:
        return when(turn)
    return _("Un nouveau courriel vient de partir. Le précédent ne sert plus.")
