"""`portail-famille serve` as its administrator runs it, often on a port that the system chose."""

import os
import re
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from tests.support.commands import begin
from tests.support.waiting import PATIENCE, wait_for


class Served:
    """A `serve`, or a `demo`, under way; it knows of the `settings` alone, and what it says is kept in `folder`.

    `inside` is what runs it elsewhere than on this machine.
    """

    def __init__(self, folder: Path, settings: dict[str, str], *command: str, inside: Sequence[str] = ()) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PORTAIL_")}
        self.settings = settings
        self.log = folder / f"serve-{time.monotonic_ns()}.log"
        with self.log.open("wb") as log:
            self.process = begin(*command, environ=environment | settings, log=log, inside=inside)

    @property
    def said(self) -> str:
        return self.log.read_text()

    @property
    def port(self) -> int:
        wait_for(lambda: "Ctrl-C" in self.said)
        found = re.search(r"(?:http://localhost:|port )(\d+)", self.said)
        assert found
        return int(found[1])

    def children(self, count: int) -> list[int]:
        """Return the processes under this one, once there are `count`: the first answers before the last is there."""
        path, found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children"), list[int]()

        def all_there() -> bool:
            found[:] = [int(pid) for pid in path.read_text().split()]
            return len(found) == count

        wait_for(all_there)
        return found

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop, return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(PATIENCE)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):  # gone before, or while, it is read
        return False
