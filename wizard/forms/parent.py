"""What a parent says of themselves: the same in the steps of the sign-up and in their own pages."""

from typing import Any

from wtforms import Form

from wizard.choices import PREFERRED_ASKED, TITLES_ASKED
from wizard.forms.fields import (
    checkbox,
    email_field,
    given_name_field,
    name_field,
    phone_field,
    select_field,
    single_name_box,
)
from wizard.french import gettext as _


class ParentNames(Form):
    """Who the parent is."""

    title = select_field(_("Civilité"), TITLES_ASKED)
    birth_name = name_field(_("Nom de naissance"), _("Indiquez votre nom de naissance."))
    usage_name = name_field(_("Nom d'usage (si différent)"))
    given_name = given_name_field(_("Indiquez votre prénom."))
    single_name = single_name_box()


class ParentContacts(Form):
    """How the town hall reaches them."""

    mobile = phone_field(_("Téléphone portable"))
    phone = phone_field(_("Autre téléphone"))
    email = email_field(_("Courriel"), _("Indiquez votre adresse électronique : elle active votre espace."))
    preferred_contact = select_field(_("Contact préféré"), PREFERRED_ASKED)
    sms_ok = checkbox(_("J'accepte de recevoir des SMS d'information de la mairie"))

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if not self.mobile.data and not self.phone.data:
            self.mobile.errors = [_("Indiquez au moins un numéro de téléphone, portable ou fixe.")]
            return False
        return bool(valid)
