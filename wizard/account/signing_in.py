"""Screen 10: signing in and out."""

import re

from flask import request, url_for
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField
from wtforms.validators import InputRequired

from wizard import htmx
from wizard.db import get_db
from wizard.forms import normalise_email, text_field
from wizard.models import Account
from wizard.security import limited_network
from wizard.services import signin
from wizard.sessions import sign_in, sign_out


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Identifier, or e-mail address, and password."""

    username = text_field(_("Identifiant ou courriel"), _("Indiquez votre identifiant ou votre courriel."), 254)
    password = PasswordField(_("Mot de passe"), [InputRequired(_("Indiquez votre mot de passe."))])


def own_page(path: str) -> str:
    """Return `path` when it is one of the parents' pages, the family's page otherwise."""
    own = re.fullmatch(r"/(espace|entourage)(/[A-Za-z0-9_-]+)*", path)
    return path if own else url_for("account.home")


def login() -> Response:
    """Ask for the identifier and the password; a right answer leads to the page that was wanted."""
    following = own_page(request.values.get("suite", ""))
    form, status = SignInForm(), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                sign_in(_authenticate(form))
                return htmx.see_other(following)
            except signin.SignInRefused as refused:
                form.password.errors, status = [refused.sentence], refused.status
    elif current_user.is_authenticated:
        return htmx.see_other(following)
    return htmx.page("account/login.html", status, form=form, following=following)


def _authenticate(form: SignInForm) -> Account:
    identifier = normalise_email(form.username.data or "")
    return signin.authenticate(get_db(), identifier, form.password.data or "", limited_network())


def logout() -> Response:
    """End the session."""
    sign_out()
    return htmx.see_other(url_for("public.home"))
