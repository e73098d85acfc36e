"""Phone numbers: what can be called is stored, and read back as it is dialled."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wizard.values.phones import e164, missing_digits, shown


@pytest.mark.parametrize(
    ("typed", "stored", "read"),
    [
        ("06 12 34 56 78", "+33612345678", "06 12 34 56 78"),
        ("06.12.34.56.78", "+33612345678", "06 12 34 56 78"),
        ("06–12−34‑56—78", "+33612345678", "06 12 34 56 78"),
        ("06\u00a012\u202f34\u200956\ufe0f78", "+33612345678", "06 12 34 56 78"),
        ("0033 6 12 34 56 78", "+33612345678", "06 12 34 56 78"),
        ("+33 (0)6 12 34 56 78", "+33612345678", "06 12 34 56 78"),
        ("+33 06 12 34 56 78", "+33612345678", "06 12 34 56 78"),
        ("33 6 12 34 56 78", "+33612345678", "06 12 34 56 78"),
        ("０６１２３４５６７８", "+33612345678", "06 12 34 56 78"),
        ("0799 12 34 56", "+33799123456", "07 99 12 34 56"),
        ("0262 12 34 56", "+262262123456", "0262 12 34 56"),
        ("0692 12 34 56", "+262692123456", "0692 12 34 56"),
        ("0693 12 34 56", "+262693123456", "0693 12 34 56"),
        ("+262 692 12 34 56", "+262692123456", "0692 12 34 56"),
        ("+33 692 12 34 56", "+262692123456", "0692 12 34 56"),
        ("0269 12 34 56", "+262269123456", "0269 12 34 56"),
        ("0639 12 34 56", "+262639123456", "0639 12 34 56"),
        ("06 39 98 12 34", "+33639981234", "06 39 98 12 34"),
        ("0590 12 34 56", "+590590123456", "0590 12 34 56"),
        ("0690 12 34 56", "+590690123456", "0690 12 34 56"),
        ("0691 12 34 56", "+590691123456", "0691 12 34 56"),
        ("0594 12 34 56", "+594594123456", "0594 12 34 56"),
        ("0694 12 34 56", "+594694123456", "0694 12 34 56"),
        ("0596 12 34 56", "+596596123456", "0596 12 34 56"),
        ("0696 12 34 56", "+596696123456", "0696 12 34 56"),
        ("0697 12 34 56", "+596697123456", "0697 12 34 56"),
        ("0508 41 12 34", "+508411234", "+508 41 12 34"),
        ("+508 41 12 34", "+508411234", "+508 41 12 34"),
        ("+32 470 12 34 56", "+32470123456", "+32 470 12 34 56"),
        ("0041 79 123 45 67", "+41791234567", "+41 79 123 45 67"),
        ("+221 77 123 45 67", "+221771234567", "+221 77 123 45 67"),
    ],
)
def test_a_number_is_stored_under_the_code_of_its_territory(typed: str, stored: str, read: str) -> None:
    assert e164(typed) == stored
    assert shown(stored).replace("\u00a0", " ") == read
    assert e164(shown(stored)) == stored


@pytest.mark.parametrize(
    ("typed", "missing"),
    [
        ("06 12 34 56 7", 1),
        ("012345678", 1),
        ("06 12 34 56", 2),
        ("612345678", 1),
        ("12", 8),
        ("+33 6 12 34 56 7", 1),
        ("06 12 34 56 78 9", -1),
        ("06 12 34 56 78 99 99", -4),
        ("0000000000", 0),
        ("+", 0),
        ("abcdef", 0),
        ("<06 12 34 56 78>", 0),
        ("+32 470 12 34 5", 0),
        ("+262 6 12 34 56 78", 0),
        ("+999 123 456 789", 0),
        ("", 0),
    ],
)
def test_what_cannot_be_called_is_no_number(typed: str, missing: int) -> None:
    assert e164(typed) is None
    assert missing_digits(typed) == missing


@given(st.from_regex(r"0[1-79][0-9]{8}", fullmatch=True))
@example("0708460000")  # Saint-Pierre-et-Miquelon's, in a range that it has not opened
@example("0508012345")  # would be its own, were there numbers that begin with a zero
def test_no_french_number_is_refused_for_being_of_a_new_range(typed: str) -> None:
    stored = e164(typed)
    assert stored is not None and stored.endswith(typed[-6:])
    assert e164(stored) == stored


@given(st.text("+0123456789 .()-/\u00a0–", max_size=24))
def test_a_number_read_back_is_the_same(typed: str) -> None:
    stored = e164(typed)
    assert stored is None or e164(shown(stored)) == stored == e164(stored)
