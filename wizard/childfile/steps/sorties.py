"""Step 3: whether the child may leave alone."""

import re
from collections.abc import Mapping
from typing import Any

from wtforms import Field
from wtforms.validators import ValidationError

from wizard.childfile.steps.asking import ANSWER, AskedForm, child_of, choice, declare
from wizard.db import get_db
from wizard.forms import StepForm, text_field
from wizard.french import gettext as _
from wizard.models import Draft, Permission
from wizard.services import household, standing
from wizard.services.childfile.choices import YES_NO_IN_FRENCH
from wizard.stores import accounts

_HOUR = re.compile(r"([01]?\d|2[0-3])\s*(?:h|:|heures?)?\s*([0-5]\d)?", re.IGNORECASE)


class LeavingForm(AskedForm):
    """Whether the child may leave alone, from which hour, or with a brother or sister who is a minor."""

    step = "sorties"
    alone = choice(YES_NO_IN_FRENCH, ANSWER)
    alone_from = text_field("", None, 20)
    with_sibling = choice(YES_NO_IN_FRENCH)

    def validate_alone_from(self, field: Field) -> None:
        if field.data and not _HOUR.fullmatch(field.data):
            raise ValidationError(_("Cette heure n'est pas comprise. Exemple : 16 h 30"))


def around(draft: Draft, form: StepForm) -> Mapping[str, Any]:
    """Give the page who may collect the child already, by this home."""
    told = child_of(draft, form)
    found = household.read(get_db(), accounts.of_draft(get_db(), draft).household)
    collect = standing.around(found, standing.situations(found))[told["child"]][Permission.COLLECT]
    return {**told, "collect": collect}


STEP = declare(
    "sorties",
    _("Sorties"),
    _("Qui vient le chercher, et s'il repart seul"),
    LeavingForm,
    "childfile/steps/sorties.html",
    around,
)
