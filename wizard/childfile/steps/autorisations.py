"""Step 4: each authorisation apart, nothing ticked beforehand."""

from wizard.childfile.steps.asking import ANSWER, AskedForm, choice, declare
from wizard.french import gettext as _
from wizard.services.childfile.choices import YES_NO_IN_FRENCH


class ConsentForm(AskedForm):
    """One question a purpose."""

    step = "autorisations"
    photo_inside = choice(YES_NO_IN_FRENCH, ANSWER)
    photo_bulletin = choice(YES_NO_IN_FRENCH, ANSWER)
    photo_web = choice(YES_NO_IN_FRENCH, ANSWER)
    swimming = choice(YES_NO_IN_FRENCH, ANSWER)
    transport = choice(YES_NO_IN_FRENCH, ANSWER)
    outings = choice(YES_NO_IN_FRENCH, ANSWER)


STEP = declare(
    "autorisations",
    _("Accords"),
    _("Vos autorisations"),
    ConsentForm,
    "childfile/steps/autorisations.html",
)
