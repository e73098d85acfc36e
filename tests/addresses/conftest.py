"""Indexes for the tests: over the demonstration's addresses, and over streets given by their names."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.addresses.address_files import BAN, door, write
from wizard.addresses import Index, import_files

OUDON, COUFFE, CELLIER = "44115", "44048", "44028"


@pytest.fixture(scope="session")
def index(addresses: Path) -> Index:
    """As Oudon sees it."""
    return Index(addresses, citycode=OUDON, neighbours=[COUFFE, CELLIER])


@pytest.fixture
def streets(tmp_path: Path) -> Callable[..., Index]:
    """Import streets of Oudon given by their names, each with the doors 1, 2 and 12."""

    def build(*names: str) -> Index:
        doors = (door(n, name, key=f"44115_{i:04}") for i, name in enumerate(names) for n in ("1", "2", "12"))
        target = tmp_path / "addresses.db"
        import_files([write(tmp_path / "adresses.csv", BAN, *doors)], target)
        return Index(target, citycode=OUDON)

    return build
