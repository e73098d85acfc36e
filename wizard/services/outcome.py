"""What the town hall decided, as the family reads it."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from sqlite_utils import Database

from wizard.choices import DECISIONS, MOTIVES_TOLD
from wizard.french import typeset
from wizard.models import Decision, DecisionLine, Dossier, Stage
from wizard.services import standing
from wizard.services.standing import last_words
from wizard.settings import get_settings
from wizard.stores import dossiers as store
from wizard.stores import people
from wizard.values import phones

_NEXT_STEPS: dict[Decision, Any] = {
    Decision.ACCEPTED: "",
    Decision.REFUSED: _("si vous pensez que c'est une erreur, appelez la mairie au %(phone)s."),
    Decision.TO_CORRECT: _("ouvrez votre espace, corrigez ce qui est demandé, puis validez de nouveau."),
}

_DECIDED = {
    Stage.ASKED: Decision.ACCEPTED,  # under way: nothing is asked of the family
    Stage.ACCEPTED: Decision.ACCEPTED,
    Stage.REFUSED: Decision.REFUSED,
    Stage.TO_CORRECT: Decision.TO_CORRECT,
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


def reply(db: Database, dossier: Dossier) -> list[dict[str, str]]:
    """Return what the family reads about each person of a dossier; of whom it withdrew meanwhile, that it did."""
    names = store.names(db, dossier.id)
    situations = standing.of_household(db, dossier.household, people.members(db, dossier.household))
    lines = {line.person: told(line, names[line.person]) for line in dossier.lines}
    for person, line in lines.items():
        if situations[person].is_withdrawn:
            line |= {"decision": situations[person].told.lower(), "motive": "", "comment": "", "next_step": ""}
    return list(lines.values())


def latest_decisions(dossiers: Sequence[Dossier]) -> dict[int, Decision]:
    """Return what was decided last for each person."""
    return {person: _DECIDED[present.stage] for person, present in last_words(dossiers).items()}
