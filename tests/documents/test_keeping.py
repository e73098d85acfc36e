"""A document is kept before it is known and forgotten before it is deleted: nothing known is ever missing."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from sqlite_utils import Database

from tests.documents.conftest import NEXT_YEAR, YEAR, Home, converted, kept_bytes
from wizard.clock import now
from wizard.db import transaction
from wizard.models import AgentRole
from wizard.models.documents import DocumentReason, DocumentState
from wizard.services.documents import keeping, sweeping, vault
from wizard.settings import get_settings
from wizard.stores import agents, documents, ledger

END = date(2027, 8, 31)


def numbers(db: Database) -> set[int]:
    return {number for (number,) in db.execute("SELECT id FROM documents WHERE state <> 'promised'").fetchall()}


def test_what_is_kept_is_held_for_its_child_in_its_year(db: Database, home: Home) -> None:
    number = keeping.keep(db, home.account, "vaccinations", home.child, YEAR, converted(), END)
    found = keeping.held(db, home.household, home.child, YEAR)
    assert list(found) == ["vaccinations"] and not keeping.held(db, home.household, home.child, NEXT_YEAR)
    one = found["vaccinations"]
    assert (one.id, one.child, one.household, one.state) == (number, home.child, None, DocumentState.RECEIVED)
    assert (one.media_type, one.pages, one.bytes, one.analysed) == ("application/pdf", 2, 11, True)
    assert vault.content(number) == b"un document"


def test_one_document_of_the_family_serves_all_its_children_and_no_other_home(
    db: Database, home: Home, other_home: Home
) -> None:
    keeping.keep(db, home.account, "domicile", None, YEAR, converted(), END)
    assert "domicile" in keeping.held(db, home.household, home.child, YEAR)
    assert "domicile" in keeping.held(db, home.household, other_home.child, YEAR)
    assert not keeping.held(db, other_home.household, home.child, YEAR)


@pytest.mark.parametrize(
    ("given_for", "until", "asked_for", "serves"),
    [
        (YEAR, None, YEAR, True),
        (YEAR, None, NEXT_YEAR, True),
        (NEXT_YEAR, None, YEAR, True),
        (YEAR, END, YEAR, True),
        (YEAR, END, NEXT_YEAR, False),
        (NEXT_YEAR, date(2028, 8, 31), YEAR, False),
        (YEAR, date(2026, 11, 24), YEAR, True),
        (YEAR, date(2026, 11, 23), YEAR, False),
        (YEAR, date(2027, 12, 31), NEXT_YEAR, True),
        (YEAR, date(2027, 9, 1), NEXT_YEAR, True),
    ],
)
def test_a_document_serves_as_long_as_it_is_valid(
    db: Database, home: Home, given_for: str, until: date | None, asked_for: str, serves: bool
) -> None:
    keeping.keep(db, home.account, "pai", home.child, given_for, converted(), until)
    assert bool(keeping.held(db, home.household, home.child, asked_for)) is serves


def test_what_is_given_again_takes_the_place_of_what_was(db: Database, home: Home) -> None:
    first = keeping.keep(db, home.account, "assurance", home.child, YEAR, converted("la première"), END)
    other = keeping.keep(db, home.account, "pai", home.child, YEAR, converted(), None)
    second = keeping.keep(db, home.account, "assurance", home.child, YEAR, converted("la seconde"), END)
    later = keeping.keep(db, home.account, "assurance", home.child, NEXT_YEAR, converted(), date(2028, 8, 31))
    assert numbers(db) == set(kept_bytes()) == {other, second, later} and first not in {second, later}
    renewed = keeping.keep(db, home.account, "pai", home.child, NEXT_YEAR, converted(), None)
    assert numbers(db) == set(kept_bytes()) == {second, later, renewed}
    assert keeping.held(db, home.household, home.child, YEAR)["pai"].id == renewed


def test_a_promise_is_made_where_nothing_good_is_and_goes_once_the_document_is_given(db: Database, home: Home) -> None:
    def state() -> str:
        return keeping.held(db, home.household, home.child, YEAR)["pai"].state

    keeping.promise(db, home.account, "pai", home.child, YEAR)
    keeping.promise(db, home.account, "pai", home.child, YEAR)
    assert state() == "promised" and not keeping.held(db, home.household, home.child, NEXT_YEAR)
    number = keeping.keep(db, home.account, "pai", home.child, YEAR, converted(), None)
    keeping.promise(db, home.account, "pai", home.child, YEAR)
    assert state() == "received"
    agents.add(db, "agent@oudon.example", AgentRole.CASEWORKER, "x", now())
    agent = agents.by_email(db, "agent@oudon.example")
    assert agent is not None
    keeping.decide(db, agent, number, DocumentState.REFUSED, DocumentReason.ILLEGIBLE)
    assert keeping.held(db, home.household, home.child, YEAR)["pai"].reason is DocumentReason.ILLEGIBLE
    keeping.promise(db, home.account, "pai", home.child, YEAR)
    assert state() == "promised" and not kept_bytes()
    with pytest.raises(keeping.NoSuchDocument):
        keeping.decide(db, agent, number, DocumentState.ACCEPTED, None)


def test_both_homes_see_the_child_s_and_each_its_own(db: Database, home: Home, other_home: Home) -> None:
    ours = documents.by_id(db, keeping.keep(db, home.account, "domicile", None, YEAR, converted(), END))
    child_s = documents.by_id(db, keeping.keep(db, home.account, "pai", home.child, YEAR, converted(), None))
    theirs = documents.by_id(db, keeping.keep(db, other_home.account, "pai", other_home.child, YEAR, converted(), None))
    assert ours and child_s and theirs
    sees = [[keeping.may_see(db, one.account, what) for what in (ours, child_s, theirs)] for one in (home, other_home)]
    assert sees == [[True, True, False], [False, True, True]]
    for what in (lambda: keeping.remove(db, other_home.account, ours.id),
                 lambda: keeping.remove(db, home.account, theirs.id),
                 lambda: keeping.remove(db, home.account, 12)):  # fmt: skip
        with pytest.raises(keeping.NoSuchDocument):
            what()
    with pytest.raises(keeping.NotTheirs):
        keeping.keep(db, home.account, "pai", other_home.child, YEAR, converted(), None)
    with pytest.raises(keeping.NotTheirs):
        keeping.promise(db, home.account, "pai", other_home.child, YEAR)
    assert len(numbers(db)) == len(kept_bytes()) == 3


def test_a_parent_removes_a_document_for_good(db: Database, home: Home) -> None:
    number = keeping.keep(db, home.account, "pai", home.child, YEAR, converted(), None)
    keeping.remove(db, home.account, number)
    assert not numbers(db) and not kept_bytes() and not documents.gone(db)
    assert len(ledger.read(ledger.beside(get_settings().database))) == 1


def test_bytes_whose_document_was_never_written_down_go_after_a_day(
    db: Database, home: Home, hand: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_given: object) -> None:
        raise KeyboardInterrupt

    first = keeping.keep(db, home.account, "pai", home.child, YEAR, converted(), None)
    with monkeypatch.context() as patch:
        patch.setattr(documents, "add", lost)
        with pytest.raises(KeyboardInterrupt):
            keeping.keep(db, home.account, "pai", home.child, YEAR, converted(), None)
    assert len(kept_bytes()) == 2 and vault.content(first)
    hand.shift(timedelta(hours=24))
    assert sweeping.sweep(db, now()) == 0
    hand.shift(timedelta(seconds=1))
    assert sweeping.sweep(db, now()) == 1
    assert numbers(db) == set(kept_bytes()) == {first}


def _leave(db: Database, home: Home) -> None:
    db.execute("DELETE FROM households WHERE id = ?", (home.household,))


_WAYS: dict[str, Callable[[Database, Home], None]] = {
    "the child is deleted": lambda db, home: db.execute("DELETE FROM people WHERE id = ?", (home.child,)) and None,
    "the household is deleted": _leave,
    "the row is": lambda db, home: documents.delete(db, numbers(db)),
}


@pytest.mark.parametrize("delete", _WAYS.values(), ids=_WAYS)
def test_whatever_deletes_a_document_its_bytes_go_once_that_is_committed(
    db: Database, home: Home, delete: Callable[[Database, Home], None]
) -> None:
    kind, child = ("domicile", None) if delete is _leave else ("pai", home.child)
    keeping.keep(db, home.account, kind, child, YEAR, converted(), None)
    with pytest.raises(RuntimeError), transaction(db):
        delete(db, home)
        sweeping.drop_gone(db)
        raise RuntimeError
    assert numbers(db) == set(kept_bytes()) != set()
    delete(db, home)
    sweeping.drop_gone(db)
    assert not numbers(db) and not kept_bytes() and not documents.gone(db)
