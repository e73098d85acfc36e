"""A demonstration prepared by its command."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlite_utils import Database
from werkzeug.test import TestResponse

from tests.conftest import configured
from tests.support.client import CheckedClient
from tests.support.families import a_family
from wizard import create_app
from wizard.demo import agent, families


class Visitor(CheckedClient):
    """A browser on the machine of the demonstration."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return super().open(*args, base_url="http://localhost:8000", **kwargs)


@pytest.fixture
def demonstrated(app: Flask, db: Database, instance: Path, addresses: Path) -> Flask:
    """The demonstration's portal; a visitor deposited a dossier in it."""
    here = {"PORTAIL_DEMO": "1", "PORTAIL_PUBLIC_URL": "http://localhost:8000"}
    own = create_app({**configured(instance, addresses), **here})
    own.test_client_class = Visitor
    a_family(db, "Visiteur")
    with own.app_context():
        agent.prepare(db, instance)
        families.prepare(db, instance)
    return own


@pytest.fixture
def demonstration(demonstrated: Flask) -> CheckedClient:
    """A browser in it."""
    return demonstrated.test_client()  # type: ignore[return-value]
