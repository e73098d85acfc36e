"""An answer called back before its mails leave: what it changed is as before, decided but not told."""

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.models import Action, Agent, Role
from wizard.services import asking, decisions, facts, household, losing
from wizard.stores import declarations, dossiers, journal, people, replies, undoing


class TooLate(Exception):
    """A mail of the answer has left, or is leaving; or another answer followed; or there is none."""


def recall(db: Database, agent: Agent, dossier: int) -> None:
    """Remove the mails of the last answer to a dossier and let all that it changed be as before, or nothing.

    What the family changed or withdrew meanwhile stays so. Raises TooLate; AnotherUnderWay when the family asked
    more since, in another dossier.
    """
    with transaction(db):
        current, reply = dossiers.by_id(db, dossier), replies.latest(db, dossier)
        if current is None or reply is None or not reply.held:
            raise TooLate
        if decisions.another_under_way(dossiers.of_household(db, current.household), current):
            raise decisions.AnotherUnderWay
        at = now()
        with losing.sealed(db, current.household, at):
            undoing.put_back(db, replies.recall(db, reply.id))
            declarations.revoke_of_town(db, dossier, reply.at)
            for line in current.lines:
                _settle(db, current.household, line.person)
        journal.add(db, dossier, Action.RECALLED, at, agent.id)
        decisions.ask_nothing_of_the_withdrawn(db, current)
        asking.pass_on(db, dossier, at)


def _settle(db: Database, number: int, person: int) -> None:
    """Make someone's facts follow; of whom nothing is accepted any more, what was declared last is the name."""
    facts.settle(db, number, person)
    last = household.read(db, number).last[person].declaration
    if last.role is not Role.REPRESENTATIVE and not declarations.is_fact(db, person):
        people.set_identity(db, person, last.identity)
