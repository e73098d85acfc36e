"""The public holidays of France, beside those of a library that knows the whole world's."""

from datetime import date, timedelta

import pytest
from holidays.countries.france import France

from wizard.values import working_days

YEARS = range(2020, 2061)
ELSEWHERE = {"67482": "6AE", "68224": "6AE", "57463": "57"} | {
    f"{code}05": code for code in ("971", "972", "973", "974", "976")
}


@pytest.mark.parametrize("citycode", ["44115", "2A004", "", *ELSEWHERE])
def test_they_are_those_that_everyone_knows(citycode: str) -> None:
    known = France(years=YEARS, subdiv=ELSEWHERE.get(citycode))
    for number in range((date(2061, 1, 1) - date(2020, 1, 1)).days):
        day = date(2020, 1, 1) + timedelta(number)
        works = day.weekday() < 5 and day not in known
        assert working_days.between(day - timedelta(1), day, citycode) == works, day
