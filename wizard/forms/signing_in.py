"""What a parent signs in with, at top level and in the town's frame alike."""

from wtforms import Form, PasswordField
from wtforms.validators import InputRequired

from wizard.forms.fields import text_field
from wizard.french import gettext as _


class Credentials(Form):
    """Identifier, or e-mail address, and password."""

    username = text_field(_("Identifiant ou courriel"), _("Indiquez votre identifiant ou votre courriel."), 254)
    password = PasswordField(_("Mot de passe"), [InputRequired(_("Indiquez votre mot de passe."))])
