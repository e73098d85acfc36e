"""Screen 10: signing in and out."""

import re
from datetime import timedelta
from typing import Any

from flask import request, url_for
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.wrappers import Response
from wtforms import Field, PasswordField
from wtforms.validators import InputRequired

from wizard import htmx
from wizard.db import get_db
from wizard.forms import normalise_email, text_field
from wizard.models import Account
from wizard.security import limited_network
from wizard.services import passwords, signin
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
        status, account = 422, None
        if form.validate():
            account, status = _authenticate(form)
        if account:
            sign_in(account)
            return htmx.see_other(following)
    elif current_user.is_authenticated:
        return htmx.see_other(following)
    return htmx.page("account/login.html", status, form=form, following=following)


def _authenticate(form: SignInForm) -> tuple[Account | None, int]:
    """Return the account, or None and the status of the answer, its sentence beside the field."""
    identifier, password = normalise_email(form.username.data or ""), form.password.data or ""
    try:
        return signin.authenticate(get_db(), identifier, password, limited_network()), 200
    except signin.WrongCredentials:
        return _refuse(form.password, _("Identifiant ou mot de passe incorrect. Vérifiez-les, puis recommencez."))
    except signin.NotActivated:
        sentence = _("Votre espace n’est pas encore activé : suivez le lien du courriel que vous avez reçu.")
        return _refuse(form.password, sentence)
    except signin.TooSoon as early:
        return _refuse(form.password, _("Trop d’essais : attendez %(wait)s.", wait=_words(early.wait)), 429)
    except passwords.Busy as busy:
        raise ServiceUnavailable(retry_after=busy.retry_after) from None


def _refuse(field: Field, sentence: Any, status: int = 422) -> tuple[None, int]:
    field.errors = [sentence]
    return None, status


def _words(wait: timedelta) -> str:
    seconds = max(1, round(wait.total_seconds()))
    return f"{seconds} s" if seconds < 90 else f"{-(-seconds // 60)} min"


def logout() -> Response:
    """End the session."""
    sign_out()
    return htmx.see_other(url_for("public.home"))
