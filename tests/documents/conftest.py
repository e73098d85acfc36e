"""Families accepted, who have documents to give; the clock is in the test's hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import time_machine
from sqlite_utils import Database

from tests.support.families import a_family, decide
from wizard.db import get_documents, transaction
from wizard.models import Account, Dossier, Role
from wizard.services.documents.conversion import Converted
from wizard.stores import accounts, people

YEAR, NEXT_YEAR = "2026-2027", "2027-2028"


@pytest.fixture(autouse=True)
def hand() -> Iterator[time_machine.Traveller]:
    """What moves the clock, stopped on a Tuesday of November."""
    with time_machine.travel(datetime(2026, 11, 24, 9, 5, tzinfo=UTC), tick=False) as hand:
        yield hand


@dataclass(frozen=True)
class Home:
    """A family, accepted."""

    account: Account
    child: int
    dossier: Dossier

    @property
    def household(self) -> int:
        return self.account.household


def a_home(db: Database, name: str, phone: str) -> Home:
    dossier = a_family(db, name, phone=phone)
    decide(db, dossier.id)
    account = accounts.by_id(db, dossier.account)
    assert account is not None
    return Home(account, dossier.lines[1].person, dossier)


@pytest.fixture
def home(app_context: None, db: Database) -> Home:
    return a_home(db, "Martin", "+33612345678")


@pytest.fixture
def other_home(home: Home, db: Database) -> Home:
    """The family of the child's father, in which the child is at home too."""
    other = a_home(db, "Kerjean", "+33698765432")
    with transaction(db):
        people.add_member(db, other.household, home.child, Role.CHILD)
    return other


def converted(text: str = "un document", pages: int = 2) -> Converted:
    """A document as it is kept of the files that a parent sends."""
    previews = tuple(f"page {page} de {text}".encode() for page in range(1, pages + 1))
    return Converted("application/pdf", text.encode(), previews, pages, analysed=True)


def kept_bytes() -> dict[int, int]:
    """How many rows of the vault each document has."""
    query = "SELECT document, count(*) FROM contents GROUP BY document"
    return dict(get_documents().execute(query).fetchall())
