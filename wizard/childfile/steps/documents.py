"""Step 5: the documents asked, what is there already, and the page that sends each."""

from collections.abc import Mapping
from typing import Any

from wizard.childfile.steps.asking import child_of, declare
from wizard.db import get_db
from wizard.forms import StepForm
from wizard.french import gettext as _
from wizard.models import Draft
from wizard.services.childfile import asked
from wizard.services.childfile.filing import birthdate_of
from wizard.services.documents import keeping
from wizard.settings import get_settings
from wizard.stores import accounts


class DocumentsForm(StepForm):
    """Nothing to answer here: each document has its own page, and none keeps the dossier from being deposited."""


def listed(draft: Draft, form: StepForm) -> Mapping[str, Any]:
    """Give the page each document asked, with the one that there is."""
    told = child_of(draft, form)
    held = keeping.held(get_db(), accounts.of_draft(get_db(), draft).household, told["child"], told["year"])
    town, born = get_settings().dossier, birthdate_of(draft.answers)
    wanted = asked.documents(town, told["year"], born, draft.answers)
    return {**told, "documents": [(one, held.get(one.kind.slug) or held.get(one.kind.instead or "")) for one in wanted]}


STEP = declare(
    "documents",
    _("Pièces"),
    _("Documents"),
    DocumentsForm,
    "childfile/steps/documents.html",
    listed,
    on_other_pages=True,
)
