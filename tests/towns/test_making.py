"""What a process does of a town whose application is being made, or cannot be: those who ask are answered soon."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Event

import pytest
from flask import Flask
from werkzeug.test import Client

from tests.support.waiting import PATIENCE
from wizard.commands.towns import ready_application
from wizard.db import close_connections
from wizard.settings import SettingsError
from wizard.towns import hosting as module
from wizard.towns.folder import Folder, Town
from wizard.towns.hosting import Hosting
from wizard.web.shared_routes import SharedRoutes

Make = Callable[[Town], Flask]


@pytest.fixture
def make() -> Iterator[Make]:
    """What makes the application of a town."""
    yield partial(ready_application, SharedRoutes())
    close_connections()


def status(hosting: Hosting, slug: str) -> int:
    answer = Client(hosting, use_cookies=False).get("/", base_url=f"https://{slug}.example")
    close_connections()
    return answer.status_code


def test_a_town_slow_to_be_made_keeps_nobody_waiting_long(folder: Path, make: Make) -> None:
    begun, over = Event(), Event()

    def slowly(town: Town) -> Flask:
        if town.slug == "oudon":
            begun.set()
            over.wait(PATIENCE)
        return make(town)

    hosting = Hosting(Folder(folder, {}), slowly)
    with ThreadPoolExecutor(3) as threads:
        first = threads.submit(status, hosting, "oudon")
        assert begun.wait(PATIENCE)
        others = {slug: threads.submit(status, hosting, slug) for slug in ("oudon", "ancenis")}
        try:
            assert {slug: one.result(PATIENCE / 3) for slug, one in others.items()} == {"oudon": 503, "ancenis": 200}
        finally:
            over.set()
        assert first.result() == 200
    assert status(hosting, "oudon") == 200


def test_a_town_that_cannot_be_made_is_not_tried_at_each_request(folder: Path) -> None:
    tried: list[str] = []

    def failing(town: Town) -> Flask:
        tried.append(town.slug)
        raise SettingsError("PORTAIL_SECRET_KEY : trop courte.")

    hosting = Hosting(Folder(folder, {}), failing)
    assert [status(hosting, "oudon") for _ in range(5)] == [503] * 5 and tried == ["oudon"]


def test_a_folder_that_cannot_be_read_for_a_while_forgets_no_town(
    folder: Path, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_EVERY", 0.0)
    hosting = Hosting(Folder(folder, {}), make)
    assert status(hosting, "oudon") == 200
    away = folder.rename(folder.parent / "away")
    assert status(hosting, "oudon") == 503
    away.rename(folder)
    assert status(hosting, "oudon") == 200
