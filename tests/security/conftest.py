"""The cast of the abuse cases."""

import pytest
from flask import Flask
from sqlite_utils import Database

from tests.security.actors import Cast, the_cast
from tests.support.walk import PASSWORD
from wizard.services import passwords


@pytest.fixture(scope="session")
def password_hash() -> str:
    """One hash for everyone: each costs 40 ms."""
    return passwords.hash_password(PASSWORD)


@pytest.fixture
def cast(app: Flask, db: Database, password_hash: str) -> Cast:
    """A stranger, two parents and two agents, each in a browser of their own."""
    return the_cast(app, db, password_hash)
