"""A document opened, and written down: by a parent of one of its homes, or by an agent."""

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.models import Account, Agent
from wizard.models.documents import Document
from wizard.services.documents import vault
from wizard.services.documents.keeping import NoSuchDocument, may_read, may_see
from wizard.stores import documents, openings, people


def for_parent(db: Database, account: Account, number: int, page: int = 0) -> tuple[Document, bytes]:
    """Return a document and its bytes, or the preview of a page. Raises NoSuchDocument, vault.Unreadable."""
    return _opened(db, documents.by_id(db, number), page, account=account)


def for_agent(db: Database, agent: Agent, number: int, page: int = 0) -> tuple[Document, bytes]:
    """Return the same to an agent who may read documents. Raises NoSuchDocument, vault.Unreadable."""
    return _opened(db, documents.by_id(db, number), page, agent=agent)


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


def _opened(
    db: Database, found: Document | None, page: int, account: Account | None = None, agent: Agent | None = None
) -> tuple[Document, bytes]:
    if found is None or not found.is_held or page > found.pages:
        raise NoSuchDocument
    if (account and not may_see(db, account, found)) or (agent and not may_read(agent, found)):
        raise NoSuchDocument
    content = vault.preview(found.id, page) if page else vault.content(found.id)
    with transaction(db):
        by = {"account": account.id if account else None, "agent": agent.id if agent else None}
        openings.note(db, (found.id, None, None), now(), **by)
    return found, content
