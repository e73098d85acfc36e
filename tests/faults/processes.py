"""The processes of a portal by what they do, killed one at a time."""

import os
import signal
import time
from pathlib import Path

from tests.serving.served import is_alive
from tests.support.portal import Portal
from tests.support.waiting import wait_for

ROLES = ("master", "web", "web", "mail")


class Processes:
    """Those of a portal, `master` first; whoever starts again in the place of another has its role."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self._name()

    def _name(self) -> None:
        children = self._children()
        while len(children) < len(ROLES) - 1:  # as below
            time.sleep(0.05)
            children = self._children()
        self._pids = dict(zip(children, ROLES[1:], strict=True))

    @property
    def web(self) -> list[int]:
        """The processes that answer."""
        return [pid for pid, role in self._pids.items() if role == "web"]

    def kill(self, role: str) -> None:
        """End one at once, and wait until another does its work."""
        if role == "master":
            return self._kill_master()
        pid = next(pid for pid, its in self._pids.items() if its == role)
        os.kill(pid, signal.SIGKILL)
        del self._pids[pid]
        found: set[int] = set()  # kept as it is seen: a list read while a process leaves it may lack another
        wait_for(lambda: found.update(set(self._children()) - {pid, *self._pids}) or found)
        (new,) = found
        self._pids[new] = role

    def _kill_master(self) -> None:
        assert self.portal.process
        self.portal.process.kill()
        self.portal.process.wait()
        wait_for(lambda: not any(map(is_alive, self._pids)))  # they end by themselves
        self.portal.start()
        self._name()

    def _children(self) -> list[int]:
        assert self.portal.process
        pid = self.portal.process.pid
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
