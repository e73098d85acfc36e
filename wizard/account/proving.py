"""Asking the owner's password again, before what cannot be undone."""

from wizard.account.forms import ProvedForm
from wizard.db import get_db
from wizard.french import gettext as _
from wizard.services import signin
from wizard.services.refusals import Refusal
from wizard.web.guards import networks
from wizard.web.sessions import current_account
from wizard.web.throttle import tell

_WRONG = _("Ce n'est pas votre mot de passe actuel. Vérifiez-le, puis recommencez.")


def prove(form: ProvedForm) -> int:
    """Check the password under the limits of a sign-in; return 200, or the answer's status, its sentence in place."""
    try:
        signin.authenticate(get_db(), current_account().identifier, form.password.data or "", networks())
    except Refusal as refusal:
        return tell(form.password, refusal, _WRONG)
    return 200
