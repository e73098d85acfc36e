"""Families of the version before, whatever became of what they asked, once a deposit is no longer a fact."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlite_utils import Database

from tests.security.actors import an_agent, sign_agent_in, sign_in
from tests.support.client import CheckedClient
from tests.support.families_before import Before, a_dossier_before, a_family_before, answer_before
from wizard.db import connect, transaction
from wizard.migrations import migrate, migrations
from wizard.models import AgentRole, Member, Permission, Role, Stage, Status
from wizard.services import household, standing
from wizard.services.household import Household, each_of

FAMILIES = 400
BEFORE = "m0008_facts_and_declarations"
ASKED, ACCEPTED, TO_CORRECT, WITHDRAWN = Stage.ASKED, Stage.ACCEPTED, Stage.TO_CORRECT, Stage.WITHDRAWN
Rows = list[tuple[object, ...]]


@dataclass
class Lived:
    """A family of the version before, and what that version said of it: where each person stood, what they had."""

    made: Before
    stages: dict[int, Stage] = field(default_factory=dict)
    rights: dict[int, set[tuple[int, Permission]]] = field(default_factory=dict)
    ties: dict[str, Rows] = field(default_factory=dict)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, list[Lived]]]:
    """A database in which each family lived a life of its own, then migrated."""
    db = connect(tmp_path_factory.mktemp("before") / "portail.db")
    lived = fill(db)
    migrate(db)
    yield db, lived
    db.close()


def fill(db: Database) -> list[Lived]:
    """Make the database that the version before had; return what it said."""
    with transaction(db):
        migrations.apply(db, stop_before=BEFORE)
        lives = [a_life(db, random.Random(number)) for number in range(FAMILIES)]
    return [what_it_said(db, one) for one in lives]


def a_life(db: Database, chance: random.Random) -> Before:
    """Return a family with a second child, a second parent and a contact with a right of each child; then its life."""
    family = a_family_before(db)
    parent, contact = family.people[0], family.contact
    anna, alex = (
        int(db.execute("INSERT INTO people (given_name, birth_name, created_at) VALUES (?, 'Martin', '')", [name])
            .lastrowid or 0) for name in ("Anna", "Alex")
    )  # fmt: skip
    for person, role in ((anna, "child"), (alex, "co_representative")):
        db.execute("INSERT INTO household_members VALUES (?, ?, ?)", (family.household, person, role))
        db.execute("INSERT INTO dossier_people (dossier, person) VALUES (?, ?)", (family.dossiers[0], person))
    links = (
        (parent, anna, "mother"),
        (alex, anna, "father"),
        (alex, family.child, "father"),
        (contact, anna, "friend"),
    )
    for link in links:
        db.execute("INSERT INTO family_links VALUES (?, ?, ?)", link)
    db.execute("INSERT INTO residences VALUES (?, ?, 'here')", (family.household, anna))
    db.execute("INSERT INTO contact_rights VALUES (?, ?, 0, 1)", (contact, anna))
    copied = "SELECT ?, label, street, postcode, city, source, to_check FROM addresses WHERE person = ?"
    db.execute(
        f"INSERT INTO addresses (person, label, street, postcode, city, source, to_check) {copied}", (alex, parent)
    )
    days = (datetime(2026, 3, 4, tzinfo=UTC) + timedelta(days=day) for day in range(99))
    for _event in range(chance.randrange(6)):
        chance.choice(EVENTS)(db, family, chance, next(days).isoformat())
    return family


def answered(db: Database, family: Before, chance: random.Random, at: str) -> None:
    """Answer a dossier that waits for it."""
    waiting = dossiers_of(db, family, "answered_at IS NULL")
    if waiting:
        names = ("Camille", "Loïc", "Jeanne", "Anna", "Alex")
        outcomes = {name: chance.choice(("accepted", "accepted", "refused", "to_correct")) for name in names}
        answer_before(db, chance.choice(waiting), at, **{k: v for k, v in outcomes.items() if v != "accepted"})


def reopened(db: Database, family: Before, chance: random.Random, _at: str) -> None:
    """Take an answer back; its decisions stay."""
    closed = dossiers_of(db, family, "answered_at IS NOT NULL")
    if closed:
        db.execute("UPDATE dossiers SET answered_at = NULL WHERE id = ?", (chance.choice(closed),))


def corrected(db: Database, family: Before, chance: random.Random, at: str) -> None:
    """Deposit anew some of those whom the town hall asked to correct."""
    again = tuple(person for person, stage in last_words(db, family).items() if stage is TO_CORRECT)
    if again:
        a_dossier_before(db, family, tuple(chance.sample(again, chance.randint(1, len(again)))), at)


def withdrawn(db: Database, family: Before, chance: random.Random, at: str) -> None:
    """Take back one right of the contact, or all."""
    held = rights_before(db, family.contact)
    for child, what in sorted(held)[: chance.choice((1, 2))]:
        row = "WHERE contact = ? AND child = ?"
        column = "may_collect" if what is Permission.COLLECT else "emergency"
        other = "emergency" if what is Permission.COLLECT else "may_collect"
        db.execute(f"DELETE FROM contact_rights {row} AND {other} = 0", (family.contact, child))
        db.execute(f"UPDATE contact_rights SET {column} = 0 {row}", (family.contact, child))
        query = "INSERT INTO withdrawals (household, contact, child, what, at) VALUES (?, ?, ?, ?, ?)"
        db.execute(query, (family.household, family.contact, child, what, at))


Event = Callable[[Database, Before, random.Random, str], None]
EVENTS: tuple[Event, ...] = (answered, answered, reopened, corrected, withdrawn)


def dossiers_of(db: Database, family: Before, which: str) -> list[int]:
    query = f"SELECT id FROM dossiers WHERE household = ? AND {which} ORDER BY id"
    return [number for (number,) in db.execute(query, (family.household,))]


def last_words(db: Database, family: Before) -> dict[int, Stage]:
    """Return what the version before said last of each person: asked by a deposit, decided by an answer."""
    query = """SELECT person, answered_at, decision FROM dossier_people JOIN dossiers ON dossiers.id = dossier
    WHERE household = ? ORDER BY coalesce(answered_at, deposited_at), deposited_at, dossiers.id"""
    rows = db.execute(query, (family.household,)).fetchall()
    return {person: Stage(decision) if answered else ASKED for person, answered, decision in rows}


def rights_before(db: Database, contact: int) -> set[tuple[int, Permission]]:
    rows = db.execute("SELECT child, may_collect, emergency FROM contact_rights WHERE contact = ?", (contact,))
    columns = (Permission.COLLECT, Permission.EMERGENCY)
    return {
        (child, what) for child, *given in rows.fetchall() for what, is_so in zip(columns, given, strict=True) if is_so
    }


TIES = {
    "family_links": "SELECT adult, child, link FROM family_links WHERE {0} IN (adult, child)",
    "residences": "SELECT child, residence FROM residences WHERE child = {0}",
    "addresses": "SELECT person, label, street, postcode, city FROM addresses WHERE person = {0}",
}


def what_it_said(db: Database, made: Before) -> Lived:
    stages = last_words(db, made)
    rights = {made.contact: rights_before(db, made.contact)}
    gone = db.execute("SELECT 1 FROM withdrawals WHERE contact = ?", (made.contact,)).fetchone()
    if gone and not rights[made.contact]:
        stages[made.contact] = WITHDRAWN
    return Lived(made, stages, rights, ties_of(db, stages))


def ties_of(db: Database, people: dict[int, Stage]) -> dict[str, Rows]:
    """Return the ties of these people, each once."""
    found = {
        table: {row for person in people for row in db.execute(query.format(person)).fetchall()}
        for table, query in TIES.items()
    }
    return {table: sorted(rows) for table, rows in found.items()}


def each(town: tuple[Database, list[Lived]]) -> Iterator[tuple[Lived, Household]]:
    db, lives = town
    assert len(lives) == FAMILIES
    for one in lives:
        yield one, household.read(db, one.made.household)


def test_the_lives_that_were_drawn_hold_every_state(town: tuple[Database, list[Lived]]) -> None:
    db, lives = town
    for place in range(5):
        found = {list(one.stages.items())[place][1] for one in lives}
        assert {ASKED, ACCEPTED, TO_CORRECT, Stage.REFUSED} <= found
    assert sum(one.stages[one.made.contact] is WITHDRAWN for one in lives) > 20
    deposits = [count for (count,) in db.execute("SELECT count(*) FROM dossiers GROUP BY household")]
    assert deposits.count(2) > 20 and max(deposits) > 2
    statuses = {dossier.status for _one, found in each(town) for dossier in found.dossiers}
    assert statuses >= {Status.DEPOSITED, Status.ACCEPTED, Status.PARTLY_ACCEPTED, Status.TO_CORRECT}


def test_who_was_accepted_last_is_of_the_household_and_nobody_else(town: tuple[Database, list[Lived]]) -> None:
    for one, found in each(town):
        accepted = {person for person, stage in one.stages.items() if stage is ACCEPTED}
        if one.stages[one.made.contact] is WITHDRAWN:
            accepted |= set(found.facts) & {one.made.contact}  # with no right: it is told apart
        assert set(found.facts) == accepted | {one.made.people[0]}


def test_the_ties_of_who_was_accepted_are_as_they_were(town: tuple[Database, list[Lived]]) -> None:
    for one, found in each(town):
        left, are = ties_of(town[0], one.stages), set(found.facts)
        kept = {
            "family_links": [row for row in one.ties["family_links"] if {row[0], row[1]} <= are],
            "residences": [row for row in one.ties["residences"] if row[0] in are],
            "addresses": [row for row in one.ties["addresses"] if row[0] in are],
        }
        left["family_links"] = [row for row in left["family_links"] if {row[0], row[1]} <= are]
        assert left == kept
        members = found.facts.values()
        assert sorted((m.person, m.residence) for m in members if m.residence) == kept["residences"]


def test_a_right_is_a_fact_when_the_contact_and_the_child_were_accepted(town: tuple[Database, list[Lived]]) -> None:
    for one, found in each(town):
        contact, asked = one.made.contact, one.rights[one.made.contact]
        is_fact = one.stages[contact] is ACCEPTED
        granted = {right for right in asked if is_fact and one.stages[right[0]] is ACCEPTED}
        assert set(rights_told(found.facts.get(contact))) == granted
        assert (rights_before(town[0], contact) != set()) is (is_fact and asked != set())


def rights_told(member: Member | None) -> tuple[tuple[int, Permission], ...]:
    return each_of(member.rights) if member else ()


def test_what_waits_is_declared_with_the_rights_that_it_asked(town: tuple[Database, list[Lived]]) -> None:
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


def test_each_person_and_each_right_stands_where_they_stood(app: Flask, town: tuple[Database, list[Lived]]) -> None:
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


def test_no_dossier_waits_for_somebody_who_has_nothing_to_do(town: tuple[Database, list[Lived]]) -> None:
    for _one, found in each(town):
        for dossier in found.dossiers:
            waiting = [line for line in dossier.lines if line.waits_for_town or line.waits_for_family]
            assert bool(waiting) is not dossier.is_closed
            for line in waiting:
                assert found.pending[line.person].dossier == dossier.id


def test_a_dossier_that_was_closed_keeps_its_status(town: tuple[Database, list[Lived]]) -> None:
    """Refused stays refused, though the contact was withdrawn since."""
    names = {"accepted": Status.ACCEPTED, "refused": Status.REFUSED}
    for _one, found in each(town):
        for dossier in found.dossiers:
            decided = {line.decision for line in dossier.lines}
            if dossier.answered_at and len(decided) == 1 and "to_correct" not in decided:
                assert dossier.status is names[str(decided.pop())]


def test_a_child_whom_another_household_had_refused_stays_in_the_first(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    db = connect(tmp_path_factory.mktemp("shared") / "portail.db")
    with transaction(db):
        migrations.apply(db, stop_before=BEFORE)
        first, other = a_family_before(db), a_family_before(db)
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
    db.close()


@pytest.mark.parametrize("sample", range(0, FAMILIES, 40))
def test_the_pages_of_a_family_and_of_an_agent_open(
    app: Flask, client: CheckedClient, db: Database, town: tuple[Database, list[Lived]], password_hash: str, sample: int
) -> None:
    town[0].conn.backup(db.conn)
    one = town[1][sample].made
    with transaction(db):
        db.execute("UPDATE accounts SET password_hash = ? WHERE id = ?", (password_hash, one.account))
        an_agent(db, "instruction@oudon.example", AgentRole.INSTRUCTEUR, password_hash)
    sign_in(client, f"parent{one.people[0]}@exemple.fr")
    agent = app.test_client()
    sign_agent_in(agent, db, "instruction@oudon.example")  # type: ignore[arg-type]
    for path in ("/espace", "/espace/donnees", "/espace/donnees/copie.json"):
        assert client.get(path).status_code == 200
    for dossier in household.read(db, one.household).dossiers:
        assert agent.get(f"/mairie/dossiers/{dossier.reference}").status_code == 200
    assert agent.get("/mairie").status_code == 200
