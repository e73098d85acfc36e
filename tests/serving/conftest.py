"""A town of its own for each test that starts and stops it, one for all those that only ask; served by the command."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.serving.served import Served
from tests.support.commands import ROOT

TOWN = ROOT / "instance" / "town.toml"


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    shutil.copy(TOWN, tmp_path)
    return tmp_path


def demonstration(instance: Path, *options: str, command: str = "serve", port: int = 0, **settings: str) -> Served:
    """Serve an instance as the demonstration's."""
    known = {"PORTAIL_INSTANCE": str(instance), "PORTAIL_DEMO": "1", **settings}
    return Served(instance, known, command, "--port", str(port), *options)


@pytest.fixture
def serve(instance: Path) -> Iterator[Callable[..., Served]]:
    """Start a server."""
    started: list[Served] = []

    def serve(*options: str, **settings: Any) -> Served:
        started.append(demonstration(instance, *options, **settings))
        return started[-1]

    yield serve
    for served in started:
        served.stop()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A demonstration that no test stops."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copy(TOWN, folder)
    served = demonstration(folder)
    yield served
    assert served.stop() == 0
