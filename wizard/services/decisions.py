"""A dossier in the agents' hands: opened, decided person by person, answered once, reopened with a trace."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.models import Action, Agent, DecisionLine, Dossier
from wizard.services import asking, confirming, facts, holding, household, inviting, outbox, outcome, taking
from wizard.services.differences import Difference, between
from wizard.services.families import new_key
from wizard.services.holding import Held
from wizard.services.household import Household
from wizard.services.searching import search
from wizard.stores import accounts, agent_journal, declarations, dossiers, families, journal, replies
from wizard.stores.queue_lines import QueuedDossier


class AlreadyAnswered(Exception):
    """The family has its answer: the dossier must be reopened before anything changes in it."""


class NotAnswered(Exception):
    """There is no answer to take back, or nothing is left to decide."""


class StillHeld(Exception):
    """The mail of the answer has not left: it is to be called back, or the family would get two answers."""


class AnotherUnderWay(Exception):
    """The family has another dossier that is not closed: it has one at a time."""


class NotAllDecided(Exception):
    """Someone in the dossier is still waiting for a decision."""


class Changed(Exception):
    """Another agent decided in the meantime, or the family asks otherwise; `people` are those concerned."""

    def __init__(self, *people: int) -> None:
        super().__init__(*people)
        self.people = people


@dataclass(frozen=True)
class Choice:
    """What an agent decides for a person, and the number of the latest change that was before their eyes."""

    line: DecisionLine
    seen: int


def open_dossier(db: Database, agent: Agent, reference: str) -> Dossier | None:
    """Return a dossier to the agent who reads it, and write in its journal that they did."""
    with transaction(db):
        dossier = dossiers.by_reference(db, reference)
        if dossier is None:
            return None
        at = now()
        first = dossiers.set_opened(db, dossier.id, at)
        journal.add(db, dossier.id, Action.OPENED if first else Action.READ, at, agent.id)
        taking.take(db, agent, dossier.id, at)
    return dossiers.by_id(db, dossier.id) if first else dossier


def note_nobody(db: Database, agent: Agent, household: int) -> None:
    """Write that an agent asked for a family of which nothing can be shown, any more or yet, by its number."""
    with transaction(db):
        agent_journal.add(db, agent.id, Action.READ, now(), str(household))


def look_up(db: Database, agent: Agent, reference: str) -> Dossier | None:
    """Return a dossier to an agent who tells a family where it stands, and write in their journal that they did."""
    found = dossiers.by_reference(db, reference)
    if found:
        with transaction(db):
            agent_journal.add(db, agent.id, Action.LOOKED_UP, now(), found.reference)
    return found


def note_reading(db: Database, agent: Agent, dossier: int) -> None:
    """Write that an agent had a dossier before their eyes though they changed nothing in it."""
    with transaction(db):
        journal.add(db, dossier, Action.READ, now(), agent.id)
        taking.take(db, agent, dossier, now())


def find(db: Database, agent: Agent, text: str, limit: int) -> tuple[QueuedDossier, ...]:
    """Return the dossiers of someone looked for, and write in the journal of each that it was found.

    The queue itself is not noted: it is the agents' work, the same for all of them; who is looked for is a choice.
    """
    found = search(db, text, limit)  # before the lock is taken: parents write meanwhile
    with transaction(db):
        for entry in found:
            journal.add(db, entry.dossier.id, Action.FOUND, now(), agent.id)
    return found


def decide(db: Database, agent: Agent, dossier: int, choices: Iterable[Choice]) -> None:
    """Keep what the agent decided, all of it or nothing.

    Deciding again what is already decided changes nothing: a double click leaves one line in the journal.
    Raises AlreadyAnswered; Changed when someone else's decision would be overwritten, or what the family asks now
    decided on, unseen.
    """
    with transaction(db):
        current = _unanswered(db, dossier)
        known = {line.person: line for line in decidable(household.read(db, current.household), current)}
        new = [choice for choice in choices if known.get(choice.line.person) != choice.line]
        latest = journal.latest_of_each(db, dossier)
        unseen = [
            choice.line.person
            for choice in new
            if choice.line.person not in known or latest.get(choice.line.person, 0) != choice.seen
        ]
        if unseen:
            raise Changed(*unseen)
        for line in (choice.line for choice in new):
            version = declarations.latest_in(db, dossier, line.person)
            dossiers.set_decision(db, dossier, line, version)
            journal.add(db, dossier, Action.DECIDED, now(), agent.id, line)
        taking.take(db, agent, dossier, now())


def changed_since(db: Database, dossier: Dossier, person: int, seen: int) -> tuple[Difference, ...]:
    """Return what the family asks of someone otherwise than a page that showed the change of number `seen`."""
    found = household.read(db, dossier.household)
    own = [one for one in found.declared if (one.person, one.dossier) == (person, dossier.id)]
    version = journal.version_at(db, dossier.id, person, seen) or own[0].version
    shown = next(one for one in own if one.version == version)
    names = {member.person: member.identity.called for member in (*found.everyone, *found.asked)}
    return between(shown.declaration, found.last[person].declaration, names)


def answer(db: Database, agent: Agent, dossier: int, seen: int, link: str) -> None:
    """Answer the family: make true what it accepts, date it and write the mails, once, whoever clicks how often.

    The mails leave ten minutes later.

    `seen` is the number of the latest change in the agent's recap; `link` leads to the parent's page.
    Raises AlreadyAnswered, NotAllDecided; Changed when the recap is out of date.
    """
    with transaction(db):
        current = _unanswered(db, dossier)
        if any(line.decision is None for line in current.asked):
            raise NotAllDecided
        if journal.latest_change(db, dossier) != seen:
            raise Changed
        at = now()
        with holding.held(db, current, at) as held:
            facts.follow(db, current, at)
            confirming.tell(db, current.household, at, held)
            journal.add(db, dossier, Action.ANSWERED, at, agent.id)
            inviting.follow(db, current, held)
            _write_mail(db, current, link, held)


def decide_and_answer(
    db: Database, agent: Agent, dossier: int, choices: Iterable[Choice], seen: int, link: str
) -> None:
    """Keep what the agent decided of everyone and answer the family, all of it or nothing.

    `seen` is the number of the latest change in the page; raises what `decide` and `answer` do.
    """
    with transaction(db):
        _unanswered(db, dossier)
        if journal.latest_change(db, dossier) != seen:
            raise Changed(*(person for person, number in journal.latest_of_each(db, dossier).items() if number > seen))
        decide(db, agent, dossier, choices)
        answer(db, agent, dossier, journal.latest_change(db, dossier), link)


def reopen(db: Database, agent: Agent, dossier: int) -> None:
    """Take an answered dossier back into the queue. Raises NotAnswered, AnotherUnderWay, StillHeld."""
    with transaction(db):
        current, reply = dossiers.by_id(db, dossier), replies.latest(db, dossier)
        if current is None or current.answered_at is None or not current.asked:
            raise NotAnswered
        found = household.read(db, current.household)
        if another_under_way(found.dossiers, current):
            raise AnotherUnderWay
        people = [line.person for line in decidable(found, current)]
        if not people:
            raise NotAnswered
        if reply and reply.waits:
            raise StillHeld
        dossiers.reopen(db, dossier, people)
        journal.add(db, dossier, Action.REOPENED, now(), agent.id)


def ask_nothing_of_the_withdrawn(db: Database, dossier: Dossier) -> None:
    """Take back what a dossier that waits anew would ask about contacts of whom nothing is left to decide."""
    found = household.read(db, dossier.household)
    now_asked = next(one for one in found.dossiers if one.id == dossier.id)
    for line in (one for one in now_asked.asked if one.waits_for_town):
        if line.person in _gone(found) and found.last[line.person].dossier == dossier.id:
            asking.take_back(db, dossier.id, line.person, now(), Action.WITHDRAWN)


def decidable(found: Household, dossier: Dossier) -> tuple[DecisionLine, ...]:
    """Return the lines of a dossier that may be decided, or decided again.

    Someone whom the family declared again since is decided in another dossier; a contact without a right left, nowhere.
    """
    gone = _gone(found)
    current = (line for line in dossier.asked if found.last[line.person].dossier == dossier.id)
    return tuple(line for line in current if line.person not in gone)


def _gone(found: Household) -> set[int]:
    """Return the contacts of whom nothing is left to decide."""
    return {one.contact for one in found.withdrawals if not found.rights_of(one.contact)}


def asked_again(found: Household, dossier: Dossier) -> Dossier | None:
    """Return the latest dossier that asked again what a dossier asked: the one to reopen, when this one is not."""
    later = max((found.last[line.person].dossier for line in dossier.asked), default=dossier.id)
    return next((one for one in found.dossiers if one.id == later != dossier.id), None)


def another_under_way(own: Iterable[Dossier], dossier: Dossier) -> Dossier | None:
    """Return the dossier of a family, among its `own`, that is to be closed before this one is reopened."""
    return next((one for one in own if one.id != dossier.id and not one.is_closed), None)


def set_aside(db: Database, agent: Agent, dossier: Dossier) -> None:
    """Say that a household is not the family whose key it has: it keeps its own, and is not recognised again."""
    with transaction(db):
        if families.set_aside(db, dossier.household, new_key()):
            journal.add(db, dossier.id, Action.SET_ASIDE, now(), agent.id)


def _unanswered(db: Database, dossier: int) -> Dossier:
    current = dossiers.by_id(db, dossier)
    if current is None or current.answered_at or not current.asked:
        raise AlreadyAnswered
    return current


def _write_mail(db: Database, dossier: Dossier, link: str, held: Held) -> None:
    account = accounts.by_id(db, dossier.account)
    if account is None:
        return
    outbox.enqueue(
        db,
        "outcome",
        account.email,
        due_at=held.until,
        reply=held.reply,
        reference=dossier.reference,
        lines=outcome.reply(db, dossier),
        link=link,
    )
