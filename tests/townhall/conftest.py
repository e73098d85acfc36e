"""A database of its own for each test of the town hall."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from wizard.db import connect
from wizard.migrations import migrate


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated database in a real file."""
    database = connect(tmp_path / "portail.db")
    migrate(database)
    yield database
    database.close()
