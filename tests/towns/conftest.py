"""Three towns in a folder, served by the command or by the application above them."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.serving.served import Served
from tests.towns.towns import NAMES, a_town
from wizard.commands.towns import ready_application
from wizard.db import close_connections
from wizard.towns.folder import Folder
from wizard.towns.hosting import Hosting
from wizard.web.shared_routes import SharedRoutes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three towns."""
    for slug in NAMES:
        a_town(tmp_path / "communes", slug)
    return tmp_path / "communes"


@pytest.fixture
def hosting(folder: Path) -> Iterator[Hosting]:
    """The application above those of the towns, in this process."""
    yield Hosting(Folder(folder, {}), partial(ready_application, SharedRoutes()))
    close_connections()


def serving(folder: Path, *options: str) -> Served:
    """Serve the towns of a folder."""
    return Served(folder, {}, "serve", "--towns", str(folder), "--port", "0", *options)


@pytest.fixture
def serve() -> Iterator[Callable[..., Served]]:
    """Serve a folder."""
    started: list[Served] = []

    def serve(folder: Path, *options: str) -> Served:
        started.append(serving(folder, *options))
        return started[-1]

    yield serve
    for served in started:
        served.stop()
