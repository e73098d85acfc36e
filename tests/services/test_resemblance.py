"""Who may be somebody already there, by names and birth dates alone."""

import pytest

from wizard.services.resemblance import Likeness, resembling
from wizard.values.dates import read_date

LOIC = ("Loïc", "Martin", "", "03/09/2019")


def a_likeness(given: str, birth: str, usage: str = "", born: str = "") -> Likeness:
    return Likeness(given, birth, usage, read_date(born))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LOIC, LOIC),
        (LOIC, ("LOIC", "martin")),
        (LOIC, ("Loïc", "Martin", "", "00/09/2019")),
        (LOIC, ("Loïc", "Martin", "", "00/00/2019")),
        (("Anne-Marie", "Le Goff"), ("Anne Marie", "LE GOFF")),
        (("Jeanne", "Durand", "Petit"), ("Jeanne", "Petit")),
        (("Jeanne", "Durand", "Petit"), ("Jeanne", "Petit", "Durand")),
        (("Cœlia", "d'Alès"), ("Coelia", "D’ALES")),
        (("", "Suharto"), ("", "SUHARTO")),
    ],
)
def test_who_may_be_the_same_is_found_either_way(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    mine, theirs = a_likeness(*one), a_likeness(*other)
    assert resembling(mine, [a_likeness("Zoé", "Autre"), theirs]) == theirs
    assert resembling(theirs, [mine]) == mine


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LOIC, ("Anna", "Martin", "", "03/09/2019")),
        (LOIC, ("Loïc", "Martin", "", "04/09/2019")),
        (LOIC, ("Loïc", "Martin", "", "00/10/2019")),
        (LOIC, ("Loïc", "Martinet")),
        (("Jeanne", "Durand", "Petit"), ("Jeanne", "Legrand")),
        (("", "Suharto"), ("Loïc", "Suharto")),
        (("", ""), ("", "")),
    ],
)
def test_who_is_another_is_not(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert resembling(a_likeness(*one), [a_likeness(*other)]) is None
    assert resembling(a_likeness(*other), [a_likeness(*one)]) is None
