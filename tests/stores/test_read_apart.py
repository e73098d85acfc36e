"""What is read for some families is theirs alone, and in its order."""

import json
from datetime import timedelta

import pytest
import time_machine
from sqlite_utils import Database

from tests.support.families import a_family, decide, tick_both
from wizard.clock import now
from wizard.db import transaction
from wizard.models import Action, DraftKind, Permission
from wizard.services import withdrawing
from wizard.stores import drafts, journal, merges, seals, undoing
from wizard.stores.merges import Merge

pytestmark = pytest.mark.usefixtures("app_context")


def test_what_an_answer_may_change_is_read_of_one_family(db: Database) -> None:
    first, second = a_family(db), a_family(db, "Durand", "Anne")
    for dossier in (first, second):
        decide(db, dossier.id)
    read, other = undoing.rows(db, first.household), undoing.rows(db, second.household)
    assert {table: len(rows) for table, rows in read.items() if rows} == {
        "addresses": 1,
        "contact_rights": 1,
        "declarations": 3,
        "dossier_people": 3,
        "dossiers": 1,
        "family_links": 2,
        "household_members": 3,
        "residences": 1,
    }
    assert read.keys() == other.keys() and not any(read[table].keys() & other[table].keys() for table in read)
    assert undoing.difference(read, read) == {}


def test_the_latest_change_of_each_dossier_is_its_own(db: Database) -> None:
    decided, waiting = a_family(db), a_family(db, "Durand", "Anne")
    with transaction(db):
        journal.add(db, decided.id, Action.REOPENED, now())
    found = journal.latest_changes(db, [decided.id, waiting.id])
    assert found == {decided.id: journal.latest_change(db, decided.id), waiting.id: 0} and found[decided.id] > 0


def test_rights_taken_back_since_a_copy_come_the_last_first(db: Database) -> None:
    dossier = a_family(db)
    with transaction(db):
        tick_both(db)
    (seal,) = db.execute("SELECT seal FROM households").fetchone()
    _parent, child, contact = (line.person for line in dossier.lines)
    for first, last in ((Permission.COLLECT, Permission.EMERGENCY), (Permission.EMERGENCY, Permission.COLLECT)):
        broken = {
            seals._of_right(seal, contact, child, first, declined=False): now(),
            seals._of_right(seal, contact, child, last, declined=True): now() + timedelta(hours=1),
        }
        taken = seals.withdrawn_rights(db, broken)
        assert [(what, declined) for _home, _contact, _child, what, _at, declined in taken] == [
            (last, True),
            (first, False),
        ]


def test_a_draft_deleted_whose_number_is_another_s_is_lost(db: Database) -> None:
    with transaction(db):
        kept, gone = (drafts.add(db, DraftKind.SIGNUP, now(), timedelta(days=1)) for _each in range(2))
        db.execute("DELETE FROM drafts WHERE id = ?", (gone,))
    changes = tuple(("drafts", json.dumps([number]), {"id": number}, None) for number in (kept, gone))
    merge = Merge(1, 1, now(), 1, "parents", 1, 1, 2, [], changes, {})  # type: ignore[arg-type]
    assert merges._lost_drafts(db, merge) == {kept}


def test_the_number_of_a_draft_goes_with_the_time(db: Database) -> None:
    with time_machine.travel(1_800_000_000, tick=False) as hand, transaction(db):
        first = drafts.add(db, DraftKind.SIGNUP, now(), timedelta(days=1))
        assert first >> 20 == 1_800_000_000
        db.execute("DELETE FROM drafts")
        hand.shift(timedelta(seconds=1))
        second = drafts.add(db, DraftKind.SIGNUP, now(), timedelta(days=1))
        assert second >> 20 == 1_800_000_001 and drafts.add(db, DraftKind.SIGNUP, now(), timedelta(days=1)) > second


def test_a_right_taken_back_that_is_known_is_not_taken_again(db: Database) -> None:
    dossier = a_family(db)
    decide(db, dossier.id)
    _parent, child, contact = (line.person for line in dossier.lines)
    (seal,) = db.execute("SELECT seal FROM households").fetchone()
    at = now()
    with transaction(db):
        withdrawing.drop(db, dossier.household, contact, [(child, Permission.COLLECT)], at)
    broken = {seals._of_right(seal, contact, child, Permission.COLLECT, declined=False): at}
    assert seals.withdrawn_rights(db, broken) == []
