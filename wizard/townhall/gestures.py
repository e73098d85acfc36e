"""What one button of a dossier's page decides of several people: the same of those ticked, yes to all the others."""

from enum import StrEnum
from typing import Any

from werkzeug.datastructures import MultiDict

from wizard.models import Decision, Dossier
from wizard.townhall.forms import VERDICT

TICKED = "pour"


class Gesture(StrEnum):
    """The name of a button that decides of several people."""

    SEVERAL = "appliquer"
    ANSWER = "repondre"


def typed(dossier: Dossier, sent: MultiDict[str, str]) -> MultiDict[str, Any]:
    """Return what is decided of each person: by their own line, with all those ticked, or with all the others."""
    found: MultiDict[str, Any] = MultiDict(sent)
    ticked = set(sent.getlist(TICKED, int)) if Gesture.SEVERAL in sent else set()
    for person in (line.person for line in dossier.asked):
        if person in ticked:
            for name in VERDICT:
                found[f"p{person}-{name}"] = sent.get(f"tous-{name}", "")
        elif Gesture.ANSWER in sent and not any(sent.get(f"p{person}-{name}") for name in VERDICT):
            found[f"p{person}-decision"] = Decision.ACCEPTED
    return found
