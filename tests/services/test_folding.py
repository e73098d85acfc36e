"""How the names, the dates and the addresses of two records are compared."""

import pytest

from wizard.services.duplicates import folding
from wizard.services.duplicates.folding import Match

SAME, PART, NEAR, OTHER, UNKNOWN = Match


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Chloé", "CHLOE", SAME),
        ("Jean-Paul", "Jeanpaul", SAME),
        ("Marie", "Marie-Claire", PART),
        ("Léo", "Léo-Paul", PART),
        ("Claire", "Marie-Claire", OTHER),
        ("Marie Claire", "Marie Paule", OTHER),
        ("Anna", "Anne", NEAR),
        ("Mathis", "Matis", NEAR),
        ("Maxime", "Maxiem", NEAR),
        ("Ana", "Anna", OTHER),
        ("Léo", "Léa", OTHER),
        ("Clara", "Claire", OTHER),
        ("", "Anne", UNKNOWN),
        ("-", "Anne", UNKNOWN),
    ],
)
def test_given_names(one: str, other: str, expected: Match) -> None:
    assert folding.given(one, other) is folding.given(other, one) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (("Le Goff",), ("LE-GOFF",), SAME),
        (("Petit", "Durand"), ("Martin", "Durand"), SAME),
        (("Petit", "Durant"), ("Martin", "Durand"), NEAR),
        (("Durand",), ("Petit-Durand",), PART),
        (("Durant", "Goff"), ("Durand", "Le Goff"), PART),
        (("Le",), ("Le Goff",), OTHER),
        (("Durand",), ("Petit",), OTHER),
        (("",), ("Petit",), UNKNOWN),
        ((), ("Petit",), UNKNOWN),
    ],
)
def test_surnames_by_the_best_that_agrees(one: tuple[str, ...], other: tuple[str, ...], expected: Match) -> None:
    assert folding.surnames(one, other) is folding.surnames(other, one) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("2019-09-03", "2019-09-03", SAME),
        ("2019-09", "2019-09-03", PART),
        ("2019", "2019-09-03", PART),
        ("2019-09-03", "2019-03-09", NEAR),
        ("2019-09-03", "2019-09-04", NEAR),
        ("2019-09-09", "2019-09-10", NEAR),
        ("2019-09-03", "2019-09-13", NEAR),
        ("2019-09-03", "2018-09-03", NEAR),
        ("2019-09-03", "2019-09-14", OTHER),
        ("2019-09-19", "2019-10-20", OTHER),
        ("2019-08", "2019-09", OTHER),
        ("2019-08", "2019-09-03", OTHER),
        (None, "2019-09-03", UNKNOWN),
        ("", "", UNKNOWN),
    ],
)
def test_birth_dates(one: str | None, other: str | None, expected: Match) -> None:
    assert folding.dates(one, other) is folding.dates(other, one) is expected


@pytest.mark.parametrize(
    ("number", "street", "expected"),
    [("12 Bis", "rue de la Loïre", "12 bis rue de la loire 44521"), (None, "Le Bourg", "le bourg 44521")],
)
def test_an_address(number: str | None, street: str, expected: str) -> None:
    assert folding.place(number, street, "44521") == expected
