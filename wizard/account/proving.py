"""Asking the owner's password again, before what cannot be undone."""

from flask_babel import lazy_gettext as _
from werkzeug.exceptions import ServiceUnavailable

from wizard.account.forms import ProvedForm
from wizard.db import get_db
from wizard.security import limited_network
from wizard.services import passwords, signin
from wizard.sessions import current_account


def prove(form: ProvedForm) -> int:
    """Check the password under the limits of a sign-in; return 200, or the answer's status, its sentence in place."""
    password = form.password.data or ""
    try:
        signin.authenticate(get_db(), current_account().identifier, password, limited_network())
    except signin.WrongCredentials:
        form.password.errors = [_("Ce n’est pas votre mot de passe actuel. Vérifiez-le, puis recommencez.")]
        return 422
    except signin.TooSoon:
        form.password.errors = [_("Trop d’essais : attendez quelques minutes, puis recommencez.")]
        return 429
    except passwords.Busy as busy:
        raise ServiceUnavailable(retry_after=busy.retry_after) from None
    return 200
