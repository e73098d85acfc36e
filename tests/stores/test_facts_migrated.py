"""A database of the version before, in which a deposit was as good as true, becomes facts and declarations."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlite_utils import Database

from tests.support.families_before import Before, a_dossier_before, a_family_before, answer_before
from wizard.db import connect, transaction
from wizard.migrations import migrate, migrations
from wizard.models import Stage, Status
from wizard.services import facts, household, standing

DAYS = [f"2026-03-{day:02}T09:00:00+00:00" for day in range(1, 20)]
EACH = 40  # families of each story: 400 in all


def asked(_db: Database, _family: Before) -> None:
    """Deposited, and no more."""


def accepted(db: Database, family: Before) -> None:
    answer_before(db, family.dossiers[0], DAYS[5])


def contact_refused(db: Database, family: Before) -> None:
    answer_before(db, family.dossiers[0], DAYS[5], Jeanne="refused")


def child_refused(db: Database, family: Before) -> None:
    answer_before(db, family.dossiers[0], DAYS[5], Loïc="refused")


def to_correct(db: Database, family: Before) -> None:
    answer_before(db, family.dossiers[0], DAYS[5], Jeanne="to_correct")


def corrected(db: Database, family: Before) -> None:
    to_correct(db, family)
    a_dossier_before(db, family, (family.contact,), DAYS[6])


def corrected_and_accepted(db: Database, family: Before) -> None:
    to_correct(db, family)
    answer_before(db, a_dossier_before(db, family, (family.contact,), DAYS[6]), DAYS[7])


def reopened(db: Database, family: Before) -> None:
    answer_before(db, family.dossiers[0], None)


def withdrawn_once_accepted(db: Database, family: Before) -> None:
    accepted(db, family)
    _withdraw(db, family)


def withdrawn_while_asked(db: Database, family: Before) -> None:
    _withdraw(db, family)


def _withdraw(db: Database, family: Before) -> None:
    db.execute("DELETE FROM contact_rights WHERE contact = ?", (family.contact,))
    query = "INSERT INTO withdrawals (household, contact, child, what, at) VALUES (?, ?, ?, 'collect', ?)"
    db.execute(query, (family.household, family.contact, family.child, DAYS[8]))


A, R, T, Q, W = Stage.ACCEPTED, Stage.REFUSED, Stage.TO_CORRECT, Stage.ASKED, Stage.WITHDRAWN
Story = Callable[[Database, Before], None]
# The story → where the child, the contact and the right stand after, and the dossiers, the last first.
STORIES: dict[Story, tuple[Stage, Stage, Stage, list[Status]]] = {
    asked: (Q, Q, Q, [Status.DEPOSITED]),
    accepted: (A, A, A, [Status.ACCEPTED]),
    contact_refused: (A, R, R, [Status.PARTLY_ACCEPTED]),
    child_refused: (R, A, R, [Status.PARTLY_ACCEPTED]),
    to_correct: (A, T, T, [Status.TO_CORRECT]),
    corrected: (A, Q, Q, [Status.DEPOSITED, Status.ACCEPTED]),
    corrected_and_accepted: (A, A, A, [Status.ACCEPTED, Status.ACCEPTED]),
    reopened: (Q, Q, Q, [Status.DEPOSITED]),
    withdrawn_once_accepted: (A, W, W, [Status.ACCEPTED]),
    withdrawn_while_asked: (Q, W, W, [Status.DEPOSITED]),
}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> tuple[Database, dict[Story, list[Before]]]:
    """Four hundred families of the version before, migrated."""
    path: Path = tmp_path_factory.mktemp("before") / "portail.db"
    db = connect(path)
    with transaction(db):
        migrations.apply(db, stop_before="m0008_facts_and_declarations")
        families = {story: [a_family_before(db) for _one in range(EACH)] for story in STORIES}
        for story, made in families.items():
            for family in made:
                story(db, family)
    assert "m0008_facts_and_declarations" in migrate(db)
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert len([one for made in families.values() for one in made]) == 400
    return db, families


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_each_family_stands_where_it_stood(
    app: object, town: tuple[Database, dict[Story, list[Before]]], story: Story
) -> None:
    db, families = town
    child, contact, right, statuses = STORIES[story]
    for family in families[story]:
        found = household.read(db, family.household)
        known = standing.situations(found)
        stands = [known[person].standing for person in (family.child, family.contact)]
        assert [one.stage for one in stands if one] == [child, contact]
        assert [one.stage for one in known[family.contact].rights.values()] == [right]
        assert [dossier.status for dossier in found.dossiers] == statuses
        is_fact = {person for person, stage in ((family.child, child), (family.contact, contact)) if stage is A}
        is_fact |= {family.contact} if story is withdrawn_once_accepted else set()
        assert set(found.facts) == {family.people[0], *is_fact}
        granted = db.execute("SELECT may_collect FROM contact_rights WHERE contact = ?", (family.contact,)).fetchall()
        assert bool(granted) is (contact is A) and bool(found.rights_of(family.contact)) is (contact in {A, T, Q})


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_the_facts_of_each_family_are_the_replay_of_what_was_accepted(
    app: object, town: tuple[Database, dict[Story, list[Before]]], story: Story
) -> None:
    db, families = town
    for family in families[story][:5]:
        before = household.read(db, family.household)
        with transaction(db):
            for person in family.people:
                facts.settle(db, family.household, person)
        assert household.read(db, family.household).members == before.members
        assert before.facts[family.people[0]].address is not None
        if family.child in before.facts:
            assert before.facts[family.child].residence == "alternating"
            assert before.facts[family.people[0]].links == {family.child: "mother"}
        for dossier in before.dossiers:
            assert dossier.is_closed or any(line.waits_for_town or line.waits_for_family for line in dossier.asked)
