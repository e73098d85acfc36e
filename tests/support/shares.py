"""Which tests one worker takes together: those that share what takes long to make. The others go one at a time.

By their names: of the marks that `--dist loadgroup` reads, the scheduler sees nothing since pytest 9.2.
"""

from collections.abc import Callable

from xdist.scheduler import LoadScopeScheduling

# What the tests of a folder share: a machine with the portal installed, a browser of each kind, running portals.
_TOGETHER: dict[str, Callable[[str], str]] = {
    "deploy": lambda test: "deploy",
    "matrix": lambda test: test.partition("[")[2].partition("-")[0],
    "net": lambda test: test.partition("::")[0],
    "serving": lambda test: test.partition("::")[0],
}


def share_of(test: str) -> str:
    """Return the name of what goes to one worker with a test."""
    together = _TOGETHER.get(test.split("/")[1])
    return together(test) if together else test


class Shares(LoadScopeScheduling):
    """The largest first: of a large one, begun last, a worker would be left with its last minutes alone."""

    def _split_scope(self, nodeid: str) -> str:
        return share_of(nodeid)
