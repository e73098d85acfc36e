"""Documents kept, promised, decided and removed: the bytes before the row, and gone after it."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import date

from sqlite_utils import Database

from wizard.clock import now, today
from wizard.db import transaction
from wizard.models import Account, Agent
from wizard.models.documents import Converted, Document, DocumentReason, DocumentState
from wizard.services.childfile import asked
from wizard.services.documents import sweeping, vault
from wizard.services.documents.validity import serves
from wizard.settings import get_settings
from wizard.stores import documents, people, seals

_NUMBERS = 53
"""Bits of a document's number: enough that nobody guesses it and none had it before, few enough for any program."""


class NotTheirs(Exception):
    """The child is of another household."""


class NoSuchDocument(Exception):
    """There is no such document any more."""


def keep(
    db: Database,
    account: Account,
    kind: str,
    child: int | None,
    year: str,
    converted: Converted,
    valid_until: date | None,
) -> int:
    """Keep what was given for a child, or without one for the whole household, in the place of what was.

    Return its number. Raises NotTheirs, vault.Unreadable.
    """
    owner = _owner(db, account, child)
    document = secrets.randbits(_NUMBERS)
    vault.put(document, year, converted)
    with transaction(db):
        former = [one.id for one in _of(db, owner, kind) if one.year == year or _is_replaced(one)]
        documents.add(db, document, kind, owner, year, account.id, now(), converted, valid_until)
        documents.delete(db, former)
    sweeping.drop_gone(db)
    return document


def promise(db: Database, account: Account, kind: str, child: int | None, year: str) -> None:
    """Write that a document will be brought to the town hall, unless there is a good one. Raises NotTheirs."""
    owner = _owner(db, account, child)
    with transaction(db):
        known = [one for one in _of(db, owner, kind) if serves(one, year, today())]
        if any(one.is_good for one in known):
            return
        documents.delete(db, [one.id for one in known])
        documents.add(db, secrets.randbits(_NUMBERS), kind, owner, year, account.id, now(), None)
    sweeping.drop_gone(db)


def held(db: Database, household: int, child: int, year: str) -> dict[str, Document]:
    """Return, by kind, what there is for a child in a school year: its own, and what serves its whole household."""
    known = (*documents.of_household(db, household), *documents.of_child(db, child))
    return {one.kind: one for one in sorted(known, key=_age) if serves(one, year, today())}


def held_of(db: Database, children: Iterable[int], year: str) -> dict[int, dict[str, Document]]:
    """Return, of each of some children, what `held` does, whichever of its homes gave it."""
    known = documents.around(db, children)
    return {
        child: {one.kind: one for one in sorted(own, key=_age) if serves(one, year, today())}
        for child, own in known.items()
    }


def carry_over(db: Database, household: int, child: int, year: str) -> None:
    """Let what has no end serve in a later year too, for which it was not asked again; in the open transaction."""
    known = held(db, household, child, year).values()
    documents.serve(db, [one.id for one in known if one.is_good and one.valid_until is None], year)


def date_by(db: Database, household: int, child: int, year: str, ends: Mapping[str, date]) -> None:
    """Let documents end on the day that their family says, by kind; in the open transaction.

    One that is over stays so: the day is that of the next.
    """
    known = held(db, household, child, year)
    for kind in known.keys() & ends.keys():
        if known[kind].is_held:
            documents.set_end(db, known[kind].id, ends[kind])


def remove(db: Database, account: Account, document_id: int) -> None:
    """Delete a document for good, from any copy too. Raises NoSuchDocument for whoever may not see it."""
    with transaction(db):
        found = documents.by_id(db, document_id)
        if found is None or not may_see(db, account, found):
            raise NoSuchDocument
        seals.break_document(db, document_id, now())
        documents.delete(db, [document_id])
    sweeping.drop_gone(db)


def decide(db: Database, agent: Agent, document_id: int, state: DocumentState, reason: DocumentReason | None) -> None:
    """Write what an agent decides on a document. Raises NoSuchDocument when it was replaced or removed meanwhile."""
    with transaction(db):
        if not documents.decide(db, document_id, state, reason, agent.id, now()):
            raise NoSuchDocument


def may_see(db: Database, account: Account, document: Document) -> bool:
    """Whether a document is of the account's household, or of a child who is at home in it."""
    if document.child is not None:
        return account.household in people.homes(db, document.child)
    return account.household == document.household


def may_read(agent: Agent, document: Document) -> bool:
    """Whether an agent may read a document, and decide on it: about health, those in charge of it alone."""
    known = asked.kind(get_settings().dossier, document.kind)
    return agent.role.opens_envelopes or not asked.is_about_health(known)


def _owner(db: Database, account: Account, child: int | None) -> tuple[int | None, int | None]:
    if child is None:
        return None, account.household
    if account.household not in people.homes(db, child):
        raise NotTheirs
    return child, None


def _of(db: Database, owner: tuple[int | None, int | None], kind: str) -> Iterable[Document]:
    child, household = owner
    known = documents.of_child(db, child) if child is not None else documents.of_household(db, household or 0)
    return [one for one in known if one.kind == kind]


def _is_replaced(former: Document) -> bool:
    """Whether another of its kind takes its place, of whichever year: it has no end."""
    return former.is_held and former.valid_until is None


def _age(document: Document) -> tuple[str, object]:
    return document.year, document.deposited_at
