"""What agents write down about a family for each other: never sent, and in the copy that the parent may ask for.

Whoever wrote a note puts it right within the day: a slip in what was heard on the phone is seen at once. Later, others
have read it and acted on it: another note says otherwise, and both stay.
"""

from sqlite_utils import Database

from wizard.clock import in_town, now, today
from wizard.db import transaction
from wizard.models import Action, Agent, Note, NoteKind
from wizard.stores import dossiers, journal
from wizard.stores import notes as store


class NotYours(Exception):
    """Another agent wrote the note, or its day is over."""


def add(db: Database, agent: Agent, household: int, kind: NoteKind, text: str, form: str) -> None:
    """Keep a note; the same `form` sent twice is one note."""
    with transaction(db):
        if store.add(db, household, kind, text, now(), agent.id, form):
            _note(db, agent, household)


def correct(db: Database, agent: Agent, note: Note, text: str) -> None:
    """Put a note right; a second time changes nothing. Raises NotYours."""
    with transaction(db):
        if not may_correct(agent, note):
            raise NotYours
        if text != note.text:
            store.set_text(db, note.id, text, now())
            _note(db, agent, note.household)


def end(db: Database, agent: Agent, note: Note) -> None:
    """Put an end to a situation, whoever wrote it down; a second time changes nothing."""
    with transaction(db):
        if store.end(db, note.id, agent.id, now()):
            _note(db, agent, note.household)


def may_correct(agent: Agent, note: Note) -> bool:
    """Whether an agent wrote a note, today in the town."""
    return note.agent == agent.id and in_town(note.at).date() == today()


def _note(db: Database, agent: Agent, household: int) -> None:
    journal.add(db, dossiers.of_household(db, household)[0].id, Action.NOTED, now(), agent.id)
