"""Who may be declared twice: how records are compared, found by keys, told in words, and how many are found."""

import pytest
from flask import Flask
from sqlite_utils import Database

from tests.bench.duplicates_truth import SEED, drawn, found, measured, truth, write
from tests.mail.test_outbox import Waits
from tests.support.families import a_family, decide, with_a_father
from tests.support.logs import logged
from wizard.db import connect, transaction
from wizard.models import Identity, Profile, Role
from wizard.services import duplicates
from wizard.services.duplicates import finding
from wizard.services.duplicates.scoring import SHOWN_FROM, compare
from wizard.services.duplicates.words import agreeing, differing
from wizard.stores import accounts, dossiers, likenesses, people
from wizard.values.dates import PartialDate


def a_child(
    given: str, surname: str, born: str, household: int = 1, sex: str | None = None, **known: object
) -> Profile:
    return Profile(household, Role.CHILD, given, (surname,), born, sex, frozenset({household}), **known)  # type: ignore[arg-type]


LOIC = ("Loïc", "Martin", "2019-09-03")
CAMILLE = frozenset({("Camille", "Martin")})


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (LOIC, LOIC),
        (LOIC, ("LOIC", "MARTIN", "2019-09-03")),
        (LOIC, ("Loic", "Martin", "2019-09-04")),
        (LOIC, ("Loïc", "Martin", "2019-03-09")),
        (LOIC, ("Loïc", "Martin", "2018-09-03")),
        (LOIC, ("Loïc", "Durand-Martin", "2019-09-03")),
        (("Marie Claire", "Le Goff", "2019-09-03"), ("Marie-Claire", "LEGOFF", "2019-09-03")),
        (("Marie Claire", "Le Goff", "2019-09-03"), ("Marie", "Le Goff", "2019-09-03")),
        (("Gabriel", "Le Goff", "2019-09-03"), ("Garbiel", "Le Goff", "2019-09-03")),
        (("Emma", "Yılmaz", "2019-09"), ("Emma", "Yilmaz", "2019-09-03")),
    ],
)
def test_one_child_of_two_homes_is_known_again(mine: tuple[str, str, str], theirs: tuple[str, str, str]) -> None:
    one, other = a_child(*mine, 1, parents=CAMILLE), a_child(*theirs, 2, parents=CAMILLE)
    assert compare(one, other)[0] >= SHOWN_FROM and compare(other, one)[0] >= SHOWN_FROM


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (LOIC, ("Anna", "Martin", "2019-09-03")),
        (LOIC, ("Loïc", "Martin", "2015-04-21")),
        (("Léo", "Martin", "2019-09-03"), ("Léa", "Martin", "2019-09-03")),
        (LOIC, ("Loïc", "Kerbadec", "2019-09-03")),
    ],
)
def test_twins_siblings_and_namesakes_are_not(mine: tuple[str, str, str], theirs: tuple[str, str, str]) -> None:
    reached = {"phones": frozenset({"+33612345678"}), "parents": CAMILLE} if mine[1:] == theirs[1:] else {}
    assert compare(a_child(*mine, 1, **reached), a_child(*theirs, 2, **reached))[0] < SHOWN_FROM
    if reached:
        assert compare(a_child(*mine, 1), Profile(2, Role.CHILD, theirs[0], (theirs[1],), theirs[2], None,
            frozenset({1})))[0] < SHOWN_FROM  # fmt: skip


def told(db: Database, household: int) -> dict[int, list[str | None]]:
    return {
        person: [one.reference for one in alike] for person, alike in duplicates.of_household(db, household).items()
    }


@pytest.mark.usefixtures("app_context")
def test_a_child_declared_by_two_households_is_told_with_its_reasons(db: Database) -> None:
    first, second = a_family(db, "Martin", "Camille"), a_family(db, "MARTÎN", "Alix", "+33600000000")
    a_family(db, "Durand", "Alix", "+33600000001")
    assert told(db, first.household) == {first.lines[1].person: [second.reference]}
    (likeness,) = likenesses.of_people(db, [first.lines[1].person])
    assert agreeing(likeness)[:3] == ("même prénom", "nom écrit autrement (Martin / MARTÎN)", "même date de naissance")
    assert "téléphones différents" in differing(likeness)


@pytest.mark.usefixtures("app_context")
def test_a_parent_with_two_accounts_is_told_by_their_phone(db: Database) -> None:
    first, second = a_family(db), a_family(db)
    mother, child, _contact = (line.person for line in second.lines)
    assert told(db, second.household) == {mother: [first.reference], child: [first.reference]}


@pytest.mark.usefixtures("app_context")
def test_a_date_known_in_part_may_be_the_same_as_one_known_in_full(db: Database) -> None:
    first, second = a_family(db, name="Nguyen", phone="+33611111111"), a_family(db, name="Nguyen", phone="+33622222222")
    with transaction(db):
        people.set_identity(db, first.lines[1].person, Identity("Nguyen", "Loïc", birthdate=PartialDate(2019)))
    assert second.lines[1].person in told(db, second.household)


@pytest.mark.usefixtures("app_context")
def test_what_is_asked_no_more_or_was_never_proved_is_like_nobody(db: Database) -> None:
    first, second = a_family(db), a_family(db)
    child = first.lines[1].person
    assert child in told(db, first.household)
    with transaction(db):
        dossiers.withdraw(db, first.id, child, second.deposited_at)
    assert child not in told(db, first.household) and second.lines[1].person not in told(db, second.household)
    decide(db, second.id, Camille="refused", Loïc="refused", Jeanne="refused")
    db.execute("UPDATE accounts SET activated_at = NULL WHERE id = ?", (second.account,))
    with transaction(db):
        db.execute("INSERT OR IGNORE INTO likeness_due VALUES (?)", (second.lines[0].person,))
    assert told(db, second.household) == {}


@pytest.mark.usefixtures("app_context")
def test_whoever_changes_is_compared_again_whatever_changed_them(db: Database) -> None:
    first = with_a_father(db, a_family(db))
    while finding.catch_up(db):
        pass
    mother, child, contact, father = (line.person for line in first.lines)
    for statement, changed in (
        ("UPDATE people SET mobile = '+33600000009' WHERE id = ?", mother),
        ("UPDATE people SET given_name = 'Loïck' WHERE id = ?", child),
        ("UPDATE dossier_people SET withdrawn_at = '2026-01-01' WHERE person = ?", contact),
        ("UPDATE addresses SET street = 'rue Neuve' WHERE person = ?", mother),
        ("UPDATE accounts SET email = 'autre@exemple.fr' WHERE person = ?", mother),
        ("INSERT INTO household_members SELECT household, ?, 'co_representative' FROM household_members", father),
        ("DELETE FROM household_members WHERE person = ?", father),
    ):
        db.execute(statement, (changed,))
        assert likenesses.due(db, 9) == (changed,), statement
        assert finding.catch_up(db) == 1 and finding.catch_up(db) == 0
    assert accounts.by_id(db, first.account)


def test_a_new_deposit_reads_no_table_through(db: Database) -> None:
    """Each statement by which people are compared goes by an index, or by a list that it is given."""
    a_family(db)
    asked: list[str] = []
    db.conn.set_trace_callback(asked.append)
    finding.catch_up(db)
    db.conn.set_trace_callback(None)
    plans = {each: [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {each}")] for each in asked
        if each.lstrip()[:6] in {"SELECT", "WITH h", "DELETE", "UPDATE"}}  # fmt: skip
    scans = {plan for found in plans.values() for plan in found if plan.startswith("SCAN")}
    assert len(plans) > 10
    assert {
        one for one in scans if not any(word in one for word in ("json_each", "likeness_due", "homes", "CONSTANT"))
    } == set()


def test_nine_of_ten_duplicates_are_found_and_hardly_anybody_else(app: Flask, db: Database) -> None:
    """On 150 made-up families; `make bench` measures on thousands that the weights were not found with."""
    town = drawn(150, SEED + 1)
    write(db, town)
    while finding.catch_up(db, 200):
        pass
    recall, precision = measured(truth(town), found(db))
    assert (recall >= 0.85, precision >= 0.93) == (True, True), (recall, precision)


def test_a_database_that_cannot_be_used_is_told_once_a_minute_by_who_compares(
    app: Flask, db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    a_family(db)
    db.execute("PRAGMA busy_timeout = 50")
    other = connect(app.config["PORTAIL"].database)
    other.execute("BEGIN IMMEDIATE")
    stop = Waits(lambda: None, lambda: other.execute("ROLLBACK"))
    finding.watch(db, stop)
    other.close()
    assert stop.waited == [60, 60, finding._HELD, 5]
    told = "WARNING nobody compared: database is locked (next try in 60 s)"
    assert logged(caplog, finding.__name__) == [told] * 2


def test_who_compares_lets_others_write_between(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many changed: a town whose families share a phone took the lock for seconds, again and again."""
    monkeypatch.setattr(finding, "_HELD", 0.0)
    for name in ("Martin", "Petit", "Durand"):
        a_family(db, name)
    free = []
    stop = Waits(*[lambda: free.append(not db.conn.in_transaction and len(likenesses.due(db, 99)))] * 3)
    finding.catch_all_up(db, stop)
    assert free == [6, 3, 0]
