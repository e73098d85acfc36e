"""Step « Identité »: who the parent is. Nothing on marital status, nationality, profession or birth."""

from flask_babel import lazy_gettext as _

from wizard.choices import TITLES_ASKED
from wizard.forms import StepForm, given_name_field, name_field, select_field, single_name_box
from wizard.journey.steps import Step


class IdentityForm(StepForm):
    """The parent's civil identity."""

    title = select_field(_("Civilité"), TITLES_ASKED)
    birth_name = name_field(_("Nom de naissance"), _("Indiquez votre nom de naissance."))
    usage_name = name_field(_("Nom d'usage (si différent)"))
    given_name = given_name_field(_("Indiquez votre prénom."))
    single_name = single_name_box()


STEP = Step("identite", _("Identité"), _("Votre identité"), IdentityForm, "signup/steps/identity.html")
