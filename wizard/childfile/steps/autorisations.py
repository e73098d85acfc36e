"""Step 4: each authorisation apart, nothing ticked beforehand."""

from wizard.childfile.steps.asking import ANSWER, AskedForm, choice, declare
from wizard.french import gettext as _
from wizard.services.childfile.choices import OUI_NON


class ConsentForm(AskedForm):
    """One question a purpose."""

    step = "autorisations"
    photo_inside = choice(OUI_NON, ANSWER)
    photo_bulletin = choice(OUI_NON, ANSWER)
    photo_web = choice(OUI_NON, ANSWER)
    swimming = choice(OUI_NON, ANSWER)
    transport = choice(OUI_NON, ANSWER)
    outings = choice(OUI_NON, ANSWER)


STEP = declare(
    "autorisations",
    _("Accords"),
    _("Vos autorisations"),
    ConsentForm,
    "childfile/steps/autorisations.html",
)
