"""The figures of the town hall: counted right, few kept unsaid, told to parents once there are enough."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database

from tests.security.actors import a_receipt
from tests.support.families import a_family
from tests.townhall.browsers import Browser
from wizard import clock
from wizard.db import transaction
from wizard.french import plain
from wizard.models import DraftKind
from wizard.services import figures
from wizard.services.figures import Figures
from wizard.stores import figures as store
from wizard.stores import journal

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)  # a Tuesday
Story = list[tuple[float, str, str | None]]
"""What happened to a dossier: how many days ago, what, and of a decision which one and why."""


def tell(db: Database, *story: tuple[float, str, str | None]) -> None:
    """Give a dossier of its own this journal."""
    dossier = a_family(db)
    with transaction(db):
        db.execute("DELETE FROM journal WHERE dossier = ?", (dossier.id,))
        for days, action, decided in story:
            at = NOW - timedelta(days=days)
            detail = json.dumps([*(decided or "").split(), None][:2]) if action == "decided" else None
            person = dossier.lines[0].person if decided is None else dossier.lines[1].person
            journal._write(db, (dossier.id, clock.stamp(at), None, action, person, detail))
            if action == "deposited":
                db.execute("UPDATE dossiers SET deposited_at = ? WHERE id = ?", (clock.stamp(at), dossier.id))
            answered = clock.stamp(at) if action == "answered" else None
            db.execute("UPDATE dossiers SET answered_at = ? WHERE id = ?", (answered, dossier.id))


def answered(db: Database, days: float, waited: float, decided: str = "accepted") -> None:
    tell(db, (days + waited, "deposited", None), (days, "decided", decided), (days, "answered", None))


@pytest.mark.parametrize(
    ("story", "waits"),
    [
        ([(10, "deposited", None), (7, "answered", None)], [3]),
        ([(10, "deposited", None), (7.2, "answered", None)], [3]),
        ([(10, "deposited", None), (9.99, "answered", None)], [1]),
        ([(10, "deposited", None), (9, "declared", None), (7, "answered", None)], [3]),
        (
            [(10, "deposited", None), (9, "answered", None), (5, "declared", None), (4, "declared", None),
             (3, "answered", None)],
            [1, 2],
        ),
        ([(10, "deposited", None), (9, "answered", None), (4, "answered", None)], [1]),  # reopened by the town hall
        ([(10, "deposited", None)], []),
    ],
)  # fmt: skip
def test_a_wait_goes_from_what_a_family_sent_to_its_answer(db: Database, story: Story, waits: list[int]) -> None:
    tell(db, *story)
    months = figures.read(db, 26).months
    assert sum(month.answers for month in months) == len(waits)
    assert {(month.half, month.eight_in_ten) for month in months} <= {
        (figures.within(waits or [0], 0.5), figures.within(waits or [0], 0.8))
    }


@pytest.mark.parametrize(
    ("days", "share", "expected"),
    [([1], 0.8, 1), ([1, 2, 3, 4, 5], 0.8, 4), ([1, 2, 3, 4], 0.8, 4), ([5, 1], 0.5, 1), ([1] * 8 + [9, 9], 0.8, 1)],
)
def test_that_share_at_least_had_ended_by_then(days: list[int], share: float, expected: int) -> None:
    assert figures.within(days, share) == expected
    assert sum(day <= expected for day in days) >= share * len(days)


def test_deposits_are_counted_by_the_week_of_paris(db: Database) -> None:
    for at in ("2026-11-22T22:59:59", "2026-11-22T23:00:00", "2026-11-24T08:00:00", "2026-05-31T23:00:00",
        "2026-05-31T21:59:59"):  # fmt: skip
        dossier = a_family(db)
        db.execute("UPDATE dossiers SET deposited_at = ? WHERE id = ?", (f"{at}+00:00", dossier.id))
    weeks = figures.read(db, 26).deposits
    assert len(weeks) == 26
    assert [(monday.isoformat(), number) for monday, number in weeks if number] == [
        ("2026-06-01", 1),
        ("2026-11-16", 1),
        ("2026-11-23", 2),
    ]


def test_a_dossier_made_by_an_invitation_waits_for_nobody(db: Database) -> None:
    dossier = a_family(db)
    db.execute("UPDATE dossiers SET answered_at = deposited_at WHERE id = ?", (dossier.id,))
    assert sum(number for _monday, number in figures.read(db, 26).deposits) == 0


def test_corrections_refusals_and_what_waits_are_counted_and_few_are_not_told(db: Database) -> None:
    for decided in ["refused duplicate"] * 5 + ["refused outside_town"] * 4 + ["to_correct other"] * 3:
        answered(db, 2, 2, decided)
    answered(db, 200, 3, "refused duplicate")  # before the weeks asked for
    for days in (0, 2, 3, 6, 7, 13, 14, 40):
        tell(db, (days, "deposited", None))
    found = figures.read(db, 26)
    assert [(str(reason), number) for reason, number in found.refusals] == [("Doublon", 5), ("Hors commune", None)]
    assert found.whole
    assert (found.whole.answers, found.whole.corrected, found.whole.share) == (12, 3, 25)
    assert found.waiting == ((0, 2, 2), (3, 6, 2), (7, 13, 2), (14, None, 2))


@pytest.fixture
def told(db: Database) -> Figures:
    for number in range(20):
        answered(db, 1 + number, 2 + number % 5, "refused duplicate" if number < 3 else "accepted")
    return figures.read(db, 26)


def test_the_page_draws_each_table_and_names_nobody(told: Figures, signed_in: Callable[..., Browser]) -> None:
    browser = signed_in()
    browser.get("/mairie/chiffres")
    charts = browser.page.select("main section")
    assert len(charts) == 5
    for chart in charts:
        drawn = chart.select("svg[role=img] > title")
        rows = chart.select("table tbody tr")
        assert [one.get_text() for one in drawn] == [one.get_text() for one in chart.select("caption")]
        assert len(rows) == len(chart.select("svg rect")) > 0
        tips = {plain(one.get_text()) for one in chart.select("svg g title")}
        assert all(any(plain(row.select("th")[0].get_text()) in tip for tip in tips) for row in rows)
    assert "moins de 5" in plain(browser.text)
    assert "8 sur 10 en 5 jours au plus" in plain(browser.text)
    assert "Martin" not in browser.text
    assert not browser.page.select("main [style]")


@pytest.mark.parametrize(("asked", "weeks"), [("13", 13), ("52", 52), ("26", 26), ("1000", 26), ("x", 26)])
def test_the_address_says_how_many_weeks(signed_in: Callable[..., Browser], asked: str, weeks: int) -> None:
    browser = signed_in()
    browser.get(f"/mairie/chiffres?semaines={asked}")
    assert len(browser.page.select("#chiffre-2 ~ .halves tbody tr")) == weeks


def test_parents_read_the_delay_once_there_are_enough(app: Flask, db: Database, clock: time_machine.Traveller) -> None:
    for _number in range(15):
        answered(db, 5, 2)
    for _number in range(4):
        answered(db, 4, 9)
    answered(db, 91, 1)  # too long ago to tell
    assert figures.measured(db) is None
    answered(db, 3, 4)
    assert figures.measured(db) == 4
    dossier = a_family(db)
    page = app.test_client().get(f"/entourage/{a_receipt(db, DraftKind.ENTOURAGE, dossier.account, dossier.id)}/depose")
    said = "il sera traité sous 3 à 6 jours. Ces derniers temps, 8 dossiers sur 10 ont été traités en 4 jours."
    assert said in plain(page.text)
    for _number in range(figures._MOST):
        answered(db, 1, 1)
    assert figures.measured(db) == 1  # the latest alone are read


def test_the_figures_are_read_by_indexes_within_their_period(db: Database) -> None:
    values = (clock.stamp(NOW), clock.stamp(NOW))
    for query in (store._DEPOSITS, store._EVENTS, store._LATEST):
        plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {query}", values)]
        assert not [
            step for step in plan if step.startswith("SCAN") and step not in {"SCAN answered", "SCAN judged"}
        ], plan
    plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {store._WAITING}")]
    assert "dossiers_answered_at" in plan[0]
