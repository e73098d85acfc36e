"""What a power cut does to a portal."""

import os
import signal
from pathlib import Path

from tests.serving.served import is_alive, wait_for
from tests.support.portal import Portal


def kill(portal: Portal) -> None:
    """End all its processes at once."""
    assert portal.process
    main = portal.process.pid
    children = [int(pid) for pid in Path(f"/proc/{main}/task/{main}/children").read_text().split()]
    for pid in (main, *children):
        os.kill(pid, signal.SIGKILL)
    portal.process.wait()
    portal.process = None
    wait_for(lambda: not any(is_alive(pid) for pid in children))
