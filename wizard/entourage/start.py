"""Screens 10 and 11: sign in, « Nouvelles personnes », « Commencer »."""

from flask import Blueprint, redirect, request, url_for
from flask_babel import lazy_gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import Form, PasswordField
from wtforms.validators import InputRequired

from wizard import htmx
from wizard.db import get_db
from wizard.entourage.again import latest_decisions, opening
from wizard.entourage.trip import TRIP
from wizard.forms import normalise_email, text_field
from wizard.journey_views import gone, wait_for
from wizard.security import is_cross_site, limited_network
from wizard.services import pace, signin
from wizard.stores import accounts, dossiers, people


class SignInForm(Form):
    """Identifier, or e-mail address, and password."""

    username = text_field(_("Identifiant ou courriel"), _("Indiquez votre identifiant ou votre courriel."), 254)
    password = PasswordField(_("Mot de passe"), [InputRequired(_("Indiquez votre mot de passe."))])


def register(blueprint: Blueprint) -> None:
    """Add these pages to the entourage's."""

    @blueprint.get("/entourage")
    def start() -> Response:
        """« Nouvelles personnes » when signed in, the sign-in otherwise."""
        if current_user.is_authenticated:
            return htmx.page("entourage/welcome.html", begin=url_for("entourage.begin"), token=None)
        return htmx.page("entourage/sign_in.html", form=SignInForm())

    @blueprint.post("/entourage")
    def begin() -> Response:
        """Open the account's draft: at its first step when signed in, at « Nouvelles personnes » after a sign-in."""
        if current_user.is_authenticated and "password" not in request.form:
            token = _open(current_user.account.id)
            return redirect(TRIP.url(token, TRIP.journey.steps[0]), 303)
        return _sign_in()

    @blueprint.get("/entourage/<token>")
    def welcome(token: str) -> Response:
        """« Nouvelles personnes », in a draft."""
        if is_cross_site():
            return redirect(url_for("entourage.start"), 303)
        if TRIP.load(token) is None:
            return gone(TRIP, token)
        here, begin = url_for("entourage.welcome", token=token), TRIP.url(token, TRIP.journey.steps[0])
        return htmx.page("entourage/welcome.html", push_url=here, begin=begin, token=token)


def _sign_in() -> Response:
    form = SignInForm(request.form)
    if not form.validate():
        return htmx.page("entourage/sign_in.html", 422, form=form)
    identifier, password = normalise_email(form.username.data or ""), form.password.data or ""
    try:
        account = signin.authenticate(get_db(), identifier, password, limited_network())
    except signin.SignInRefused as refused:
        form.password.errors = [refused.sentence]
        return htmx.page("entourage/sign_in.html", htmx.told(refused.status), form=form)
    return redirect(url_for("entourage.welcome", token=_open(account.id)), 303)


def _open(account_id: int) -> str:
    """Open the draft this account left unfinished, or a new one with what is known and what is to correct."""
    db = get_db()
    wait_for(pace.of_an_opening(db, account_id))
    account = accounts.by_id(db, account_id)
    assert account is not None
    members = people.members(db, account.household)
    decisions = latest_decisions(dossiers.of_household(db, account.household))
    return TRIP.begin(opening(members, account.person, decisions), account_id)
