"""A document opened, and written down: by a parent of one of its homes, or by an agent."""

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.models import Account, Action, Agent
from wizard.models.documents import Document
from wizard.services.childfile import noting
from wizard.services.documents import vault
from wizard.services.documents.keeping import NoSuchDocument, may_read, may_see
from wizard.stores import documents, openings, people


def for_parent(db: Database, account: Account, number: int, page: int = 0) -> tuple[Document, bytes]:
    """Return a document and its bytes, or the preview of a page. Raises NoSuchDocument, vault.Unreadable."""
    found = _found(db, number, page)
    if not may_see(db, account, found):
        raise NoSuchDocument
    content = _content(found, page)
    with transaction(db):
        openings.note(db, (found.id, None, None), now(), account=account.id)
    return found, content


def for_agent(db: Database, agent: Agent, number: int, page: int = 0) -> tuple[Document, bytes]:
    """Return the same to an agent who may read it; both journals say so. Raises NoSuchDocument, vault.Unreadable."""
    found = _found(db, number, page)
    if not may_read(agent, found):
        raise NoSuchDocument
    content = _content(found, page)
    with transaction(db):
        if openings.note(db, (found.id, None, None), now(), agent=agent.id):
            _tell_who_administers(db, agent, found)
    return found, content


def envelope_for_parent(db: Database, account: Account, child: int, year: str) -> dict[str, list[str]]:
    """Give a child's health answers back to one of its parents. Raises NoSuchDocument, vault.Unreadable."""
    if account.household not in people.homes(db, child):
        raise NoSuchDocument
    answers = vault.unseal(child, year)
    with transaction(db):
        openings.note(db, (None, child, year), now(), account=account.id)
    return answers


def envelope_for_agent(db: Database, agent: Agent, child: int, year: str) -> dict[str, list[str]]:
    """Give them to an agent in charge of health, which the parents see. Raises vault.Unreadable."""
    answers = vault.unseal(child, year)
    with transaction(db):
        openings.note(db, (None, child, year), now(), agent=agent.id)
    return answers


def _tell_who_administers(db: Database, agent: Agent, found: Document) -> None:
    if found.child is not None:
        noting.note(db, agent, found.child, Action.DOCUMENT_OPENED)
    else:
        noting.note_home(db, agent, found.household or 0, Action.DOCUMENT_OPENED)


def _found(db: Database, number: int, page: int) -> Document:
    found = documents.by_id(db, number)
    if found is None or not found.is_held or page > found.pages:
        raise NoSuchDocument
    return found


def _content(found: Document, page: int) -> bytes:
    return vault.preview(found.id, page) if page else vault.content(found.id)
