"""Step 1: the school, and where the child goes; what was answered for a sibling may be taken."""

from collections.abc import Mapping
from typing import Any

from wtforms import Field
from wtforms.validators import ValidationError

from wizard.childfile.steps.asking import AskedForm, child_of, declare
from wizard.db import get_db
from wizard.forms import SeveralField, StepForm, select_field
from wizard.french import gettext as _
from wizard.models import Answers, Draft
from wizard.services.childfile import siblings
from wizard.services.childfile.asked import service_labels
from wizard.services.childfile.choices import LEVELS
from wizard.settings import get_settings
from wizard.stores import accounts
from wizard.web.done import DONE

TAKE = "reprendre"
"""The button that takes a sibling's answers."""


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


def offered(draft: Draft, form: StepForm) -> Mapping[str, Any]:
    """Give the page what was answered for a sibling, as long as nothing is for this child."""
    told = child_of(draft, form)
    account = accounts.of_draft(get_db(), draft)
    blank = not any(map(any, draft.answers.get(CareForm.step, {}).values()))
    offer = siblings.offer(get_db(), account, told["child"], told["year"], CareForm.step) if blank else None
    return {**told, "offer": offer}


STEP = declare(
    CareForm.step,
    _("École"),
    _("École et accueils"),
    CareForm,
    "childfile/steps/accueils.html",
    offered,
    news=lambda _draft, done: {"taken": done.get(DONE) == TAKE},
    decides=True,
)
