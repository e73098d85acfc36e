"""Step « Identité »: who the parent is. Nothing on marital status, nationality, profession or birth."""

from wizard.forms import StepForm
from wizard.forms.parent import ParentNames
from wizard.french import gettext as _
from wizard.journey.steps import Step


class IdentityForm(ParentNames, StepForm):
    """The parent's civil identity."""


STEP = Step("identite", _("Identité"), _("Votre identité"), IdentityForm, "signup/steps/identity.html", alike=True)
