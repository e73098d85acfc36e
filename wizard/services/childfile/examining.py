"""The dossiers administratifs as the town hall reads them: each child's documents examined, what is missing told."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlite_utils import Database

from wizard.clock import in_town, now, today
from wizard.db import transaction
from wizard.french import gettext as _
from wizard.models import Action, Agent
from wizard.models.documents import Document, DocumentReason, DocumentState
from wizard.services import outbox
from wizard.services.childfile import noting, status
from wizard.services.childfile.status import FileState
from wizard.services.documents import keeping, opening
from wizard.services.documents.wording import label
from wizard.settings import get_settings
from wizard.stores import accounts, child_files, people
from wizard.stores.people_search import folded
from wizard.values import school_years
from wizard.values.dates import months_after

Verdict = tuple[DocumentState, DocumentReason | None]


class Kind(StrEnum):
    """A list of dossiers that ask for something, as its address names it."""

    TO_EXAMINE = "a-examiner"
    INCOMPLETE = "incomplets"
    PROVISIONAL = "provisoires"
    NOT_DEPOSITED = "non-deposes"


@dataclass(frozen=True)
class Given:
    """A document as an agent knows it: if they may not read it, only that it is there."""

    document: Document
    label: str
    readable: bool


@dataclass(frozen=True)
class Report:
    """How many documents were decided; `gone` were replaced or removed by the family meanwhile."""

    decided: int
    gone: int


def states(db: Database, year: str, numbers: Iterable[int] | None = None) -> tuple[FileState, ...]:
    """Return where the dossier of each child of the town, or of some, stands; whichever of its homes gave what."""
    children = people.children(db, numbers)
    files = child_files.of_year(db, year)
    held = keeping.held_of(db, [child.person for child in children], year)
    return tuple(status.judged(child, year, files.get(child.person), held.get(child.person, {})) for child in children)


def find(db: Database, child: int, year: str) -> FileState | None:
    """Return where the dossier of a child stands; None when the town hall accepted no such child."""
    return next(iter(states(db, year, [child])), None)


def read(db: Database, agent: Agent, child: int, year: str) -> FileState | None:
    """Return the same to an agent who reads it; the agents' journal says so."""
    if found := find(db, child, year):
        with transaction(db):
            noting.note(db, agent, child, Action.CHILD_FILE_READ)
    return found


def open_envelope(db: Database, agent: Agent, child: int, year: str) -> dict[str, list[str]]:
    """Return what an envelope holds to an agent in charge of health; both journals say so. Raises vault.Unreadable."""
    with transaction(db):
        answers = opening.envelope_for_agent(db, agent, child, year)
        noting.note(db, agent, child, Action.ENVELOPE_OPENED)
    return answers


def lists(db: Database, agent: Agent, year: str) -> dict[Kind, list[FileState]]:
    """Return the dossiers of each list, in the order of the children's names; those admitted for a while, by date.

    Those to examine are those that the agent may.
    """
    found: dict[Kind, list[FileState]] = {kind: [] for kind in Kind}
    for state in sorted(states(db, year), key=_by_name):
        for kind, holds in _HOLDS.items():
            if holds(state):
                found[kind].append(state)
        if to_examine(state, agent):
            found[Kind.TO_EXAMINE].append(state)
    found[Kind.PROVISIONAL].sort(key=lambda state: admitted_until(state) or date.max)
    return found


def _by_name(state: FileState) -> tuple[str, str]:
    one = state.child.identity
    return folded(one.usage_name or one.birth_name), folded(one.given_name)


def given(state: FileState, agent: Agent) -> tuple[Given, ...]:
    """Return the documents that there are, asked or not, as an agent may know them."""
    return tuple(
        Given(one, label(one.kind) if readable else _("Document de santé"), readable)
        for one in state.held.values()
        for readable in [keeping.may_read(agent, one)]
    )


def to_examine(state: FileState, agent: Agent) -> tuple[Document, ...]:
    """Return the documents that nobody has looked at yet, and that the agent may."""
    known = (one for one in state.held.values() if one.state is DocumentState.RECEIVED)
    return tuple(one for one in known if keeping.may_read(agent, one))


def admitted_until(state: FileState) -> date | None:
    """Return the last day of a child who is admitted without a document that may follow (CASF, R227-7).

    From the deposit of its dossier or, earlier, from the first day of the year. None for a child who lacks none.
    """
    lacking = [one.kind.provisional_months for one in (*state.missing, *state.refused) if one.kind.provisional_months]
    if state.file is None or not lacking:
        return None
    deposited_on = in_town(state.file.deposited_at).date()
    return months_after(max(deposited_on, school_years.begins(state.year)), min(lacking))


_HOLDS: dict[Kind, Callable[[FileState], object]] = {
    Kind.INCOMPLETE: lambda state: state.file and not state.complete,
    Kind.PROVISIONAL: admitted_until,
    Kind.NOT_DEPOSITED: lambda state: state.file is None,
}


def answer(db: Database, agent: Agent, state: FileState, verdicts: Mapping[int, Verdict]) -> Report:
    """Decide on documents, then tell the homes of the child once: what is to be given again, or that all is there.

    A decision made already changes nothing and is not told again; nor is one on what the agent may not read.
    """
    own = {one.id: one for one in state.held.values() if one.is_held}
    verdicts = {n: said for n, said in verdicts.items() if n not in own or keeping.may_read(agent, own[n])}
    fresh = {
        number: verdict
        for number, verdict in verdicts.items()
        if (one := own.get(number)) and (one.state, one.reason) != verdict
    }
    gone = len(verdicts.keys() - own.keys())
    decided_now = 0
    with transaction(db):
        for number, (decided, reason) in fresh.items():
            try:
                keeping.decide(db, agent, number, decided, reason)
                noting.note(db, agent, state.child.person, Action.DOCUMENT_DECIDED)
                decided_now += 1
            except keeping.NoSuchDocument:
                gone += 1
        after = find(db, state.child.person, state.year)
        if decided_now and after and (after.complete or after.refused):
            for email, told in _letters(db, after):
                outbox.enqueue(db, "documents", email, **told)
            noting.note(db, agent, state.child.person, Action.DOCUMENTS_ANSWERED)
    return Report(decided_now, gone)


def remind(db: Database, agent: Agent, year: str, children: Iterable[int]) -> int:
    """Write to the homes of children whose dossier is not complete, once a day at most; return of how many."""
    count = 0
    with transaction(db):
        before = child_files.reminded(db, year)
        for state in states(db, year, children):
            if state.complete or ((last := before.get(state.child.person)) and _is_of_today(last)):
                continue
            child_files.note_reminder(db, state.child.person, year, now())
            for email, told in _letters(db, state):
                outbox.enqueue(db, "child_file_reminder", email, **told)
            noting.note(db, agent, state.child.person, Action.REMINDED)
            count += 1
    return count


def _is_of_today(moment: datetime) -> bool:
    return in_town(moment).date() == today()


def _letters(db: Database, state: FileState) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return what to write to each home of a child: how many documents, and nothing of what they are about."""
    told = {
        "child": state.child.identity.called,
        "year": state.year,
        "deposited": state.file is not None,
        "missing": len(state.missing),
        "refused": len(state.refused),
        "link": f"{get_settings().public_url}/espace/enfants/{state.child.person}/dossier",
    }
    for home in sorted(people.homes(db, state.child.person)):
        yield from ((account.email, told) for account in accounts.of_household(db, home))
