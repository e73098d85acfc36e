"""What is to be deleted is told to the town first; who was active lately is never purged on a warning of before."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database

from tests.support.families import JEANNE, a_family, ask, decide, tick_both
from wizard.clock import now, stamp
from wizard.db import transaction
from wizard.models import Declaration, Dossier, Link, Permission, Right, Role
from wizard.services import deletions, household, retention, standing, withdrawing
from wizard.services.deletions import ToCome
from wizard.services.retention import PurgeReport
from wizard.stores import accounts, dossiers
from wizard.stores.deletions import Kind

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
Purge = Callable[..., PurgeReport]


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def purge(app: Flask, db: Database, clock: time_machine.Traveller) -> Purge:
    """Let days pass, then purge."""

    def purge(days: float = 0) -> PurgeReport:
        clock.shift(timedelta(days=days))
        with app.app_context():
            return retention.purge(db, app.config["PORTAIL"], now())

    return purge


@pytest.fixture
def to_come(app: Flask, db: Database) -> Callable[[], tuple[ToCome, ...]]:
    return lambda: deletions.to_come(db, app.config["PORTAIL"].retention, now())


def count(db: Database, table: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def come_back(db: Database, family: Dossier) -> None:
    with transaction(db):
        accounts.touch(db, family.account, now())


def dated(query: str) -> Callable[[Database, Dossier], None]:
    """Return what writes the present moment in a table of a family."""

    def act(db: Database, family: Dossier) -> None:
        values = {"at": stamp(now()), "household": family.household, "dossier": family.id}
        values |= {"contact": family.lines[2].person, "child": family.lines[1].person}
        db.execute(query, values)

    return act


LATELY = {
    "signed in": come_back,
    "deposited": dated("UPDATE dossiers SET deposited_at = :at WHERE id = :dossier"),
    "corrected": dated("UPDATE dossiers SET corrected_at = :at WHERE id = :dossier"),
    "was answered": dated("UPDATE dossiers SET answered_at = :at WHERE id = :dossier"),
    "declared": dated("INSERT INTO journal (dossier, at, action) VALUES (:dossier, :at, 'declared')"),
    "confirmed": dated("UPDATE households SET confirmed_at = :at WHERE id = :household"),
    "amended": dated(
        "INSERT INTO amendments (household, person, at, changes) VALUES (:household, :contact, :at, '{}')"
    ),
    "withdrew": dated("""INSERT INTO withdrawals (household, contact, child, what, at)
        VALUES (:household, :contact, :child, 'collect', :at)"""),
}


@pytest.mark.parametrize("what", LATELY)
def test_a_family_that_was_active_since_its_warning_is_not_purged_and_is_warned_anew(
    db: Database, purge: Purge, to_come: Callable[[], tuple[ToCome, ...]], what: str
) -> None:
    family = a_family(db)
    report = purge(days=2 * 365)
    assert (report.warned, report.announced, len(to_come())) == (1, 1, 1)
    LATELY[what](db, family)
    assert not to_come()
    report = purge(days=40)
    assert (report.inactive, count(db, "households"), count(db, "deletions_announced")) == (0, 1, 0)
    report = purge(days=2 * 365)  # as long again: a new warning, and a month
    assert (report.inactive, report.warned) == (0, 1)
    assert purge(days=29).inactive == 0
    assert purge(days=2).inactive == 1 and count(db, "households") == 0


def test_reading_a_family_does_not_keep_it(db: Database, purge: Purge) -> None:
    family = a_family(db)
    purge(days=2 * 365)
    dated("INSERT INTO journal (dossier, at, action) VALUES (:dossier, :at, 'read')")(db, family)
    assert purge(days=31).inactive == 1


def test_the_town_reads_what_goes_and_when_before_it_does(
    db: Database, purge: Purge, to_come: Callable[[], tuple[ToCome, ...]]
) -> None:
    family = a_family(db)
    decide(db, family.id, Camille="refused", Loïc="refused", Jeanne="refused")
    assert (purge(days=349).closed, to_come()) == (0, ())
    assert purge(days=3).announced == 1
    (one,) = to_come()
    assert (one.kind, one.reference) == (Kind.CLOSED, family.reference)
    assert one.due - now() == timedelta(days=15)
    assert purge(days=13).closed == 0
    assert purge(days=2).closed == 1
    assert (count(db, "dossiers"), count(db, "people"), count(db, "households")) == (0, 1, 1)
    assert standing.situations(household.read(db, family.household)) is not None
    assert not to_come()


def test_what_was_idle_long_before_the_first_purge_is_told_first_too(db: Database, purge: Purge) -> None:
    decide(db, a_family(db).id, Camille="refused", Loïc="refused", Jeanne="refused")
    report = purge(days=600)
    assert (report.closed, report.announced) == (0, 1)
    assert purge(days=14).closed == 0
    assert purge(days=1).closed == 1


@pytest.mark.parametrize(("loic", "withdrawn"), [("accepted", False), ("to_correct", False), ("accepted", True)])
def test_a_dossier_of_which_something_is_true_or_waits_stays(
    db: Database, purge: Purge, loic: str, withdrawn: bool
) -> None:
    family = a_family(db)
    decide(db, family.id, Camille="refused", Jeanne="refused", Loïc=loic)
    if withdrawn:
        db.execute("UPDATE dossier_people SET withdrawn_at = answered_at WHERE person = ?", (family.lines[1].person,))
    assert purge(days=600).announced == 0
    assert purge(days=20).closed == 0 and count(db, "dossiers") == 1


def test_a_dossier_that_waits_for_the_town_stays(db: Database, purge: Purge) -> None:
    a_family(db)
    assert purge(days=600).announced == 0


def test_a_contact_with_no_right_left_goes_a_year_after_the_town_saw_it(app: Flask, db: Database, purge: Purge) -> None:
    family = a_family(db)
    tick_both(db)
    decide(db, family.id)
    contact, child = family.lines[2].person, family.lines[1].person
    account = accounts.by_id(db, family.account)
    assert account
    with app.app_context():
        withdrawing.withdraw(db, account, contact, [(child, what) for what in Permission])
    assert purge(days=400).announced == 0  # no agent has seen it
    db.execute("INSERT INTO agents (email, password_hash, created_at) VALUES ('a@b.fr', '-', '')")
    db.execute("UPDATE withdrawals SET seen_at = at, seen_by = 1")
    assert purge().announced == 1
    assert purge(days=15).withdrawn == 1
    assert not db.execute("SELECT 1 FROM people WHERE id = ?", (contact,)).fetchone()
    assert (count(db, "dossiers"), count(db, "households"), count(db, "withdrawals")) == (1, 1, 0)
    assert "Jeanne" not in [one.identity.given_name for one in household.read(db, family.household).everyone]


def test_a_contact_who_keeps_a_right_stays(app: Flask, db: Database, purge: Purge) -> None:
    family = a_family(db)
    tick_both(db)
    decide(db, family.id)
    account = accounts.by_id(db, family.account)
    assert account
    with app.app_context():
        withdrawing.withdraw(db, account, family.lines[2].person, [(family.lines[1].person, Permission.COLLECT)])
    db.execute("INSERT INTO agents (email, password_hash, created_at) VALUES ('a@b.fr', '-', '')")
    db.execute("UPDATE withdrawals SET seen_at = at, seen_by = 1")
    assert purge(days=600).announced == 0


def test_what_is_asked_anew_after_a_deletion_is_not_taken_for_what_was_withdrawn(
    app: Flask, db: Database, purge: Purge
) -> None:
    family = a_family(db)
    tick_both(db)
    decide(db, family.id)
    child, contact = (line.person for line in family.lines[1:3])
    rights = (Right(child, may_collect=True, emergency=True),)
    asked = Declaration(Role.CONTACT, JEANNE, links={child: Link.GRANDPARENT}, rights=rights)
    with transaction(db):
        later = dossiers.add(db, "CCCCDDDD", family.household, family.account, now())
        ask(db, later, contact, asked)
    decide(db, later, Jeanne="refused")
    account = accounts.by_id(db, family.account)
    assert account
    with app.app_context():
        withdrawing.withdraw(db, account, contact, [(child, Permission.COLLECT)])
    purge(days=366)
    assert purge(days=15).closed == 1 and count(db, "dossiers") == 1
    found = household.read(db, family.household)
    assert found.rights_of(contact) == ((child, Permission.EMERGENCY),)
    assert standing.situations(found)[contact].standing
    with transaction(db):
        ask(db, family.id, contact, asked)
    decide(db, family.id)
    assert len(household.read(db, family.household).rights_of(contact)) == 2
    assert db.execute("SELECT may_collect, emergency FROM contact_rights").fetchone() == (1, 1)
