"""Dates: as people write them, with what the papers leave unknown."""

from datetime import date

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from wizard.values.dates import (
    NoSuchDate,
    NotADate,
    PartialDate,
    age,
    birthdate,
    earliest,
    latest,
    read_date,
    stored_date,
    typed_date,
)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("3 septembre 2019", "2019-09-03"),
        ("03/09/19", "2019-09-03"),
        ("2019/09/03", "2019-09-03"),
        ("1er mars 2020", "2020-03-01"),
        ("1 er mars 2020", "2020-03-01"),
        ("03092019", "2019-09-03"),
        ("030919", "2019-09-03"),
        ("20190903", "2019-09-03"),
        ("3.9.2019", "2019-09-03"),
        ("03–09–2019", "2019-09-03"),
        ("03\u00a009\u202f2019", "2019-09-03"),
        ("３/９/２０１９", "2019-09-03"),
        ("Mardi 3 Sept. 2019", "2019-09-03"),
        ("née le 3 août 2019", "2019-08-03"),
        ("3 AOUT 2019", "2019-08-03"),
        ("3 févr. 2019", "2019-02-03"),
        ("3septembre2019", "2019-09-03"),
        ("03/09/98", "1998-09-03"),
        ("29/02/2020", "2020-02-29"),
        ("00/00/2015", "2015"),
        ("00002015", "2015"),
        ("00/09/2015", "2015-09"),
        ("septembre 2015", "2015-09"),
        ("2015-09", "2015-09"),
        ("2015", "2015"),
    ],
)
@time_machine.travel("2026-11-28T12:00:00Z", tick=False)
def test_a_date_is_read_as_people_write_it(typed: str, stored: str) -> None:
    assert birthdate(typed).isoformat() == stored


@pytest.mark.parametrize(
    "typed",
    ["31/02/2019", "32/01/2019", "03/13/2019", "29/02/2019", "31 avril 2019", "31022019", "2019-02-30", "15/00/2015",
     "00/13/2015", "03/09/0000"],
)  # fmt: skip
def test_a_day_that_does_not_exist_is_told_from_the_rest(typed: str) -> None:
    with pytest.raises(NoSuchDate):
        birthdate(typed)


@pytest.mark.parametrize(
    "typed",
    ["hier", "x", "", "/", "3092019", "03/09", "3 jui 2019", "3 septembre", "03/09/219", "le jour de Noël", "<b>",
     "1 2 3 4"],
)  # fmt: skip
def test_what_is_not_written_as_a_date_is_told_so(typed: str) -> None:
    with pytest.raises(NotADate):
        birthdate(typed)


DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
KNOWN = st.one_of(DAYS, st.builds(PartialDate, st.integers(1900, 2199), st.one_of(st.none(), st.integers(1, 12))))


@given(KNOWN)
def test_what_is_stored_or_typed_again_is_the_same_date(known: date | PartialDate) -> None:
    assert stored_date(known.isoformat()) == read_date(known.isoformat()) == read_date(typed_date(known)) == known
    assert earliest(known) <= latest(known)


@given(st.text("0123456789 /.-aeimnrstujlvûé", max_size=20))
def test_no_text_breaks_the_reading_of_a_date(typed: str) -> None:
    known = read_date(typed)
    assert known is None or read_date(known.isoformat()) == known


@time_machine.travel("2026-11-28T12:00:00Z", tick=False)
def test_an_age_that_is_not_known_is_the_youngest_it_may_be() -> None:
    known = (date(2008, 11, 28), date(2008, 11, 29), PartialDate(2008, 10), PartialDate(2008, 11), PartialDate(2008))
    assert [age(one) for one in known] == [18, 17, 18, 17, 17]
