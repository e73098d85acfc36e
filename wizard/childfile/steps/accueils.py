"""Step 1: the school, and where the child goes."""

from typing import Any

from wtforms import Field
from wtforms.validators import ValidationError

from wizard.childfile.steps.asking import AskedForm, declare
from wizard.forms import SeveralField, select_field
from wizard.french import gettext as _
from wizard.models import Answers
from wizard.services.childfile.asked import service_labels
from wizard.services.childfile.choices import LEVELS
from wizard.settings import get_settings


class CareForm(AskedForm):
    """The school, the class, and the services: nothing is ticked beforehand."""

    step = "accueils"
    school = select_field("", {}, _("Choisissez l'école."))
    level = select_field("", LEVELS)
    services = SeveralField("")

    def __init__(self, formdata: Any = None, *, answers: Answers | None = None, data: Any = None) -> None:
        super().__init__(formdata, answers=answers, data=data)
        town = get_settings().dossier
        self.school.choices = [("", _("Choisir…")), *((one, one) for one in town.schools)]
        self.services.choices = list(service_labels(town).items())

    def validate_services(self, field: Field) -> None:
        if not set(field.data or ()) & set(get_settings().dossier.services):
            raise ValidationError(_("Cochez au moins un accueil."))


STEP = declare(
    "accueils",
    _("École"),
    _("École et accueils"),
    CareForm,
    "childfile/steps/accueils.html",
)
