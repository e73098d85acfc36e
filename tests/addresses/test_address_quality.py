"""The benchmark's figures, in small, on the demonstration's addresses."""

import random
from statistics import median, quantiles

import pytest

from tests.bench.addresses_cases import (
    SEED,
    Case,
    anywhere,
    full_addresses,
    inner_letters,
    letters_needed,
    lieux_dits,
    same,
    spoilt,
)
from wizard.addresses import Index, demonstration_files
from wizard.addresses.importing.files import FileReport, read
from wizard.addresses.importing.formats import Row
from wizard.addresses.importing.staging import is_street
from wizard.addresses.words import fold


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return [row for file in demonstration_files() for row in read(FileReport(file), lambda _: None)]


@pytest.fixture(scope="module")
def clean(rows: list[Row]) -> list[Case]:
    return list(full_addresses([row for row in rows if row.number and is_street(row.name)], random.Random(SEED), 300))


def recall(index: Index, cases: list[Case]) -> float:
    """How often the right address is among the five."""
    return sum(any(same(case.row, one) for one in index.search(case.text)) for case in cases) / len(cases)


def test_an_address_without_mistake_is_always_among_the_five(index, clean):
    assert recall(index, clean) == 1


@pytest.mark.parametrize(("mistakes", "least"), [(1, 0.98), (2, 0.93)])
def test_an_address_with_mistakes_is_nearly_always_among_the_five(index, clean, mistakes, least):
    chance = random.Random(SEED)
    assert recall(index, [spoilt(case, mistakes, chance, inner_letters) for case in clean]) >= least
    assert recall(index, [spoilt(case, mistakes, chance, anywhere) for case in clean]) >= least - 0.03


def test_a_lieu_dit_and_its_commune_are_always_found(index, rows):
    places = [row for row in rows if row.locality]
    assert recall(index, list(lieux_dits(places, random.Random(SEED), len(places)))) == 1


def test_within_the_town_five_letters_are_enough(index, rows):
    town = [row for row in rows if row.citycode == "44115" and row.number]
    cases = [Case("", row) for row in random.Random(SEED).sample(town, 150)]
    needed, _ = letters_needed(cases, index.search)
    assert median(needed) <= 5
    assert quantiles(needed, n=10)[8] <= 9


def test_a_beginning_that_few_streets_of_the_town_share_brings_them_all(index, rows):
    """From three letters on, whatever the kind of street and the articles that are begun."""
    town = [row for row in rows if row.citycode == "44115" and row.number and not row.suffix]
    missed = []
    for row in random.Random(SEED).sample(town, 25):
        for end in range(3, len(row.name) + 1):
            begun = row.name[:end]
            meant = {r.name for r in town if r.number == row.number and fold(r.name).startswith(fold(begun).strip())}
            if len(meant) <= 5 and not meant <= {one.street for one in index.search(f"{row.number} {begun}")}:
                missed.append(f"{row.number} {begun}")
    assert not missed
