"""What decisions, motives and statuses are called, by the town hall and to the parents alike."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _

from wizard.french import typeset
from wizard.models import Decision, DecisionLine, Dossier, Status
from wizard.settings import get_settings
from wizard.values import phones

DECISIONS: dict[Decision, Any] = {
    Decision.ACCEPTED: _("Demande acceptée"),
    Decision.REFUSED: _("Demande refusée"),
    Decision.TO_CORRECT: _("À corriger"),
}

STATUSES: dict[Status, Any] = {
    Status.DEPOSITED: _("Déposé"),
    Status.OPENED: _("En cours"),
    Status.TO_CORRECT: _("À corriger"),
    Status.ACCEPTED: _("Accepté"),
    Status.PARTLY_ACCEPTED: _("Accepté en partie"),
    Status.REFUSED: _("Refusé"),
}


class Motive(StrEnum):
    """Why a person is refused or has to be corrected."""

    DUPLICATE = "duplicate"
    OUTSIDE_TOWN = "outside_town"
    MISSING_INFORMATION = "missing_information"
    ADDRESS_TO_CONFIRM = "address_to_confirm"
    PARENTAL_AUTHORITY = "parental_authority"
    CONTACT_DECLINED = "contact_declined"
    TEST_OR_ERROR = "test_or_error"
    OTHER = "other"


# What the agent chooses → the sentence that the family reads. The comment says the rest, or all of it.
MOTIVES: dict[Motive, tuple[Any, Any]] = {
    Motive.DUPLICATE: (_("Doublon"), _("Cette personne est déjà connue de la mairie.")),
    Motive.OUTSIDE_TOWN: (_("Hors commune"), _("L'adresse indiquée n'est pas dans la commune.")),
    Motive.MISSING_INFORMATION: (_("Information manquante"), _("Il manque une information.")),
    Motive.ADDRESS_TO_CONFIRM: (_("Adresse à confirmer"), _("L'adresse est à confirmer.")),
    Motive.PARENTAL_AUTHORITY: (
        _("Autorité parentale à préciser"),
        _("Il faut préciser qui exerce l'autorité parentale."),
    ),
    Motive.CONTACT_DECLINED: (
        _("Contact refusé par la personne"),
        _("Cette personne ne souhaite pas être contact."),
    ),
    Motive.TEST_OR_ERROR: (
        _("Demande de test ou erreur"),
        _("Cette demande semble être un essai ou une erreur."),
    ),
    Motive.OTHER: (_("Autre"), ""),
}

_NEXT_STEPS: dict[Decision, Any] = {
    Decision.ACCEPTED: "",
    Decision.REFUSED: _("si vous pensez que c'est une erreur, appelez la mairie au %(phone)s."),
    Decision.TO_CORRECT: _("ouvrez votre espace, corrigez ce qui est demandé, puis validez de nouveau."),
}


def told(line: DecisionLine, name: str) -> dict[str, str]:
    """Return what the family reads about one person: name, decision, motive, comment, next step."""
    number = phones.shown(get_settings().town.phone)
    return {
        "name": name,
        "decision": str(DECISIONS[line.decision]).lower() if line.decision else "",
        "motive": str(MOTIVES[Motive(line.motive)][1]) if line.motive else "",
        "comment": typeset(line.comment or ""),
        "next_step": str(_NEXT_STEPS[line.decision]) % {"phone": number} if line.decision else "",
    }


def latest_decisions(dossiers: Sequence[Dossier]) -> dict[int, Decision]:
    """Return what was decided last for each person; `dossiers` are the most recent first."""
    latest: dict[int, Decision] = {}
    for dossier in dossiers:
        for line in dossier.lines:
            if dossier.answered_at and line.decision:
                latest.setdefault(line.person, line.decision)
            elif not dossier.answered_at:
                latest.setdefault(line.person, Decision.ACCEPTED)  # under way: nothing is asked of the family
    return latest
