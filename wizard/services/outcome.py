"""What the town hall decided, as the family reads it."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _

from wizard.choices import DECISIONS, MOTIVES_TOLD
from wizard.french import typeset
from wizard.models import Decision, DecisionLine, Dossier
from wizard.settings import get_settings
from wizard.values import phones

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
        "motive": str(MOTIVES_TOLD[line.motive]) if line.motive else "",
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
