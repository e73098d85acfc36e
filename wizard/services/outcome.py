"""What the town hall decided, as the family reads it."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlite_utils import Database

from wizard.choices import DECISIONS
from wizard.french import gettext as _
from wizard.french import typeset
from wizard.models import Decision, DecisionLine, Dossier, Permission
from wizard.services import household, standing
from wizard.services.household import Household
from wizard.services.standing import Situation
from wizard.services.wording import together
from wizard.settings import get_settings
from wizard.stores import dossiers as store
from wizard.values import phones

_NEXT_STEPS: dict[Decision, Any] = {
    Decision.ACCEPTED: "",
    Decision.REFUSED: _("si vous pensez que c'est une erreur, appelez la mairie au %(phone)s."),
    Decision.TO_CORRECT: _("ouvrez votre espace, corrigez ce qui est demandé, puis validez de nouveau."),
}
_ONLY_IF: dict[Permission, Any] = {
    Permission.COLLECT: _("Ne pourra venir chercher %(names)s que si la demande pour %(names)s est acceptée."),
    Permission.EMERGENCY: _(
        "Ne sera à appeler en cas d'urgence pour %(names)s que si la demande pour %(names)s est acceptée."
    ),
}
"""What an accepted contact does not have of children who are not."""


def told(line: DecisionLine, name: str) -> dict[str, str]:
    """Return what the family reads about one person: name, decision, reason, comment, next step; no limit."""
    number = phones.shown(get_settings().town.phone)
    return {
        "name": name,
        "decision": str(DECISIONS[line.decision]).lower() if line.decision else "",
        "reason": line.reason_told,
        "comment": typeset(line.comment or ""),
        "limit": "",
        "next_step": str(_NEXT_STEPS[line.decision]) % {"phone": number} if line.decision else "",
    }


def reply(db: Database, dossier: Dossier) -> list[dict[str, str]]:
    """Return what the family reads about each person of a dossier; of whom it withdrew meanwhile, that it did."""
    names = store.names(db, dossier.id)
    found = household.read(db, dossier.household)
    situations = standing.situations(found)
    lines = {line.person: told(line, names[line.person]) for line in dossier.lines if _is_told(line, situations)}
    for person, line in lines.items():
        if person in situations and situations[person].is_withdrawn:
            line |= {"decision": situations[person].told.lower(), "reason": "", "comment": "", "next_step": ""}
        else:
            line["limit"] = " ".join(_limits(found, dossier, person))
    return list(lines.values())


def _is_told(line: DecisionLine, situations: Mapping[int, Situation]) -> bool:
    """Whether the answer speaks of someone: asked, or withdrawn by right; not who was merely taken off the list."""
    return line.is_asked or (line.person in situations and situations[line.person].is_withdrawn)


def _limits(found: Household, dossier: Dossier, person: int) -> Iterator[str]:
    """Tell the rights that someone who is accepted does not have, for the child is not."""
    decisions = {line.person: line.decision for line in dossier.asked}
    if decisions.get(person) is not Decision.ACCEPTED:
        return
    names = {member.person: member.identity.called for member in found.everyone}
    given = household.each_of(found.last[person].declaration.rights)
    for permission, words in _ONLY_IF.items():
        asked = [child for child, what in given if what is permission and child in names]  # not who was taken off
        if missing := [names[child] for child in asked if not _is_in(found, dossier, child)]:
            yield str(words) % {"names": together(missing)}


def _is_in(found: Household, dossier: Dossier, child: int) -> bool:
    """Whether a child is accepted once this dossier is answered: by it, or by another one."""
    line = next((one for one in dossier.asked if one.person == child), None)
    if line is None:
        return child in found.facts
    elsewhere = (one for one in found.declared if one.person == child and one.dossier != dossier.id)
    return line.decision is Decision.ACCEPTED or any(one.accepted_at for one in elsewhere)
