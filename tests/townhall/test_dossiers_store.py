"""What the stores of dossiers, queue, names and journal promise."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlite_utils import Database

from tests.support.families import a_family, decide, found
from wizard.clock import now
from wizard.models import Action, Agent, Decision, DecisionLine, Dossier, Right, Status
from wizard.services.searching import search
from wizard.stores import dossiers, journal, people, people_search
from wizard.stores.dossier_queue import Counts, State, counts, in_state


def decided(db: Database, dossier: Dossier, *decisions: Decision) -> Dossier:
    decide(db, dossier.id, **dict(zip(("Camille", "Loïc", "Jeanne"), decisions, strict=True)))
    return found(db, dossier.id)


def test_a_reference_has_eight_characters_and_no_look_alike(db: Database) -> None:
    references = {dossiers.new_reference(db) for _ in range(200)}
    assert len(references) == 200
    assert {len(reference) for reference in references} == {8}
    assert not set("".join(references)) & set("0O1IL2Z5S8BU")


def test_a_reference_is_found_however_it_is_typed(db: Database) -> None:
    dossier = a_family(db)
    reference = dossier.reference
    for typed in (
        reference,
        reference.lower(),
        f" {reference[:4]} {reference[4:]} ",
        f"{reference[:4]}\u00a0{reference[4:]}",
    ):
        assert dossiers.by_reference(db, typed) == dossier
    assert dossiers.by_reference(db, "') OR 1=1 --") is None


def test_a_deposit_is_the_first_line_of_the_journal(db: Database) -> None:
    dossier = a_family(db)
    assert [(entry.action, entry.agent) for entry in journal.of_dossier(db, dossier.id)] == [("deposited", None)]
    assert dossier.status is Status.DEPOSITED
    assert [line.decision for line in dossier.lines] == [None, None, None]


def test_only_the_first_opening_is_dated(db: Database) -> None:
    dossier = a_family(db)
    assert dossiers.set_opened(db, dossier.id, now())
    assert not dossiers.set_opened(db, dossier.id, now())
    opened = dossiers.by_id(db, dossier.id)
    assert opened is not None
    assert opened.status is Status.OPENED


@pytest.mark.parametrize(
    ("decisions", "status"),
    [
        ((Decision.ACCEPTED,) * 3, Status.ACCEPTED),
        ((Decision.REFUSED,) * 3, Status.REFUSED),
        ((Decision.ACCEPTED, Decision.ACCEPTED, Decision.REFUSED), Status.PARTLY_ACCEPTED),
        ((Decision.REFUSED, Decision.TO_CORRECT, Decision.ACCEPTED), Status.TO_CORRECT),
    ],
)
def test_the_status_follows_from_the_decisions(db: Database, decisions: tuple[Decision, ...], status: Status) -> None:
    assert decided(db, a_family(db), *decisions).status is status


def test_a_household_sees_its_own_dossiers_the_latest_first(db: Database) -> None:
    first = a_family(db)
    a_family(db, "Durand")
    second = dossiers.add(db, dossiers.new_reference(db), first.household, first.account, now())
    assert [dossier.id for dossier in dossiers.of_household(db, first.household)] == [second, first.id]


def test_the_queue_gives_the_oldest_first_and_counts_each_state(db: Database) -> None:
    with time_machine.travel(datetime(2026, 11, 1, tzinfo=UTC), tick=False) as traveller:
        oldest = a_family(db, "Ancien")
        traveller.shift(timedelta(days=9))
        newest = a_family(db, "Récent")
        decided(db, a_family(db), *(Decision.ACCEPTED,) * 3)
        decided(db, a_family(db), Decision.TO_CORRECT, Decision.ACCEPTED, Decision.ACCEPTED)
        assert counts(db, now() - timedelta(days=6)) == Counts(to_do=2, late=1, to_correct=1, done=1)
    entries = in_state(db, State.TO_DO, 50)
    assert [entry.dossier for entry in entries] == [oldest, newest]
    assert entries[0].names == ("Camille Ancien", "Loïc Ancien", "Jeanne Le Goff")
    assert [entry.dossier for entry in in_state(db, State.TO_DO, 50, offset=1)] == [newest]


def test_the_queue_follows_the_day_of_the_deposit_or_of_the_answer_whatever_the_numbers(db: Database) -> None:
    with time_machine.travel(datetime(2026, 11, 10, tzinfo=UTC), tick=False) as traveller:
        newest, last_answered = a_family(db), a_family(db)
        traveller.shift(timedelta(days=-1))
        oldest, first_answered = a_family(db), a_family(db)
        for answered in (first_answered, last_answered):
            traveller.shift(timedelta(days=3))
            decided(db, answered, *(Decision.ACCEPTED,) * 3)
    assert [entry.dossier.id for entry in in_state(db, State.TO_DO, 50)] == [oldest.id, newest.id]
    assert [entry.dossier.id for entry in in_state(db, State.DONE, 50)] == [
        last_answered.id,
        first_answered.id,
    ]


def test_a_dossier_is_late_once_more_than_the_patience_has_gone_by(db: Database) -> None:
    dossier = a_family(db)
    lates = [counts(db, dossier.deposited_at + timedelta(seconds=seconds)).late for seconds in (-3600, -1, 0, 1, 3600)]
    assert lates == [0, 0, 0, 1, 1]


def test_an_empty_queue_counts_zero(db: Database) -> None:
    assert counts(db, now()) == Counts(0, 0, 0, 0)
    assert in_state(db, State.DONE, 50) == ()


@pytest.mark.parametrize("typed", ["martin", "MARTIN Camille", "loic", "Loïc  Martin", "zoé martin", "camil"])
def test_a_name_is_found_without_accents_in_any_case_and_order(db: Database, typed: str) -> None:
    martin, other = a_family(db), a_family(db, "Durand", "Anne")
    seen = [entry.dossier.id for entry in search(db, typed, 50)]
    assert (martin.id in seen) == (typed != "zoé martin")
    assert (other.id in seen) == (typed == "loic")


def test_the_dossiers_found_are_the_latest_whatever_their_numbers(db: Database) -> None:
    with time_machine.travel(datetime(2026, 11, 10, tzinfo=UTC), tick=False) as traveller:
        made = []
        for days in (0, -2, 1):
            traveller.shift(timedelta(days=days))
            made.append(a_family(db).id)
    assert [entry.dossier.id for entry in search(db, "martin", 50)] == [made[0], made[2], made[1]]
    assert [entry.dossier.id for entry in search(db, "martin", 2)] == [made[0], made[2]]


@pytest.mark.parametrize("typed", ["%", "_", "'", "%x%", "\\", "", "   ", "x' OR '1'='1"])
def test_what_sql_gives_a_meaning_to_finds_nothing(db: Database, typed: str) -> None:
    a_family(db)
    assert search(db, typed, 50) == ()


def test_a_contact_without_any_right_is_not_stored(db: Database) -> None:
    _mother, child, contact = (line.person for line in a_family(db).lines)
    with pytest.raises(sqlite3.IntegrityError):
        people.grant(db, contact, Right(child, may_collect=False, emergency=False))


@pytest.mark.parametrize(
    ("typed", "folded"),
    [("Le Goff-Noël", "le goff noel"), ("D’ŒUVRE", "d oeuvre"), ("Ñandú ß", "nandu ss"), ("Али", "али")],
)
def test_names_are_compared_without_accents_case_or_punctuation(typed: str, folded: str) -> None:
    assert people_search.folded(typed) == folded


def test_the_number_of_the_latest_change_ignores_readings(db: Database, an_agent: Callable[..., Agent]) -> None:
    dossier, agent = a_family(db), an_agent().id
    assert journal.latest_change(db, dossier.id) == 0
    accepted = DecisionLine(dossier.lines[0].person, Decision.ACCEPTED, None, "Bienvenue")
    journal.add(db, dossier.id, Action.DECIDED, now(), agent, accepted)
    change = journal.latest_change(db, dossier.id)
    assert change > 0
    journal.add(db, dossier.id, Action.READ, now())
    assert journal.latest_change(db, dossier.id) == change
    assert journal.latest_of_each(db, dossier.id) == {dossier.lines[0].person: change}
    assert journal.of_dossier(db, dossier.id)[1].decided == accepted
