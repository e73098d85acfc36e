"""A town with a database of its own, and the pages' client."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlite_utils import Database

from wizard import create_app
from wizard.db import close_connections, get_db
from wizard.migrations import migrate

INSTANCE = Path(__file__).parents[2] / "instance"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """A portal on a new database, reached over http on a loopback host."""
    app = create_app(
        {
            "PORTAIL_INSTANCE": INSTANCE,
            "PORTAIL_DATABASE": tmp_path / "portail.db",
            "PORTAIL_SECRET_KEY": "une clé de test assez longue",
            "PORTAIL_PUBLIC_URL": "http://localhost:8000",
            "TESTING": True,
        }
    )
    with app.app_context():
        migrate(get_db())
        yield app
    close_connections()


@pytest.fixture
def db(app: Flask) -> Database:
    """The portal's database."""
    return get_db()
