"""A town of its own for each test, served by the command."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.serving.served import ROOT, Served


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    (tmp_path / "town.toml").write_bytes((ROOT / "instance" / "town.toml").read_bytes())
    return tmp_path


@pytest.fixture
def serve(instance: Path) -> Iterator[Callable[..., Served]]:
    """Start a server."""
    started: list[Served] = []

    def serve(port: int = 0, command: str = "serve", **settings: str) -> Served:
        started.append(Served(instance, settings, port, command))
        return started[-1]

    yield serve
    for served in started:
        served.stop()
