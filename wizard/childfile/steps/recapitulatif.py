"""Step 6: all that will be deposited, read again, and what the other parent deposited meanwhile."""

from collections.abc import Mapping
from typing import Any

from wtforms import HiddenField

from wizard.childfile.steps.asking import declare
from wizard.childfile.steps.documents import listed
from wizard.clock import stamp
from wizard.db import get_db
from wizard.forms import StepForm
from wizard.french import gettext as _
from wizard.models import Draft
from wizard.services.childfile import filing
from wizard.services.childfile.wording import lines
from wizard.stores import child_files


class DepositForm(StepForm):
    """« Déposer »; `seen` is the moment of the other parent's deposit that the page shows."""

    seen = HiddenField()


def recap(draft: Draft, form: StepForm) -> Mapping[str, Any]:
    """Give the page each answer and document, and each answer deposited otherwise since the draft was begun."""
    told = listed(draft, form)
    file = child_files.of_child(get_db(), told["child"], told["year"])
    behind = filing.is_behind(draft, file)
    answers = filing.kept(draft.answers)
    return {
        **told,
        "sections": {slug: lines(answers, slug) for slug in answers},
        "file": file,
        "seen": stamp(file.updated_at) if behind and file else "",
        "differences": filing.differences(draft, file) if behind and file else (),
    }


STEP = declare(
    "recapitulatif",
    _("Résumé"),
    _("Récapitulatif"),
    DepositForm,
    "childfile/steps/recapitulatif.html",
    recap,
)
