"""Which copies stay, night after night."""

import os
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from wizard.services.rotation import kept, prune

START = datetime(2026, 1, 1, 3, 10, tzinfo=UTC)


def after(nights: int, most_days: int, every: timedelta = timedelta(days=1)) -> list[timedelta]:
    """Return the ages of what stays when one copies and deletes each night, youngest first."""
    held: set[datetime] = set()
    for night in range(nights):
        now = START + night * every
        held = kept(held | {now}, now, most_days)
        assert now in held
    return sorted(now - one for one in held)


def test_a_year_of_nights_leaves_days_weeks_and_months() -> None:
    ages = [age.days for age in after(400, 366)]
    assert ages[:7] == list(range(7))
    assert len(ages) <= 7 + 4 + 12 and len([age for age in ages if age > 31]) >= 10
    assert 300 < ages[-1] < 366
    gaps = [later - sooner for sooner, later in pairwise(ages)]
    assert max(gaps) <= 31 and max(gap for gap, age in zip(gaps, ages, strict=False) if age < 15) <= 7


@pytest.mark.parametrize("most_days", [1, 10, 90])
def test_none_is_older_than_what_was_erased_is_remembered(most_days: int) -> None:
    ages = after(200, most_days)
    assert ages[-1] < timedelta(days=most_days) and ages[0] == timedelta(0)


def test_of_one_day_the_last_copy_stays() -> None:
    ages = after(48, 90, timedelta(hours=1))
    assert [age.total_seconds() // 3600 for age in ages] == [0, 3, 27]


def test_of_two_years_of_copies_no_more_than_twelve_months_are_left() -> None:
    nights = [START + timedelta(days=night) for night in range(800)]
    assert len({(one.year, one.month) for one in kept(nights, nights[-1], 1000)}) == 12


UNFINISHED = (
    ".portail-2026-01-01T03-10-00Z.db.421.part", ".portail-2026-01-01T03-10-00Z.db.age.421.part",
    ".portail-2026-01-01T03-10-00Z.db.documents.421.part", ".portail-2026-01-01T03-10-00Z.db.421.part-journal",
    "portail-2026-01-01T03-10-00Z.db.documents", ".portail.db.77.part", ".documents.db.77.part",
)  # fmt: skip
OTHERS = (
    "portail-2026-02-01T03-10-00Z.db", "portail-2026-02-01T03-10-00Z.db.documents", "portail.db", "documents.db",
    ".portail.db.part", "notes.documents", "portail.db.saved",
)  # fmt: skip


@pytest.mark.parametrize(("age", "left"), [(timedelta(days=1), True), (timedelta(days=1, seconds=1), False)])
def test_what_a_killed_process_left_goes_once_a_day_old(tmp_path: Path, age: timedelta, left: bool) -> None:
    for name in (*UNFINISHED, *OTHERS):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (START.timestamp(), START.timestamp()))
    prune(tmp_path, START + age, 366)
    assert {path.name for path in tmp_path.iterdir()} == {*OTHERS, *(UNFINISHED if left else ())}


def test_the_documents_of_a_sealed_copy_stay(tmp_path: Path) -> None:
    names = {"portail-2026-01-01T03-10-00Z.db.age", "portail-2026-01-01T03-10-00Z.db.age.documents"}
    for name in names:
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (START.timestamp(), START.timestamp()))
    prune(tmp_path, START + timedelta(days=3), 366)
    assert {path.name for path in tmp_path.iterdir()} == names
