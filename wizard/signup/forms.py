"""The forms of the pages around the sign-up's steps; no cookie authorises them, and they carry no token."""

from wtforms import Form, PasswordField, StringField
from wtforms.validators import InputRequired

from wizard.forms import email_field
from wizard.french import gettext as _
from wizard.slips import MindsSlips
from wizard.values.text import clean


class CodeForm(Form):
    """The code of the mail."""

    code = StringField(_("Code à 6 chiffres reçu par courriel"), filters=[clean])


class EmailForm(MindsSlips, Form):
    """Another address for a mail that cannot arrive, and the password: who has this page may be someone else."""

    email = email_field(_("Adresse électronique corrigée"), _("Indiquez votre adresse électronique."))
    password = PasswordField(
        _("Votre mot de passe"), [InputRequired(_("Indiquez le mot de passe que vous avez choisi."))]
    )


class LaterForm(MindsSlips, Form):
    """Where to send the link that goes on."""

    email = email_field(_("Votre adresse électronique"), _("Indiquez votre adresse électronique."))
