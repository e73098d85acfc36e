"""The people of a dossier as its page shows them: who they are, what is asked of them, what was decided before."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from wizard.choices import LINKS
from wizard.models import DecisionLine, Dossier, Member, Role
from wizard.services import decisions, duplicates
from wizard.services.differences import Difference, between
from wizard.services.duplicates import Alike
from wizard.services.household import Household, declaration_of
from wizard.services.standing import Situation
from wizard.stores import journal
from wizard.townhall.forms import DecisionForm

Forms = Mapping[int, DecisionForm]


@dataclass(frozen=True)
class DecisionCard:
    """A person of the dossier, the decision about them, and where they may be declared too.

    `changes` are what the family asks otherwise than they are; `before`, what was decided before the family changed
    what it asks, and `since`, what it changed then. `adults` are those of a child, each with who they are to them.
    Nothing is to decide without a `form`.
    """

    member: Member
    situation: Situation | None
    line: DecisionLine
    form: DecisionForm | None
    adults: tuple[tuple[Any, str], ...]
    changes: tuple[Difference, ...]
    before: DecisionLine | None
    since: tuple[Difference, ...]
    alike: tuple[Alike, ...]


def cards(
    db: Database, dossier: Dossier, found: Household, situations: Mapping[int, Situation], forms: Forms
) -> dict[int, DecisionCard]:
    """Return each person of the dossier as the family asks them to be; whom it took off its list, no more."""
    shown = {member.person: member for member in (*found.everyone, *found.asked)}
    elsewhere, decided = duplicates.of_household(db, dossier.household), journal.last_decisions(db, dossier.id)
    return {
        line.person: DecisionCard(
            shown[line.person],
            situations.get(line.person),
            line,
            forms.get(line.person),
            _adults(line, shown),
            _changes(found, line),
            *_before(db, dossier, line, decided),
            elsewhere.get(line.person, ()),
        )
        for line in dossier.lines
        if line.person in shown
    }


def _adults(line: DecisionLine, shown: Mapping[int, Member]) -> tuple[tuple[Any, str], ...]:
    if shown[line.person].role is not Role.CHILD:
        return ()
    adults = [one for one in shown.values() if line.person in one.links]
    adults.sort(key=lambda one: one.role is Role.CONTACT)  # parents first
    return tuple((LINKS[one.links[line.person]], one.identity.name) for one in adults)


def _changes(found: Household, line: DecisionLine) -> tuple[Difference, ...]:
    pending, fact = found.pending.get(line.person), found.facts.get(line.person)
    if not pending or not fact or not line.waits_for_town:
        return ()
    return between(declaration_of(fact, found.parent), pending.declaration, found.names)


def _before(
    db: Database, dossier: Dossier, line: DecisionLine, decided: Mapping[int, tuple[int, DecisionLine]]
) -> tuple[DecisionLine | None, tuple[Difference, ...]]:
    """Return what was decided of someone before the family asked otherwise, and what it asks otherwise."""
    if not line.is_asked or line.decision or line.person not in decided:
        return None, ()
    number, before = decided[line.person]
    return before, decisions.changed_since(db, dossier, line.person, number)
