"""Documents in words: where each stands, why it is to be given again, who opened it."""

from collections.abc import Mapping
from typing import Any

from wizard.french import gettext as _
from wizard.models.documents import DocumentReason, DocumentState
from wizard.services.childfile import asked
from wizard.settings import get_settings

STATES: Mapping[DocumentState, Any] = {
    DocumentState.PROMISED: _("À apporter en mairie"),
    DocumentState.RECEIVED: _("Reçu, la mairie va le lire"),
    DocumentState.ACCEPTED: _("Accepté"),
    DocumentState.REFUSED: _("À refaire"),
}
REFUSALS: Mapping[DocumentReason, Any] = {
    DocumentReason.ILLEGIBLE: _("on ne peut pas le lire"),
    DocumentReason.EXPIRED: _("il est périmé"),
    DocumentReason.WRONG_DOCUMENT: _("ce n'est pas le document demandé"),
    DocumentReason.MISSING_PAGE: _("il manque une page"),
}


def label(kind: str) -> str:
    """Return what a kind of document is called; the town may ask for it no more."""
    known = asked.kind(get_settings().dossier, kind)
    return known.label if known else _("Document")
