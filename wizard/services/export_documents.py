"""What the copy of a family's data tells of its documents: each is listed, and says where the file is.

Without `health`, which is the town hall's copy, one about health is told to be there, and no more.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from wizard.french import gettext as _
from wizard.french import plain, short_day
from wizard.models import Account
from wizard.models.documents import Opening
from wizard.services.childfile.choices import YES_NO_IN_FRENCH
from wizard.services.documents import own
from wizard.services.documents.wording import REFUSALS, STATES
from wizard.settings import get_settings

Day = Callable[[datetime | None], str]


def sections(db: Database, account: Account, day: Day, *, health: bool) -> dict[str, list[dict[str, Any]]]:
    """Return the sections of a household."""
    shown, envelopes = own.of_account(db, account), own.envelopes(db, account)
    if not health:
        shown = tuple(map(_discreet, shown))
    seen = [(one.label, opening) for one in shown for opening in one.opened]
    seen += [(_("Pli santé %(year)s", year=one.year), opening) for one in envelopes for opening in one.opened]
    return {
        "Documents": [_document(one, day) for one in shown],
        "Ouvertures de vos documents": [_opening(plain(label), opening, day) for label, opening in seen],
    }


def _discreet(one: own.Shown) -> own.Shown:
    if not one.is_about_health:
        return one
    return replace(one, label=_("Document de santé"), document=replace(one.document, reason=None))


def _document(one: own.Shown, day: Day) -> dict[str, Any]:
    held = one.document
    told = {
        "Document": plain(one.label),
        "Pour": one.child.identity.name if one.child else _("toute la famille"),
        "Année": held.year,
        "État": STATES[held.state],
        "Motif": REFUSALS[held.reason] if held.reason else None,
        "Envoyé le": day(held.deposited_at),
        "Décidé le": day(held.decided_at),
    }
    if not held.is_held:
        return told
    return told | {
        "Valable jusqu'au": short_day(held.valid_until) if held.valid_until else None,
        "Gardé jusqu'au": short_day(one.kept_until),
        "Pages": held.pages,
        "Passé à l'antivirus": YES_NO_IN_FRENCH["oui" if held.analysed else "non"],
        "À télécharger ici": f"{get_settings().public_url}/espace/documents/{held.id}",
    }


def _opening(label: str, one: Opening, day: Day) -> dict[str, Any]:
    by = one.name or (_("un agent de la mairie") if one.by_town else _("un parent"))
    return {"Document": label, "Par": by, "Le": day(one.at)}
