"""A database that takes nothing, under each route: told as such with when to come back, and never a fault."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from flask import Flask
from sqlite_utils import Database

from tests.journey.test_storage import FULL, READ_ONLY, held, refusing
from tests.security.actors import Cast
from tests.security.routes import ROUTES, address, ask, places
from wizard import db as wizard_db
from wizard.db import close_connections

UNUSABLE: dict[str, Callable[[Flask], AbstractContextManager[None]]] = {
    "held by another process": lambda app: held(Path(app.config["PORTAIL"].database)),
    "full": lambda app: refusing(app, *FULL),
    "read-only": lambda app: refusing(app, *READ_ONLY),
}


@pytest.mark.slow
@pytest.mark.parametrize("unusable", UNUSABLE.values(), ids=UNUSABLE)
@pytest.mark.parametrize("name", ["anonymous", "parent_a", "agent"])
def test_no_route_fails_over_a_database_that_takes_nothing(
    app: Flask,
    db: Database,
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    unusable: Callable[[Flask], AbstractContextManager[None]],
) -> None:
    actor, addresses = getattr(cast, name), places(app, db, cast)
    monkeypatch.setattr(wizard_db, "_PATIENCE", 0.01)
    close_connections()
    told, wrong = set(), {}
    with unusable(app):
        for route in ROUTES:
            response = ask(actor, route, address(route, addresses))
            if response.status_code == 503 and int(response.headers.get("Retry-After", 0)) > 0:
                told.add(route.method)
            elif response.status_code >= 500:
                wrong[f"{route.method} {route.rule}"] = response.status_code
    assert wrong == {}
    assert "POST" in told
