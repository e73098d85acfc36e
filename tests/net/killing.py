"""What a power cut does to a portal."""

import os
import signal
from contextlib import suppress
from pathlib import Path

from tests.serving.served import is_alive
from tests.support.portal import Portal
from tests.support.waiting import wait_for


def kill(portal: Portal) -> None:
    """End all its processes at once."""
    assert portal.process
    children = _children(portal)
    for pid in (portal.process.pid, *children):
        with suppress(ProcessLookupError):  # it ended with the first
            os.kill(pid, signal.SIGKILL)
    portal.process.wait()
    portal.process = None
    wait_for(lambda: not any(is_alive(pid) for pid in children))


def kill_those_who_answer(portal: Portal) -> None:
    """End at once the processes that it starts again by itself."""
    for pid in _children(portal):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    portal.wait()


def _children(portal: Portal) -> list[int]:
    assert portal.process
    main = portal.process.pid
    return [int(pid) for pid in Path(f"/proc/{main}/task/{main}/children").read_text().split()]
