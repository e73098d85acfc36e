"""Who opened which family, read by an administrator; a family's copy and its deletion, asked of the town hall."""

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.models import Account, Action, Agent
from wizard.services import outbox, retention
from wizard.services.documents import sweeping
from wizard.settings import get_settings
from wizard.stores import accounts, agent_journal, deletions, dossiers, traces
from wizard.stores.agent_journal import AgentJournalEntry, Wanted

_MOST = 1000
"""How many times at most a family that is deleted is told to have been asked for."""


class NoSuchFamily(LookupError):
    """Nothing is known under this reference or this number, nor was."""


@dataclass(frozen=True)
class Asked:
    """What an administrator looks for: a reference or the number of a family, an agent by their number, a period."""

    family: str = ""
    agent: int | None = None
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True)
class Family:
    """A family looked for: its number, unless it was deleted and a reference names it; its references, if any.

    One that deposited nothing goes by its number alone.
    """

    number: int | None
    references: tuple[str, ...]
    is_deleted: bool


@dataclass(frozen=True)
class Page:
    """Some lines, whether more follow, and the family that they are about if one was looked for."""

    entries: tuple[AgentJournalEntry, ...]
    more: bool
    family: Family | None


def read(db: Database, reader: Agent, asked: Asked, size: int, page: int) -> Page:
    """Return what was done, the last first, and write that it was read. Raises NoSuchFamily."""
    family = _family(db, asked.family) if asked.family else None
    first = (page - 1) * size
    if family and family.is_deleted and family.number:
        found = _of_deleted(db, family.number)[first : first + size + 1]
    else:
        wanted = Wanted(family.references if family else None, asked.agent, asked.start, asked.end)
        found = agent_journal.lines(db, wanted, size + 1, first)
    with transaction(db):
        if asked.agent:
            agent_journal.add_about(db, reader.id, Action.TRACED, now(), asked.agent)
        if family or not asked.agent:
            reference = family.references[0] if family and family.references else None
            agent_journal.add(db, reader.id, Action.TRACED, now(), reference)
    return Page(found[:size], len(found) > size, family)


def _family(db: Database, text: str) -> Family:
    """Find a family by the reference of a dossier, or by its number; deleted, by what is kept of it."""
    reference = dossiers.typed_reference(text)
    if dossier := dossiers.by_reference(db, reference):
        return Family(dossier.household, deletions.references(db, dossier.household), is_deleted=False)
    number = _number(text)
    if accounts.of_household(db, number):
        return Family(number, deletions.references(db, number) or (str(number),), is_deleted=False)
    if traces.of_family(db, number):
        return Family(number, (), is_deleted=True)
    if agent_journal.lines(db, Wanted((reference,)), 1):
        return Family(None, (reference,), is_deleted=True)
    raise NoSuchFamily(text)


def _of_deleted(db: Database, number: int) -> tuple[AgentJournalEntry, ...]:
    """Return what is kept of the agents who read a deleted family, or asked for it by its number since."""
    asked_since = agent_journal.lines(db, Wanted((str(number),)), _MOST)
    found = (*asked_since, *traces.of_family(db, number))
    return tuple(sorted(found, key=lambda entry: entry.at, reverse=True))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def account_of(db: Database, text: str) -> Account | None:
    """Return the account of a family by the reference of a dossier, or by its number."""
    if dossier := dossiers.by_reference(db, text):
        return accounts.by_id(db, dossier.account)
    return next(iter(accounts.of_household(db, _number(text))), None)


def note_copy(db: Database, by: Agent | None, reference: str) -> None:
    """Write that the copy of a family's data was handed over, by an administrator or else by a command."""
    with transaction(db):
        agent_journal.add(db, by.id if by else None, Action.COPIED, now(), dossiers.typed_reference(reference))


def erase(db: Database, by: Agent | None, reference: str) -> bool:
    """Delete a family for good, by an administrator or else by a command, and write so to whose account it was.

    False when it is not there any more.
    """
    with transaction(db):
        account = account_of(db, reference)
        if account is None:
            return False
        agent_journal.add(db, by.id if by else None, Action.ERASED, now(), dossiers.typed_reference(reference))
        owners = {one.email: accounts.given_name(db, one.email) for one in accounts.of_household(db, account.household)}
        retention.erase(db, account, now())
        link = get_settings().public_url + "/inscription"
        for email, given_name in owners.items():  # what waited for them is deleted: they are told last
            outbox.enqueue(db, "erased", email, given_name=given_name, at=now(), link=link)
    sweeping.leave_nothing(db)
    return True
