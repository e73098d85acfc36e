"""No copy gives back a right to collect a child that was taken back, refused or contested since, by whatever act."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlite_utils import Database

from tests.services.test_duplicates_joined import a_child_twice, a_contact_twice, join, two_accounts, two_homes
from tests.support import families
from tests.support.families import a_co_parent, a_family, ask, ask_contact, decide, found
from wizard import clock
from wizard.clock import now
from wizard.db import connect, transaction
from wizard.migrations import migrate
from wizard.models import (
    Account,
    Agent,
    AgentRole,
    Decision,
    DecisionLine,
    Declaration,
    Dossier,
    Link,
    Permission,
    Right,
    Role,
)
from wizard.services import decisions, household, objecting, one_day, recalling, restoring, retention, withdrawing
from wizard.services.decisions import Choice
from wizard.services.duplicates import undoing
from wizard.settings import get_settings
from wizard.stores import accounts, agents, database_file, declarations, gate, journal, ledger, people
from wizard.stores import one_day as days

pytestmark = pytest.mark.usefixtures("app_context")
Copy = Callable[[], Callable[[], Database]]
START = datetime(2026, 11, 24, 9, tzinfo=UTC)
JEANNE, LOIC, PAUL = "Jeanne Le Goff", "Loïc Martin", "Paul Morel"


@pytest.fixture(autouse=True)
def hand() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def agent(db: Database) -> Agent:
    made = agents.by_id(db, agents.add(db, "claire@oudon.example", AgentRole.CASEWORKER, "x", now()))
    assert made
    return made


def file_of(db: Database) -> Path:
    return Path(db.execute("PRAGMA database_list").fetchone()[2])


@pytest.fixture
def copied(db: Database, tmp_path: Path, hand: time_machine.Traveller) -> Iterator[Copy]:
    """Copy the database, an hour later; return how to restore the copy, a day later."""
    opened: list[Database] = []

    def copy() -> Callable[[], Database]:
        hand.shift(timedelta(hours=1))
        database_file.copy(file_of(db), tmp_path / "copie.db")
        hand.shift(timedelta(hours=1))

        def restore() -> Database:
            hand.shift(timedelta(days=1))
            opened.append(connect(tmp_path / "copie.db"))
            restoring.settle(opened[-1], ledger.beside(file_of(db)))
            return opened[-1]

        return restore

    yield copy
    for one in opened:
        one.close()


def collect(db: Database) -> set[str]:
    """Return who may collect a child, and is not contested, on the list of the gate: « who: child »."""
    names = {one.person: f"{one.given_name} {one.surname}" for one in gate.children(db)}
    return {
        f"{one.name}: {names[one.child]}"
        for one in gate.adults(db, names)
        if one.may_collect and not one.contested and one.role is not Role.REPRESENTATIVE
    }


def account_of(db: Database, dossier: Dossier) -> Account:
    account = accounts.by_id(db, dossier.account)
    assert account
    return account


def refuse(db: Database, agent: Agent, dossier: Dossier, **refused: str) -> None:
    decisions.reopen(db, agent, dossier.id)
    decide(db, dossier.id, **refused)


def refuses_jeanne(db: Database, agent: Agent, dossier: Dossier) -> None:
    refuse(db, agent, dossier, Jeanne="refused")


def sends_jeanne_back(db: Database, agent: Agent, dossier: Dossier) -> None:
    refuse(db, agent, dossier, Jeanne="to_correct")


def unticks_the_box(db: Database, _agent: Agent, dossier: Dossier) -> None:
    ask_contact(db, dossier, may_collect=False, emergency=True)


def refuses_the_child(db: Database, agent: Agent, dossier: Dossier) -> None:
    refuse(db, agent, dossier, **{"Loïc": "refused"})


def leaves(db: Database, dossier: Dossier, person: int) -> None:
    said = declarations.accepted(db, dossier.household, person)
    assert said
    with transaction(db):
        ask(db, dossier.id, person, type(said.declaration)(**{**vars(said.declaration), "leaves": True}))
    decide(db, dossier.id)


def lets_the_child_leave(db: Database, _agent: Agent, dossier: Dossier) -> None:
    leaves(db, dossier, dossier.lines[1].person)


def refuses_paul(db: Database, agent: Agent, dossier: Dossier) -> None:
    last = household.read(db, dossier.household).dossiers[0]
    refuse(db, agent, last, Paul="refused")


@pytest.mark.parametrize(
    ("act", "left"),
    [
        (refuses_jeanne, {f"{PAUL}: {LOIC}"}),
        (sends_jeanne_back, {f"{PAUL}: {LOIC}"}),
        (unticks_the_box, {f"{PAUL}: {LOIC}"}),
        (refuses_paul, {f"{JEANNE}: {LOIC}"}),
        (refuses_the_child, set()),
        (lets_the_child_leave, set()),
    ],
)
def test_what_was_lost_since_a_copy_is_not_in_it(
    db: Database, agent: Agent, copied: Copy, act: Callable[..., None], left: set[str]
) -> None:
    dossier = a_family(db)
    decide(db, dossier.id)
    if act is not refuses_the_child:
        a_co_parent(db, dossier)
    restore = copied()
    before = collect(db)
    act(db, agent, found(db, dossier.id))
    assert collect(db) == left < before
    restored = restore()
    assert collect(restored) == left
    (number,) = restored.execute("SELECT id FROM households").fetchone()
    assert household.read(restored, number).parent, "the family reads on"


def test_what_an_answer_gave_that_was_recalled_is_not_in_a_copy_made_meanwhile(
    db: Database, agent: Agent, copied: Copy, hand: time_machine.Traveller
) -> None:
    dossier = a_family(db)
    accepted = [Choice(DecisionLine(line.person, Decision.ACCEPTED, None, None), 0) for line in dossier.asked]
    decisions.decide_and_answer(db, agent, dossier.id, accepted, journal.latest_change(db, dossier.id), "/espace")
    hand.shift(timedelta(hours=-2))
    restore = copied()
    assert collect(db) == {f"{JEANNE}: {LOIC}"}
    recalling.recall(db, agent, dossier.id)
    assert collect(db) == set() == collect(restore())


def test_what_was_given_again_before_the_copy_stays(
    db: Database, agent: Agent, copied: Copy, hand: time_machine.Traveller
) -> None:
    dossier = a_family(db)
    decide(db, dossier.id)
    for refused in ({"Loïc": "refused"}, {}, {"Jeanne": "refused"}, {}):
        hand.shift(timedelta(hours=1))
        refuse(db, agent, dossier, **refused)
    restore = copied()
    assert collect(restore()) == collect(db) == {f"{JEANNE}: {LOIC}"}


def is_free(db: Database, contact: int, child: int) -> bool:
    """Whether a contact may collect a child, and nobody objects."""
    query = """SELECT 1 FROM contact_rights AS given WHERE contact = ? AND child = ? AND may_collect
        AND NOT EXISTS (SELECT 1 FROM objections WHERE contact = given.contact AND child = given.child
            AND what = 'collect' AND ended_at IS NULL)"""
    return db.execute(query, (contact, child)).fetchone() is not None


@pytest.mark.parametrize(
    ("then", "free"), [("", False), ("dropped", True), ("lifted", True), ("deleted", True), ("twice", False)]
)
@pytest.mark.parametrize("joined_before", [True, False])
def test_a_right_contested_since_the_copy_is_contested_in_it(
    db: Database,
    agent: Agent,
    copied: Copy,
    hand: time_machine.Traveller,
    then: str,
    free: bool,
    joined_before: bool,
) -> None:
    first, second = two_homes(db, accepted=True)
    child, contact = first.lines[1].person, first.lines[2].person
    restore = copied() if not joined_before else None
    join(db, agent, child, second.lines[1].person)
    retention.purge(db, get_settings(), now())
    restore = restore or copied()
    account, right = account_of(db, second), (child, Permission.COLLECT)
    objecting.object_to(db, account, contact, right)
    assert not is_free(db, contact, child)
    hand.shift(timedelta(hours=1))
    if then in {"dropped", "twice"}:
        objecting.drop(db, account, contact, right)
    if then == "twice":
        hand.shift(timedelta(hours=1))
        objecting.object_to(db, account, contact, right)
    if then == "lifted":
        (number,) = db.execute("SELECT id FROM objections").fetchone()
        objecting.decide(db, agent, number, objecting.Outcome.LIFTED)
    if then == "deleted":
        with transaction(db):
            retention.erase(db, account, now())
    assert is_free(db, contact, child) == is_free(restore(), contact, child) == free


@pytest.mark.parametrize(("then", "free"), [("", False), ("dropped", True)])
def test_a_day_contested_since_the_copy_is_contested_in_it(
    db: Database,
    agent: Agent,
    copied: Copy,
    hand: time_machine.Traveller,
    then: str,
    free: bool,
) -> None:
    first, second = two_homes(db, accepted=True)
    child = first.lines[1].person
    join(db, agent, child, second.lines[1].person)
    with transaction(db):
        number = days.add(db, first.household, child, clock.today(), "Marc Petit", "+33600000000", now())
    assert number
    restore = copied()
    one_day.contest(db, account_of(db, second), [number])
    hand.shift(timedelta(hours=1))
    if then:
        one_day.drop(db, account_of(db, second), [number])
    for each in (db, restore()):
        (one,) = days.of_household(each, first.household)
        assert (one.contested_at is None) == free and not one.withdrawn_at


@pytest.mark.parametrize("late", [0, 31, 80])
def test_what_is_withdrawn_of_who_was_joined_is_in_no_copy_made_before_however_late(
    db: Database,
    agent: Agent,
    copied: Copy,
    hand: time_machine.Traveller,
    late: int,
) -> None:
    first, second = two_accounts(db)
    for dossier in (first, second):
        decide(db, dossier.id)
    (contact,) = (line.person for line in second.lines if line.role is Role.CONTACT)
    restore = copied()
    join(db, agent, first.lines[0].person, second.lines[0].person, account=first.account)
    hand.shift(timedelta(days=late))
    retention.purge(db, get_settings(), now())
    assert db.execute("SELECT count(*) FROM merges").fetchone() == (int(not late),)
    withdrawing.withdraw(db, account_of(db, first), contact, None)
    restored = restore()
    rights = "SELECT count(*) FROM contact_rights WHERE contact = ? AND may_collect"
    assert restored.execute(rights, (contact,)).fetchone() == db.execute(rights, (contact,)).fetchone() == (0,)


@pytest.mark.parametrize("taken_from", [0, 1])
def test_a_right_that_a_joining_drops_is_in_no_copy_made_before(
    db: Database, agent: Agent, copied: Copy, taken_from: int
) -> None:
    dossier, *records = a_contact_twice(db)
    child = dossier.lines[1].person
    both = (Right(child, may_collect=True, emergency=True),)
    with transaction(db):
        for one in records:
            said = Declaration(Role.CONTACT, families.JEANNE, links={child: Link.GRANDPARENT}, rights=both)
            ask(db, dossier.id, one, said)
    decide(db, dossier.id)
    withdrawing.withdraw(db, account_of(db, dossier), records[taken_from], [(child, Permission.COLLECT)])
    restore = copied()
    assert len(collect(db)) == 1, "what was withdrawn of one record, the other has still"
    join(db, agent, *records)
    assert collect(db) == set() == collect(restore())
    emergency = "SELECT count(*) FROM contact_rights WHERE emergency"
    assert db.execute(emergency).fetchone() == (1,)
    assert restore().execute(emergency).fetchone() == (2,), "what both still had, both have in the copy"


def test_numbers_of_who_was_joined_are_kept_as_long_as_a_copy_may_be(
    db: Database, agent: Agent, hand: time_machine.Traveller
) -> None:
    dossier, child, again = a_child_twice(db)
    decide(db, dossier.id)
    join(db, agent, child, again)
    kept = "SELECT person, was FROM former_numbers"
    for days_later, expected in ((89, [(child, str(again))]), (2, [])):
        hand.shift(timedelta(days=days_later))
        retention.purge(db, get_settings(), now())
        assert db.execute(kept).fetchall() == expected


def test_a_joining_undone_since_a_copy_is_undone_in_it(db: Database, agent: Agent, copied: Copy) -> None:
    dossier, child, again = a_child_twice(db)
    decide(db, dossier.id)
    before = collect(db), people.homes(db, again)
    merge = join(db, agent, child, again)
    restore = copied()
    assert undoing.undo(db, agent, merge)
    for each in (db, restore()):
        assert (collect(each), people.homes(each, again)) == before
        assert each.execute("SELECT count(*) FROM former_numbers").fetchone() == (0,)


@pytest.mark.parametrize("families", [True, False])
def test_numbers_of_who_was_joined_before_the_update_are_found_by_the_migration(
    db: Database, agent: Agent, families: bool
) -> None:
    if families:
        first, second = two_accounts(db)
        join(db, agent, first.lines[0].person, second.lines[0].person, account=first.account)
    else:
        _dossier, child, again = a_child_twice(db)
        join(db, agent, child, again)
    kept = "SELECT household, person, was FROM former_numbers"
    before = set(db.execute(kept).fetchall())
    db.executescript("""
        DROP TABLE former_numbers;
        ALTER TABLE outbox DROP COLUMN returned;
        DELETE FROM _sqlite_migrations WHERE name LIKE 'm0023%';
    """)
    assert len(migrate(db)) == 1
    after = set(db.execute(kept).fetchall())
    assert before <= after if families else before == after
    assert {row[2] for row in after} == {row[2] for row in before}
