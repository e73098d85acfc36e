"""Step « Adresse »: where the parent lives."""

from collections.abc import Mapping
from typing import Any

from wizard.address_form import RELOADS, AddressForm, shown
from wizard.forms import StepForm
from wizard.french import gettext as _
from wizard.journey.steps import Step
from wizard.models import Draft


def context(_draft: Draft, form: StepForm) -> Mapping[str, Any]:
    """Give the page what the address data says of what was typed."""
    return shown(form)


STEP = Step(
    "adresse",
    _("Adresse"),
    _("Votre adresse"),
    AddressForm,
    "signup/steps/address.html",
    context=context,
    reloads=RELOADS,
    alike=True,
)
