"""Three towns in a folder, served by the command or by the application above them."""

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.serving.served import COMMAND, PATIENCE, ROOT, wait_for
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


class Served:
    """`serve --towns` under way."""

    def __init__(self, folder: Path, *options: str) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PORTAIL_")}
        self.log = folder / f"serve-{time.monotonic_ns()}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*COMMAND, "serve", "--towns", str(folder), "--port", "0", *options],
                cwd=ROOT,
                env={**environment, "PYTHONUNBUFFERED": "1"},
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    @property
    def said(self) -> str:
        return self.log.read_text()

    @property
    def port(self) -> int:
        found = re.search(r"port (\d+)", wait_for(lambda: "Ctrl-C" in self.said and self.said))
        assert found
        return int(found[1])

    def children(self) -> list[int]:
        """Return the processes under this one."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()]

    def stop(self) -> int:
        """Ask it to stop, return its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(PATIENCE)


@pytest.fixture
def serve() -> Iterator[Callable[..., Served]]:
    """Serve a folder."""
    started: list[Served] = []

    def serve(folder: Path, *options: str) -> Served:
        started.append(Served(folder, *options))
        return started[-1]

    yield serve
    for served in started:
        served.stop()
