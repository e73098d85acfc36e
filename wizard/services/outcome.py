"""What the town hall decided, as the family reads it."""

from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database

from wizard.choices import DECISIONS
from wizard.french import gettext as _
from wizard.french import typeset
from wizard.models import Decision, DecisionLine, Dossier
from wizard.services import household, standing
from wizard.services.standing import Situation
from wizard.settings import get_settings
from wizard.stores import dossiers as store
from wizard.values import phones

_NEXT_STEPS: dict[Decision, Any] = {
    Decision.ACCEPTED: "",
    Decision.REFUSED: _("si vous pensez que c'est une erreur, appelez la mairie au %(phone)s."),
    Decision.TO_CORRECT: _("ouvrez votre espace, corrigez ce qui est demandé, puis validez de nouveau."),
}


def told(line: DecisionLine, name: str) -> dict[str, str]:
    """Return what the family reads about one person: name, decision, reason, comment, next step."""
    number = phones.shown(get_settings().town.phone)
    return {
        "name": name,
        "decision": str(DECISIONS[line.decision]).lower() if line.decision else "",
        "reason": line.reason_told,
        "comment": typeset(line.comment or ""),
        "next_step": str(_NEXT_STEPS[line.decision]) % {"phone": number} if line.decision else "",
    }


def reply(db: Database, dossier: Dossier) -> list[dict[str, str]]:
    """Return what the family reads about each person of a dossier; of whom it withdrew meanwhile, that it did."""
    names = store.names(db, dossier.id)
    situations = standing.situations(household.read(db, dossier.household))
    lines = {line.person: told(line, names[line.person]) for line in dossier.lines if _is_told(line, situations)}
    for person, line in lines.items():
        if person in situations and situations[person].is_withdrawn:
            line |= {"decision": situations[person].told.lower(), "reason": "", "comment": "", "next_step": ""}
    return list(lines.values())


def _is_told(line: DecisionLine, situations: Mapping[int, Situation]) -> bool:
    """Whether the answer speaks of someone: asked, or withdrawn by right; not who was merely taken off the list."""
    return line.is_asked or (line.person in situations and situations[line.person].is_withdrawn)
