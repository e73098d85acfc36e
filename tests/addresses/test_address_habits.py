"""Addresses of the demonstration and of a real town, typed in all the ways of tests/bench/habits.py."""

import random

import pytest

from tests.bench.addresses_cases import same
from tests.bench.habits import HABITS, LIEUX_DITS, typed
from wizard.addresses import Index, demonstration_files
from wizard.addresses.importing.files import FileReport, read
from wizard.addresses.importing.formats import Row
from wizard.addresses.importing.staging import is_street

PARISIAN = {"titre en toutes lettres", "arrondissements"}  # of which the demonstration has none


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return [row for file in demonstration_files() for row in read(FileReport(file), lambda _: None)]


@pytest.mark.parametrize("name", [name for name in HABITS | LIEUX_DITS if name not in PARISIAN])
def test_each_way_of_writing_an_address_leads_to_it(index: Index, rows: list[Row], name: str):
    kind = (lambda row: is_street(row.name) and row.number) if name in HABITS else (lambda row: row.locality)
    cases = typed((HABITS | LIEUX_DITS)[name], list(filter(kind, rows)), random.Random(name), 40)
    assert cases
    missed = [case.text for case in cases if not any(same(case.row, one) for one in index.search(case.text))]
    assert len(missed) <= len(cases) // 40, missed
