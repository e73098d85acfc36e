"""What the canteen serves: the menu of each child; what they must not be served, out of their envelopes."""

from collections import defaultdict
from dataclasses import dataclass

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.models import Action, Agent
from wizard.services.childfile import examining
from wizard.services.childfile.status import FileState
from wizard.services.childfile.wording import said
from wizard.services.documents import vault
from wizard.stores import agent_journal
from wizard.stores.people_search import folded

SERVICE = "cantine"


@dataclass(frozen=True)
class Allergy:
    """What a child must not be served, and what to do if it was; `unreadable`, the envelope cannot be opened."""

    foods: str
    reaction: str
    unreadable: bool = False


def menus(db: Database, year: str) -> dict[str, list[FileState]]:
    """Return, by menu, the children who eat at the canteen, in the order of their names; the most served first."""
    found: dict[str, list[FileState]] = defaultdict(list)
    for state in examining.states(db, year):
        if state.file and SERVICE in state.file.answers.get("accueils", {}).get("services", ()):
            found[state.file.meal or ""].append(state)
    return {
        meal: sorted(states, key=lambda one: (folded(one.child.identity.birth_name), folded(one.child.identity.name)))
        for meal, states in sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    }


def open_list(db: Database, agent: Agent, year: str) -> dict[str, list[FileState]]:
    """Return the menus to an agent who opens the list of the day; the agents' journal says so."""
    with transaction(db):
        agent_journal.add(db, agent.id, Action.LIST_OPENED, now())
    return menus(db, year)


def allergies(db: Database, agent: Agent, year: str) -> dict[int, Allergy]:
    """Open the envelope of each child who eats at the canteen; return those who must not be served something.

    Each opening is written down, and the parents see it.
    """
    found = {}
    for state in (one for served in menus(db, year).values() for one in served):
        if state.file is None or state.file.sealed_at is None:
            continue
        try:
            answers = examining.open_envelope(db, agent, state.child.person, year)
        except vault.Unreadable:
            found[state.child.person] = Allergy("", "", unreadable=True)
            continue
        foods = said("allergens", [*answers.get("allergens", ()), *answers.get("other_allergen", ())])
        if foods:
            found[state.child.person] = Allergy(foods, (answers.get("reaction") or [""])[0])
    return found
