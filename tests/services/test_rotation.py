"""Which copies stay, night after night."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from wizard.services.rotation import kept

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
