"""Duplicates joined and put back: nothing lost, no right that was not accepted, every row as it was."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlite_utils import Database

from tests.support.families import ADDRESS, CAMILLE, JEANNE, LOIC, a_family, ask, decide, found, with_a_father
from tests.support.outbox import WRITTEN
from wizard import clock
from wizard.db import connect, transaction
from wizard.models import (
    Agent,
    AgentRole,
    Decision,
    DecisionLine,
    Declaration,
    Dossier,
    KeyOrigin,
    Link,
    Permission,
    Residence,
    Right,
    Role,
)
from wizard.services import asking, decisions, household, recalling, restoring, retention, withdrawing
from wizard.services import one_day as services_one_day
from wizard.services.decisions import Choice
from wizard.services.duplicates import comparing, finding, merging, undoing
from wizard.services.duplicates.undoing import ChangedSince
from wizard.stores import accounts, agents, database_file, dossiers, journal, ledger, likenesses, one_day, people
from wizard.stores.merges import PASSING, TABLES

pytestmark = pytest.mark.usefixtures("app_context")
# What is drawn from the rest, and what tells what was done.
DERIVED = {
    "likeness_due", "likeness_keys", "likenesses", "journal", "agent_journal", "outbox", "limits", "merges",
    "last_numbers", "family_changes", "people_to_fold", "people_search",
}  # fmt: skip


@pytest.fixture
def agent(db: Database) -> Agent:
    made = agents.by_id(db, agents.add(db, "claire@oudon.example", AgentRole.CASEWORKER, "x", clock.now()))
    assert made
    return made


def dump(db: Database) -> dict[str, list[str]]:
    """Return every row of every table but the journals, and the lines that journals had of the families."""
    tables = [name for name in db.table_names() if name not in DERIVED and not name.startswith("_")]
    rows = {name: sorted(json.dumps(row) for row in db.table(name).rows) for name in tables}
    old = db.query("SELECT * FROM journal WHERE action NOT IN ('merged', 'unmerged', 'read') ORDER BY id")
    return rows | {"journal": [json.dumps(row) for row in old]}


def likeness(db: Database, one: int, other: int) -> int:
    while finding.catch_up(db):
        pass
    return next(each.id for each in likenesses.of_people(db, [one]) if each.other_than(one) == other)


def join(db: Database, agent: Agent, one: int, other: int, **chosen: object) -> int:
    number = likeness(db, one, other)
    compared = comparing.compared(db, number)
    assert compared and not merging.refusal(compared)
    return merging.join(db, agent, number, merging.seal(db, compared), **chosen)  # type: ignore[arg-type]


def two_homes(db: Database, *, accepted: bool) -> tuple[Dossier, Dossier]:
    first, second = with_a_father(db, a_family(db)), a_family(db, "MARTIN", "Alix", "+33600000000")
    decide(db, first.id)
    if accepted:
        decide(db, second.id)
    return found(db, first.id), found(db, second.id)


def a_child_twice(db: Database) -> tuple[Dossier, int, int]:
    """Return a family that declared its child twice, the second time with a contact for that one alone, accepted."""
    dossier = a_family(db)
    mother, child, contact = (line.person for line in dossier.lines)
    with transaction(db):
        again = people.add_person(db, replace(LOIC, given_name="Loic"), clock.now())
        said = Declaration(Role.CHILD, replace(LOIC, given_name="Loic"), Residence.HERE, links={mother: Link.MOTHER})
        ask(db, dossier.id, again, said)
        rights = (Right(child, may_collect=True, emergency=False), Right(again, may_collect=False, emergency=True))
        links = {child: Link.GRANDPARENT, again: Link.GRANDPARENT}
        ask(db, dossier.id, contact, Declaration(Role.CONTACT, JEANNE, links=links, rights=rights))
    return dossier, child, again


def a_contact_twice(db: Database) -> tuple[Dossier, int, int]:
    """Return a family that declared a grandmother twice: once to collect, once to be called."""
    dossier = a_family(db)
    _mother, child, contact = (line.person for line in dossier.lines)
    with transaction(db):
        again = people.add_person(db, JEANNE, clock.now())
        rights = (Right(child, may_collect=False, emergency=True),)
        ask(db, dossier.id, again, Declaration(Role.CONTACT, JEANNE, links={child: Link.GRANDPARENT}, rights=rights))
    return dossier, contact, again


def two_accounts(db: Database) -> tuple[Dossier, Dossier]:
    first, second = a_family(db), a_family(db)
    decide(db, first.id)
    return found(db, first.id), found(db, second.id)


def rights(db: Database, dossier: Dossier) -> dict[tuple[str, int], tuple[int, int]]:
    rows = db.execute(
        "SELECT given_name, child, may_collect, emergency FROM contact_rights JOIN people ON id = contact"
    )
    return {(name, child): (collect, call) for name, child, collect, call in rows}


def rights_of(db: Database, contact: int) -> set[int]:
    return {child for (child,) in db.execute("SELECT child FROM contact_rights WHERE contact = ?", (contact,))}


Story = Callable[[Database], tuple[int, int, dict[str, object]]]


def _homes_waiting(db: Database) -> tuple[int, int, dict[str, object]]:
    first, second = two_homes(db, accepted=False)
    return first.lines[1].person, second.lines[1].person, {}


def _homes_accepted(db: Database) -> tuple[int, int, dict[str, object]]:
    first, second = two_homes(db, accepted=True)
    return first.lines[1].person, second.lines[1].person, {}


def _children(db: Database) -> tuple[int, int, dict[str, object]]:
    dossier, child, again = a_child_twice(db)
    decide(db, dossier.id)
    return child, again, {}


def _children_asked(db: Database) -> tuple[int, int, dict[str, object]]:
    _dossier, child, again = a_child_twice(db)
    return child, again, {}


def _contacts(db: Database) -> tuple[int, int, dict[str, object]]:
    dossier, contact, again = a_contact_twice(db)
    decide(db, dossier.id)
    return contact, again, {}


def _contacts_asked(db: Database) -> tuple[int, int, dict[str, object]]:
    _dossier, contact, again = a_contact_twice(db)
    return contact, again, {}


def _families(db: Database) -> tuple[int, int, dict[str, object]]:
    first, second = two_accounts(db)
    also = [likeness(db, first.lines[1].person, second.lines[1].person)]
    return first.lines[0].person, second.lines[0].person, {"account": second.account, "also": also}


def _a_sign_up(db: Database) -> tuple[int, int, dict[str, object]]:
    """Return a parent who signed up again and has deposited nothing."""
    first = a_family(db)
    with transaction(db):
        home = people.add_household(db, "AAAA-BBBB", KeyOrigin.GENERATED, clock.now())
        parent = people.add_person(db, CAMILLE, clock.now())
        people.add_member(db, home, parent, Role.REPRESENTATIVE)
        people.set_address(db, parent, ADDRESS)
        account = accounts.add(db, household=home, person=parent, email="autre@exemple.fr", username="camille",
            password_hash="-", now=clock.now())  # fmt: skip
        accounts.activate(db, account, clock.now())
    return first.lines[0].person, parent, {"account": first.account}


def _kept_by_a_sign_up(db: Database) -> tuple[int, int, dict[str, object]]:
    one, other, _chosen = _a_sign_up(db)
    return one, other, {"account": db.execute("SELECT max(id) FROM accounts").fetchone()[0]}


STORIES: tuple[Story, ...] = (
    _homes_waiting, _homes_accepted, _children, _children_asked, _contacts, _contacts_asked, _families, _a_sign_up,
    _kept_by_a_sign_up,
)  # fmt: skip


@pytest.mark.parametrize("story", STORIES)
def test_what_is_joined_is_put_back_to_the_byte(db: Database, agent: Agent, story: Story) -> None:
    one, other, chosen = story(db)
    likeness(db, one, other)
    before = dump(db)
    merge = join(db, agent, one, other, **chosen)
    assert dump(db) != before
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    for home in {row[0] for row in db.execute("SELECT household FROM dossiers")}:
        read = household.read(db, home)  # every page reads it so
        assert read.parent and read.lines.keys() >= read.pending.keys() and read.everyone and read.asked
    assert undoing.undo(db, agent, merge)
    assert dump(db) == before
    assert undoing.undo(db, agent, merge) is None and dump(db) == before


@pytest.mark.parametrize("story", STORIES)
def test_all_that_was_declared_is_still_there(db: Database, agent: Agent, story: Story) -> None:
    one, other, chosen = story(db)
    declared = db.execute("SELECT count(*) FROM declarations").fetchone()[0]
    lines = {row[0] for row in db.execute("SELECT id FROM dossiers")}
    told = db.execute("SELECT count(*) FROM journal").fetchone()[0]
    join(db, agent, one, other, **chosen)
    assert db.execute("SELECT count(*) FROM declarations").fetchone()[0] >= declared
    assert {row[0] for row in db.execute("SELECT id FROM dossiers")} == lines
    assert db.execute("SELECT count(*) FROM journal").fetchone()[0] > told
    versions = [row[0] for row in db.execute("SELECT count(*) - max(version) FROM declarations GROUP BY person")]
    assert set(versions) == {0}


def test_a_child_of_two_homes_is_one_person_whom_each_home_is_answered_about(db: Database, agent: Agent) -> None:
    first, second = two_homes(db, accepted=False)
    child = first.lines[1].person
    join(db, agent, child, second.lines[1].person)
    assert people.homes(db, child) == {first.household}  # nothing is granted by joining
    decide(db, second.id)
    assert people.homes(db, child) == {first.household, second.household}
    assert set(rights(db, first).values()) == {(1, 0)} and len(rights(db, first)) == 1


def test_two_contacts_made_one_have_what_each_had_accepted(db: Database, agent: Agent) -> None:
    dossier, contact, again = a_contact_twice(db)
    decide(db, dossier.id)
    join(db, agent, contact, again)
    assert db.execute("SELECT contact, may_collect, emergency FROM contact_rights").fetchall() == [(contact, 1, 1)]


def test_what_was_asked_of_one_of_them_is_still_to_be_decided(db: Database, agent: Agent) -> None:
    dossier, contact, again = a_contact_twice(db)
    with transaction(db):  # an agent had decided of less
        dossiers.set_decision(db, dossier.id, DecisionLine(contact, Decision.ACCEPTED, None, None), 1)
    join(db, agent, contact, again)
    assert rights(db, dossier) == {}
    asked = household.read(db, dossier.household).pending[contact]
    assert asked.declaration.rights == (Right(found(db, dossier.id).lines[1].person, True, True),)
    assert next(line for line in found(db, dossier.id).lines if line.person == contact).decision is None


@pytest.mark.parametrize("taken_from", [0, 1])
@pytest.mark.parametrize("answered", [True, False])
def test_a_right_withdrawn_of_either_never_comes_back(
    db: Database, agent: Agent, taken_from: int, answered: bool
) -> None:
    dossier, contact, again = a_contact_twice(db)
    child = dossier.lines[1].person
    with transaction(db):  # both may do both
        both = (Right(child, may_collect=True, emergency=True),)
        for one in (contact, again):
            ask(db, dossier.id, one, Declaration(Role.CONTACT, JEANNE, links={child: Link.GRANDPARENT}, rights=both))
    if answered:
        decide(db, dossier.id)
    account = accounts.by_id(db, dossier.account)
    assert account
    withdrawing.withdraw(db, account, (contact, again)[taken_from], [(child, Permission.COLLECT)])
    join(db, agent, contact, again)
    if not answered:
        decide(db, dossier.id)
    rows = db.execute("SELECT may_collect, emergency FROM contact_rights WHERE child = ?", (child,)).fetchall()
    assert rows == [(0, 1)]


def test_a_right_withdrawn_of_one_and_asked_again_waits_for_the_answer(db: Database, agent: Agent) -> None:
    dossier, contact, again = a_contact_twice(db)
    child = dossier.lines[1].person
    both = Declaration(Role.CONTACT, JEANNE, links={child: Link.GRANDPARENT},
        rights=(Right(child, may_collect=True, emergency=True),))  # fmt: skip
    with transaction(db):
        for one in (contact, again):
            ask(db, dossier.id, one, both)
    decide(db, dossier.id)
    account = accounts.by_id(db, dossier.account)
    assert account
    withdrawing.withdraw(db, account, contact, [(child, Permission.COLLECT)])
    with transaction(db):
        asking.ask(db, account, {contact: both}, clock.now())
    join(db, agent, contact, again)
    assert rights(db, dossier) == {("Jeanne", child): (0, 1)}
    decide(db)
    assert rights(db, dossier) == {("Jeanne", child): (1, 1)}


def test_a_right_withdrawn_for_one_of_two_records_of_a_child_is_withdrawn_for_the_child(
    db: Database, agent: Agent
) -> None:
    dossier, child, again = a_child_twice(db)
    decide(db, dossier.id)
    account = accounts.by_id(db, dossier.account)
    assert account and rights(db, dossier) == {("Jeanne", child): (1, 0), ("Jeanne", again): (0, 1)}
    withdrawing.withdraw(db, account, dossier.lines[2].person, [(child, Permission.COLLECT)])
    join(db, agent, child, again)
    assert rights(db, dossier) == {("Jeanne", child): (0, 1)}


@pytest.mark.parametrize("taken_from", [0, 1])
def test_a_right_withdrawn_for_a_record_of_a_child_is_not_given_by_what_was_declared_since_of_the_other(
    db: Database, agent: Agent, taken_from: int
) -> None:
    dossier, *children = a_child_twice(db)
    contact = dossier.lines[2].person

    def declare(*collected: int) -> None:
        rights = tuple(Right(one, may_collect=True, emergency=False) for one in collected)
        links = dict.fromkeys(children, Link.GRANDPARENT)
        with transaction(db):
            ask(db, dossier.id, contact, Declaration(Role.CONTACT, JEANNE, links=links, rights=rights))
        decide(db, dossier.id)

    declare(*children)
    account = accounts.by_id(db, dossier.account)
    assert account
    withdrawing.withdraw(db, account, contact, [(children[taken_from], Permission.COLLECT)])
    declare(children[1 - taken_from])
    assert rights_of(db, contact) == {children[1 - taken_from]}
    join(db, agent, *children)
    assert rights_of(db, contact) == set()


def test_of_two_accounts_one_signs_in_and_both_addresses_are_told(db: Database, agent: Agent) -> None:
    first, second = two_accounts(db)
    emails = [accounts.by_id(db, one.account).email for one in (first, second)]  # type: ignore[union-attr]
    join(db, agent, first.lines[0].person, second.lines[0].person, account=first.account)
    assert [accounts.by_identifier(db, one) is not None for one in emails] == [True, False]
    told = list(db.query(WRITTEN + " WHERE name = 'united' ORDER BY id"))
    assert {one["recipient"] for one in told} == set(emails)
    gone = next(one for one in told if one["recipient"] == emails[1])
    assert "ne sert plus" in gone["body_text"] and emails[0] not in gone["body_text"]
    assert {one.household for one in (found(db, first.id), found(db, second.id))} == {first.household}
    assert people.representative(db, first.household) == first.lines[0].person


def test_the_children_chosen_are_joined_with_their_parents_and_no_other(db: Database, agent: Agent) -> None:
    mother, again, chosen = _families(db)
    join(db, agent, mother, again, account=chosen["account"])
    assert db.execute("SELECT count(*) FROM people WHERE given_name = 'Loïc'").fetchone() == (2,)
    undoing.undo(db, agent, db.execute("SELECT max(id) FROM merges").fetchone()[0])
    join(db, agent, mother, again, **chosen)
    assert db.execute("SELECT count(*) FROM people WHERE given_name = 'Loïc'").fetchone() == (1,)


def test_the_other_home_of_a_child_is_touched_by_what_is_joined_of_its_parent(db: Database, agent: Agent) -> None:
    first, second = two_accounts(db)
    mother, child = (line.person for line in first.lines[:2])
    with transaction(db):
        father = people.add_household(db, "AAAA-BBBB", KeyOrigin.GENERATED, clock.now())
        people.add_member(db, father, child, Role.CHILD)
    compared = comparing.compared(db, likeness(db, mother, second.lines[0].person))
    assert compared
    assert set(merging._households(db, compared)) == {first.household, second.household, father}


def test_two_open_dossiers_are_answered_before_their_households_are_joined(db: Database, agent: Agent) -> None:
    first, second = a_family(db), a_family(db)
    compared = comparing.compared(db, likeness(db, first.lines[0].person, second.lines[0].person))
    assert compared and "répondez d'abord" in merging.refusal(compared)
    with pytest.raises(merging.CannotJoin):
        merging.join(db, agent, compared.likeness.id, merging.seal(db, compared))


@pytest.fixture
def stale(db: Database) -> Iterator[tuple[int, str, Dossier]]:
    """What an agent has before their eyes: the likeness, its seal, and the dossier that will change."""
    first, second = two_homes(db, accepted=False)
    number = likeness(db, first.lines[1].person, second.lines[1].person)
    compared = comparing.compared(db, number)
    assert compared
    yield number, merging.seal(db, compared), second


def test_nothing_is_joined_of_what_changed_since_the_page(
    db: Database, agent: Agent, stale: tuple[int, str, Dossier]
) -> None:
    number, seal, second = stale
    with transaction(db):
        ask(db, second.id, second.lines[1].person, Declaration(Role.CHILD, replace(LOIC, given_name="Loïck")))
    before = dump(db)
    with pytest.raises(merging.Changed):
        merging.join(db, agent, number, seal)
    assert dump(db) == before


def test_two_agents_join_a_pair_once(db: Database, agent: Agent, stale: tuple[int, str, Dossier]) -> None:
    number, seal, _second = stale
    merge = merging.join(db, agent, number, seal)
    with pytest.raises(merging.NoLonger):
        merging.join(db, agent, number, seal)
    done = merging.of_likeness(db, number)
    assert done and done.id == merge


def test_of_two_agents_at_the_same_instant_one_joins(
    app: Flask, db: Database, agent: Agent, stale: tuple[int, str, Dossier]
) -> None:
    number, seal, _second = stale

    def join_from_elsewhere(_turn: int) -> str:
        own = connect(app.config["PORTAIL"].database)
        try:
            with app.app_context():
                return str(merging.join(own, agent, number, seal))
        except merging.NoLonger:
            return "no longer"
        finally:
            own.close()

    with ThreadPoolExecutor(4) as agents_at_work:
        done = list(agents_at_work.map(join_from_elsewhere, range(4)))
    assert sorted(done) == ["1", "no longer", "no longer", "no longer"]
    assert db.execute("SELECT count(*) FROM journal WHERE action = 'merged'").fetchone() == (2,)


def test_what_changed_since_is_told_and_nothing_is_put_back(db: Database, agent: Agent) -> None:
    first, second = two_homes(db, accepted=False)
    merge = join(db, agent, first.lines[1].person, second.lines[1].person)
    decide(db, second.id)
    before = dump(db)
    with pytest.raises(ChangedSince, match="une décision"):
        undoing.undo(db, agent, merge)
    assert dump(db) == before


def test_a_number_that_was_freed_is_nobody_s_until_it_is_too_late_to_undo(db: Database, agent: Agent) -> None:
    first, second = two_accounts(db)
    likeness(db, first.lines[0].person, second.lines[0].person)
    before = dump(db)
    merge = join(db, agent, first.lines[0].person, second.lines[0].person, account=first.account)
    later = a_family(db, "Durand", "Anne")
    assert later.household not in {first.household, second.household} and later.account > second.account
    assert undoing.undo(db, agent, merge)
    after = dump(db)
    assert all(set(rows) <= set(after[table]) for table, rows in before.items())


def test_the_number_of_a_record_that_was_joined_is_given_back_to_it_alone(db: Database, agent: Agent) -> None:
    _dossier, contact, again = a_contact_twice(db)
    merge = join(db, agent, contact, again)
    assert again not in {line.person for line in a_family(db, "Durand", "Anne").lines}
    assert undoing.undo(db, agent, merge)


def test_what_a_merge_kept_goes_after_thirty_days(db: Database, agent: Agent, app: Flask) -> None:
    first, second = two_accounts(db)
    merge = join(db, agent, first.lines[0].person, second.lines[0].person, account=first.account)
    settings = app.config["PORTAIL"]
    assert retention.purge(db, settings, clock.now() + retention.UNDO).merges == 0
    assert retention.purge(db, settings, clock.now() + retention.UNDO + timedelta(minutes=1)).merges == 1
    assert undoing.undo(db, agent, merge) is None
    assert a_family(db, "Durand", "Anne").account > second.account


def test_what_a_merge_kept_goes_with_the_account(db: Database, agent: Agent) -> None:
    first, second = two_homes(db, accepted=True)
    join(db, agent, first.lines[1].person, second.lines[1].person)
    account = accounts.by_id(db, second.account)
    assert account
    with transaction(db):
        retention.erase(db, account, clock.now())
    assert db.execute("SELECT count(*) FROM merges").fetchone() == (0,)
    assert people.homes(db, first.lines[1].person) == {first.household}


def test_nothing_of_a_home_outlives_it_where_a_child_of_it_was_compared_or_joined(db: Database, agent: Agent) -> None:
    first, second = two_homes(db, accepted=True)
    mother, child, _contact = (line.person for line in first.lines[:3])
    join(db, agent, child, second.lines[1].person)
    with transaction(db):
        again = people.add_person(db, LOIC, clock.now())
        added = dossiers.add(db, dossiers.new_reference(db), first.household, first.account, clock.now())
        ask(db, added, again, Declaration(Role.CHILD, LOIC, Residence.HERE, links={mother: Link.MOTHER}))
        db.execute("UPDATE declarations SET data = replace(data, 'Jeanne', 'Yvette') WHERE person = ?",
            (second.lines[2].person,))  # fmt: skip
    decide(db, added)
    join(db, agent, again, child)
    kept = {name for (name,) in db.execute("SELECT kind FROM merges WHERE rows LIKE '%Yvette%'")}
    assert kept == {"record"}
    account = accounts.by_id(db, second.account)
    assert account
    with transaction(db):
        retention.erase(db, account, clock.now())
    left = {name: json.dumps(list(db.table(name).rows), ensure_ascii=False) for name in db.table_names()}
    words = ("Yvette", "Alix", "+33600000000", account.email)
    assert not [(name, word) for name, told in left.items() for word in words if word in told]


def test_nothing_of_a_home_that_only_asks_is_left_in_what_a_child_is_looked_for_by(db: Database, agent: Agent) -> None:
    first, second = two_homes(db, accepted=False)
    decide(db, second.id, Alix="accepted")
    join(db, agent, first.lines[1].person, second.lines[1].person)
    db.execute("DELETE FROM household_members WHERE household = ? AND role = 'child'", (first.household,))
    while finding.catch_up(db):
        pass
    account = accounts.by_id(db, first.account)
    assert account
    with transaction(db):
        retention.erase(db, account, clock.now())
    assert not db.execute("SELECT key FROM likeness_keys WHERE key LIKE '%+33612345678%'").fetchall()
    assert finding.catch_up(db), "who stays is compared anew"


def test_a_family_that_was_joined_then_erased_is_in_no_copy_made_before(
    db: Database, agent: Agent, tmp_path: Path
) -> None:
    first, second = two_accounts(db)
    likeness(db, first.lines[0].person, second.lines[0].person)
    database_file.copy(Path(db.execute("PRAGMA database_list").fetchone()[2]), copy := tmp_path / "copie.db")
    join(db, agent, first.lines[0].person, second.lines[0].person, account=first.account)
    account = accounts.by_id(db, first.account)
    assert account
    with transaction(db):
        retention.erase(db, account, clock.now())
    assert a_family(db, "Durand", "Anne").account > second.account, "a number that was joined is not given again"
    restored = connect(copy)
    restoring.settle(restored, ledger.beside(Path(db.execute("PRAGMA database_list").fetchone()[2])))
    assert restored.execute("SELECT count(*) FROM households").fetchone() == (0,)
    restored.close()


def test_what_is_withdrawn_of_a_record_joined_is_in_no_copy_made_before(
    db: Database, agent: Agent, tmp_path: Path
) -> None:
    dossier, child, again = a_child_twice(db)
    decide(db, dossier.id)
    contact = dossier.lines[2].person
    given = "SELECT count(*) FROM one_day WHERE withdrawn_at IS NULL"
    with transaction(db):
        one_day.add(db, dossier.household, again, clock.today(), "Marc Petit", "+33600000000", clock.now())
    database_file.copy(Path(db.execute("PRAGMA database_list").fetchone()[2]), copy := tmp_path / "copie.db")
    join(db, agent, child, again)
    account = accounts.by_id(db, dossier.account)
    assert account
    withdrawing.withdraw(db, account, contact, [(child, Permission.EMERGENCY)])
    services_one_day.withdraw(db, account, [1])
    restored = connect(copy)
    assert rights_of(restored, contact) == {child, again} and restored.execute(given).fetchone() == (1,)
    restoring.settle(restored, ledger.beside(Path(db.execute("PRAGMA database_list").fetchone()[2])))
    assert rights_of(restored, contact) == {child} and restored.execute(given).fetchone() == (0,)
    restored.close()


def test_no_mail_to_an_account_that_was_joined_outlives_the_family(db: Database, agent: Agent) -> None:
    first, second = two_accounts(db)
    join(db, agent, first.lines[0].person, second.lines[0].person, account=first.account)
    db.execute("UPDATE outbox SET failed_at = created_at")
    account = accounts.by_id(db, first.account)
    assert account and db.execute("SELECT 1 FROM outbox").fetchone()
    with transaction(db):
        retention.erase(db, account, clock.now())
    assert not db.execute("SELECT recipient FROM outbox WHERE recipient IS NOT NULL").fetchall()


def test_a_day_contested_of_either_record_of_a_child_is_contested_of_the_child(db: Database, agent: Agent) -> None:
    dossier, child, again = a_child_twice(db)
    decide(db, dossier.id)
    other = a_family(db, "Durand", "Anne").household
    with transaction(db):
        for one in (child, again):
            one_day.add(db, dossier.household, one, clock.today(), "Marc Petit", "+33600000000", clock.now())
        (contested,) = db.execute("SELECT id FROM one_day WHERE child = ?", (again,)).fetchone()
        one_day.contest(db, contested, other, clock.now())
    join(db, agent, child, again)
    ((kept, by),) = db.execute("SELECT child, contested_by FROM one_day").fetchall()
    assert (kept, by) == (child, other)


def test_a_merge_is_undone_though_an_agent_saw_a_day_that_was_given(db: Database, agent: Agent) -> None:
    dossier, child, again = a_child_twice(db)
    decide(db, dossier.id)
    with transaction(db):
        one_day.add(db, dossier.household, again, clock.today(), "Marc Petit", "+33600000000", clock.now())
    merge = join(db, agent, child, again)
    with transaction(db):
        one_day.mark_seen(db, [1], agent.id, clock.now())
    assert undoing.undo(db, agent, merge)
    assert db.execute("SELECT child, seen_by FROM one_day").fetchall() == [(again, agent.id)]


def test_an_answer_that_named_a_record_joined_since_is_not_recalled_by_halves(db: Database, agent: Agent) -> None:
    dossier, child, again = a_child_twice(db)
    decide(db, dossier.id)
    with transaction(db):
        aunt = people.add_person(db, replace(JEANNE, given_name="Odile"), clock.now())
        added = dossiers.add(db, dossiers.new_reference(db), dossier.household, dossier.account, clock.now())
        rights = (Right(again, may_collect=True, emergency=False),)
        ask(db, added, aunt, Declaration(Role.CONTACT, replace(JEANNE, given_name="Odile"), rights=rights))
    accepted = Choice(DecisionLine(aunt, Decision.ACCEPTED, None, None), 0)
    decisions.decide_and_answer(db, agent, added, [accepted], 0, "/espace")
    join(db, agent, child, again)
    with pytest.raises(recalling.TooLate):
        recalling.recall(db, agent, added)
    assert rights_of(db, aunt) == {child}
    assert found(db, added).answered_at


def test_an_answer_whose_mail_left_while_records_were_joined_stands_once_they_are_put_back(
    db: Database, agent: Agent
) -> None:
    dossier, contact, again = a_contact_twice(db)
    latest = journal.latest_change(db, dossier.id)
    accepted = [
        Choice(DecisionLine(line.person, Decision.ACCEPTED, None, None), 0) for line in found(db, dossier.id).asked
    ]
    decisions.decide_and_answer(db, agent, dossier.id, accepted, latest, "/espace")
    merge = join(db, agent, contact, again)
    db.execute("UPDATE outbox SET sent_at = created_at, tries = 1")
    assert undoing.undo(db, agent, merge)
    assert db.execute("SELECT undo FROM replies").fetchall() == [(None,)]


def test_a_child_whom_another_home_only_asks_for_outlives_the_home_that_is_erased(db: Database, agent: Agent) -> None:
    first, second = two_homes(db, accepted=False)
    child = first.lines[1].person
    join(db, agent, child, second.lines[1].person)
    account = accounts.by_id(db, first.account)
    assert account
    with transaction(db):
        retention.erase(db, account, clock.now())
    decide(db, second.id)
    assert people.homes(db, child) == {second.household}


def test_each_table_that_refers_to_a_family_is_kept_and_put_back(db: Database) -> None:
    """A table added one day must be joined too: here is where its author learns it."""
    of_a_family = {"people", "households", "accounts", "dossiers", "drafts"}
    referring = {
        name for name in db.table_names()
        if {key.other_table for key in db.table(name).foreign_keys} & of_a_family
    } - {"likeness_due", "likeness_keys", "merges"}  # fmt: skip
    assert referring <= set(TABLES) and set(TABLES) >= PASSING
