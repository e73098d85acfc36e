"""Families of the version before, whatever became of what they asked, once a deposit is no longer a fact."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlite_utils import Database

from tests.security.actors import an_agent, sign_agent_in
from tests.support.client import CheckedClient
from tests.support.families_before import a_dossier_before, a_family_before, answer_before
from tests.support.lives_before import BEFORE, FAMILIES, Lived, fill, rights_before, ties_of, withdraw_before
from tests.support.walk import signed_in
from wizard.db import connect, transaction
from wizard.migrations import migrate, migrations
from wizard.models import AgentRole, Member, Permission, Role, Stage, Status
from wizard.services import household, standing
from wizard.services.household import Household, each_of

ASKED, ACCEPTED, TO_CORRECT, WITHDRAWN = Stage.ASKED, Stage.ACCEPTED, Stage.TO_CORRECT, Stage.WITHDRAWN


Town = tuple[Database, list[tuple[Lived, Household]]]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A database in which each family lived a life of its own, then migrated, and each family as it is read."""
    db = connect(tmp_path_factory.mktemp("before") / "portail.db")
    lives = fill(db)
    migrate(db)
    assert len(lives) == FAMILIES
    yield db, [(one, household.read(db, one.made.household)) for one in lives]
    db.close()


def each(town: Town) -> list[tuple[Lived, Household]]:
    return town[1]


def test_the_lives_that_were_drawn_hold_every_state(town: Town) -> None:
    db, lives = town[0], [one for one, _found in each(town)]
    for place in range(5):
        found = {list(one.stages.items())[place][1] for one in lives}
        assert {ASKED, ACCEPTED, TO_CORRECT, Stage.REFUSED} <= found
    assert sum(one.stages[one.made.contact] is WITHDRAWN for one in lives) > 20
    deposits = [count for (count,) in db.execute("SELECT count(*) FROM dossiers GROUP BY household")]
    assert deposits.count(2) > 20 and max(deposits) > 2
    statuses = {dossier.status for _one, found in each(town) for dossier in found.dossiers}
    assert statuses >= {Status.DEPOSITED, Status.ACCEPTED, Status.PARTLY_ACCEPTED, Status.TO_CORRECT}


def test_who_was_accepted_last_is_of_the_household_and_nobody_else(town: Town) -> None:
    for one, found in each(town):
        accepted = {person for person, stage in one.stages.items() if stage is ACCEPTED}
        if one.stages[one.made.contact] is WITHDRAWN:
            accepted |= set(found.facts) & {one.made.contact}  # with no right: it is told apart
        assert set(found.facts) == accepted | {one.made.people[0]}


def test_the_ties_of_who_was_accepted_are_as_they_were(town: Town) -> None:
    for one, found in each(town):
        left, are, parent = ties_of(town[0], one.stages), set(found.facts), one.made.people[0]
        kept = {
            # What an adult was accepted for, of a child who is not yet, waits for them.
            "family_links": [
                row for row in one.ties["family_links"] if row[0] in are and (row[1] in are or row[0] != parent)
            ],
            "residences": [row for row in one.ties["residences"] if row[0] in are],
            "addresses": [row for row in one.ties["addresses"] if row[0] in are],
        }
        assert left == kept
        members = found.facts.values()
        assert sorted((m.person, m.residence) for m in members if m.residence) == kept["residences"]


def test_a_right_is_a_fact_when_the_contact_and_the_child_were_accepted(town: Town) -> None:
    for one, found in each(town):
        contact, asked = one.made.contact, one.rights[one.made.contact]
        is_fact = one.stages[contact] is ACCEPTED
        granted = {right for right in asked if is_fact and one.stages[right[0]] is ACCEPTED}
        assert set(rights_told(found.facts.get(contact))) == granted
        assert (rights_before(town[0], contact) != set()) is (is_fact and asked != set())


def rights_told(member: Member | None) -> tuple[tuple[int, Permission], ...]:
    return each_of(member.rights) if member else ()


def test_what_waits_is_declared_with_the_rights_that_it_asked(town: Town) -> None:
    for one, found in each(town):
        waits = {person for person, stage in one.stages.items() if stage in {ASKED, TO_CORRECT}}
        assert set(found.pending) == waits
        for person in waits:
            said = found.pending[person].declaration
            assert set(each_of(said.rights)) == one.rights.get(person, set())
            ties = {link[:2]: link[2] for link in one.ties["family_links"]}
            is_child = said.role is Role.CHILD
            named = {(other, person) if is_child else (person, other): link for other, link in said.links.items()}
            assert named.items() <= ties.items()
            assert is_child or len(named) == 2
            assert person != one.made.people[0] or (said.role is Role.REPRESENTATIVE)


def test_each_person_and_each_right_stands_where_they_stood(app: Flask, town: Town) -> None:
    with app.test_request_context():
        for one, found in each(town):
            situations = standing.situations(found)
            told = {person: known.standing.stage for person, known in situations.items() if known.standing}
            assert told == one.stages
            contact = one.made.contact
            for right in one.rights[contact]:
                stage = one.stages[contact]
                stage = one.stages[right[0]] if stage is ACCEPTED else stage
                assert situations[contact].rights[right].stage is stage, (one, right)


def test_no_dossier_waits_for_somebody_who_has_nothing_to_do(town: Town) -> None:
    for _one, found in each(town):
        for dossier in found.dossiers:
            waiting = [line for line in dossier.lines if line.waits_for_town or line.waits_for_family]
            assert bool(waiting) is not dossier.is_closed
            for line in waiting:
                assert found.pending[line.person].dossier == dossier.id


@pytest.fixture
def before(tmp_path: Path) -> Iterator[Database]:
    """An empty database of the version before."""
    db = connect(tmp_path / "before.db")
    migrations.apply(db, stop_before=BEFORE)
    yield db
    db.close()


def test_a_dossier_that_was_refused_stays_so_though_its_contact_was_withdrawn_since(before: Database) -> None:
    family = a_family_before(before)
    answer_before(before, family.dossiers[0], "2026-03-05T09:00:00+00:00", Jeanne="to_correct")
    again = a_dossier_before(before, family, (family.contact,), "2026-03-06T09:00:00+00:00")
    answer_before(before, again, "2026-03-07T09:00:00+00:00", Jeanne="refused")
    withdraw_before(before, family, "2026-03-08T09:00:00+00:00")
    migrate(before)
    found = household.read(before, family.household)
    assert [dossier.status for dossier in found.dossiers] == [Status.REFUSED, Status.ACCEPTED]


def test_who_is_to_correct_again_in_a_dossier_answered_anew_is_waited_for_there(before: Database) -> None:
    family = a_family_before(before)
    answer_before(before, family.dossiers[0], "2026-03-05T09:00:00+00:00", Jeanne="to_correct")
    again = a_dossier_before(before, family, (family.contact,), "2026-03-06T09:00:00+00:00")
    answer_before(before, again, "2026-03-07T09:00:00+00:00")
    answer_before(before, family.dossiers[0], "2026-03-08T09:00:00+00:00", Jeanne="to_correct")
    migrate(before)
    found = household.read(before, family.household)
    assert found.pending[family.contact].dossier == family.dossiers[0]
    assert found.open_dossier and found.open_dossier.id == family.dossiers[0]
    assert not rights_before(before, family.contact)


def test_a_child_for_whom_another_household_waits_stays_in_the_first(before: Database) -> None:
    db = before
    with transaction(db):
        first, other = a_family_before(db), a_family_before(db, "2026-03-06T09:00:00+00:00")
        answer_before(db, first.dossiers[0], "2026-03-05T09:00:00+00:00")
        db.execute("INSERT INTO household_members VALUES (?, ?, 'child')", (other.household, first.child))
        db.execute("INSERT INTO residences VALUES (?, ?, 'alternating')", (other.household, first.child))
        db.execute("INSERT INTO family_links VALUES (?, ?, 'father')", (other.people[0], first.child))
        db.execute("INSERT INTO dossier_people (dossier, person) VALUES (?, ?)", (other.dossiers[0], first.child))
    migrate(db)
    here, there = (household.read(db, one.household) for one in (first, other))
    assert here.facts[first.child].residence == "alternating"
    assert here.parent.links == {first.child: "mother"} and rights_told(here.facts[first.contact])
    assert first.child not in there.facts and first.child in there.pending
    assert there.pending[first.child].declaration.residence == "alternating"


@pytest.mark.parametrize("sample", range(0, FAMILIES, 40))
def test_the_pages_of_a_family_and_of_an_agent_open(
    app: Flask, client: CheckedClient, db: Database, town: Town, password_hash: str, sample: int
) -> None:
    town[0].conn.backup(db.conn)
    one = town[1][sample][0].made
    with transaction(db):
        db.execute("UPDATE accounts SET password_hash = ? WHERE id = ?", (password_hash, one.account))
        an_agent(db, "instruction@oudon.example", AgentRole.CASEWORKER, password_hash)
    signed_in(client, f"parent{one.people[0]}@exemple.fr")
    agent = app.test_client()
    sign_agent_in(agent, db, "instruction@oudon.example")  # type: ignore[arg-type]
    for path in ("/espace", "/espace/donnees", "/espace/donnees/copie.json"):
        assert client.get(path).status_code == 200
    for dossier in household.read(db, one.household).dossiers:
        assert agent.get(f"/mairie/dossiers/{dossier.reference}").status_code == 200
    assert agent.get("/mairie").status_code == 200
