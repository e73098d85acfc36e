"""Step « Contacts »: how the town hall reaches the parent."""

from wizard.forms import StepForm
from wizard.forms.parent import ParentContacts
from wizard.french import gettext as _
from wizard.journey.steps import Step


class ContactsForm(ParentContacts, StepForm):
    """Phones, e-mail and preferences."""


STEP = Step(
    "contacts", _("Contacts"), _("Vos moyens de contact"), ContactsForm, "signup/steps/contacts.html", alike=True
)
