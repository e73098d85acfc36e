"""Screens 10 and 11: sign in, « Nouvelles personnes », « Commencer »."""

from typing import Any

from flask import redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from wizard import clock
from wizard.db import get_db
from wizard.entourage.blueprint import blueprint
from wizard.entourage.correcting import opening, page_of
from wizard.entourage.journey import ENTOURAGE, JOURNEY
from wizard.forms.signing_in import Credentials
from wizard.french import gettext as _
from wizard.kinds import KINDS
from wizard.models import Account
from wizard.services import household, pace, signin
from wizard.services.activation import ACTIVATED
from wizard.services.opening import close_to_all, open_entourage
from wizard.services.refusals import Refusal
from wizard.stores import drafts
from wizard.values.emails import normalise_email
from wizard.web import htmx
from wizard.web.belonging import refuse_others
from wizard.web.done import lead_to, told
from wizard.web.guards import is_cross_site, networks
from wizard.web.sessions import make_way, sign_out
from wizard.web.throttle import tell

# What may have led to these pages → what is said of it.
_DONE = {
    "activer": ACTIVATED,
    "terminer": _("C'est terminé sur cet écran. Ce que vous avez saisi est gardé : reconnectez-vous pour continuer."),
}


@blueprint.get("/entourage")
def start() -> Response:
    """Show « Nouvelles personnes » to whoever is signed in, the sign-in otherwise."""
    if current_user.is_authenticated:
        return _welcome(url_for("entourage.begin"))
    return _ask_to_sign_in(Credentials())


@blueprint.post("/entourage")
def begin() -> Response:
    """Open the account's draft: at its first step when signed in, at « Nouvelles personnes » after a sign-in."""
    if current_user.is_authenticated and "password" not in request.form:
        token = _open(current_user.account, signed_in=True)
        return redirect(_page_to_correct(token) or ENTOURAGE.url(token, JOURNEY.steps[0]), 303)
    return _sign_in()


def _page_to_correct(token: str) -> str | None:
    """Return the page of someone of the family whom « Corriger » names."""
    found = household.read(get_db(), current_user.account.household)
    page = page_of(found, request.form.get("person", 0, int))
    return url_for("entourage.person", token=token, kind=page[0], entry=page[1]) if page else None


@blueprint.get("/entourage/<token>")
def welcome(token: str) -> Response:
    """Show « Nouvelles personnes », in a draft."""
    if is_cross_site():
        return redirect(url_for("entourage.start"), 303)
    visit = ENTOURAGE.visit(token)
    here = url_for("entourage.welcome", token=token)
    return _welcome(visit.url(JOURNEY.steps[0]), push_url=here, draft=visit.draft, token=token)


@blueprint.post("/entourage/<token>/terminer")
def end(token: str) -> Response:
    """Leave this screen to whoever comes next: what was typed waits for the next sign-in."""
    if account := _account_of(token):
        sign_out()
        close_to_all(get_db(), account)
    return lead_to("entourage.start", "terminer")


def _account_of(token: str) -> int | None:
    """Return whose draft an address opens, or opened until it was deposited. Raises NotYours."""
    if visit := ENTOURAGE.find(token, late=True):
        return visit.draft.account
    if receipt := drafts.receipt(get_db(), token, JOURNEY.kind, clock.now()):
        refuse_others(receipt.account)
        return receipt.account
    return None


def _news() -> Any:
    """Return what was done by the form that led here."""
    return told(_DONE)


def _welcome(begin: str, **context: Any) -> Response:
    context = {"draft": None, "push_url": None, "kinds": KINDS, **context}
    return htmx.page("entourage/welcome.html", begin=begin, news=_news(), **context)


def _ask_to_sign_in(form: Credentials, status: int = 200) -> Response:
    return htmx.page("entourage/sign_in.html", status, form=form, news=_news())


def _sign_in() -> Response:
    form = Credentials(request.form)
    if not form.validate():
        return _ask_to_sign_in(form, 422)
    identifier, password = normalise_email(form.username.data or ""), form.password.data or ""
    try:
        account = signin.authenticate(get_db(), identifier, password, networks())
    except Refusal as refusal:
        return _ask_to_sign_in(form, tell(form.password, refusal))
    token = _open(account, signed_in=make_way(account))
    return redirect(url_for("entourage.welcome", token=token), 303)


def _open(account: Account, *, signed_in: bool) -> str:
    """Open the draft this account left unfinished, or a new one with the family as it is or asks to be."""
    db = get_db()
    pace.of_an_opening(db, account.id)
    answers = opening(household.read(db, account.household))
    return open_entourage(db, account.id, answers, signed_in=signed_in)
