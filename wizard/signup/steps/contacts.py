"""Step « Contacts »: how the town hall reaches the parent."""

from typing import Any

from flask_babel import lazy_gettext as _

from wizard.choices import PREFERRED_ASKED
from wizard.forms import StepForm, checkbox, email_field, phone_field, select_field
from wizard.journey.steps import Step


class ContactsForm(StepForm):
    """Phones, e-mail and preferences."""

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
        return valid


STEP = Step("contacts", _("Contacts"), _("Vos moyens de contact"), ContactsForm, "signup/steps/contacts.html")
