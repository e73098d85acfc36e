"""Which tests one worker takes together: those of a file, and those that share what takes long to make.

By their names: of the marks that `--dist loadgroup` reads, the scheduler sees nothing since pytest 9.2.
"""

from collections.abc import Callable

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# Beside files: a machine with the portal installed, which the image has no use for, and an engine behind an internet of
# its own.
_TOGETHER: dict[str, Callable[[str], str]] = {
    "deploy": lambda test: "image" if "/test_image.py" in test else "deploy",
    "matrix": lambda test: test.partition("[")[2].partition("-")[0],
}


def share_of(test: str) -> str:
    """Return the name of what goes to one worker with a test."""
    together = _TOGETHER.get(test.split("/")[1])
    return together(test) if together else test.partition("::")[0]


class Shares(LoadScopeScheduling):
    """In the order of the tests, where what takes the longest is first."""

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return share_of(nodeid)
