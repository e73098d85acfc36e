"""What a test waits for, on a machine that may be busy with much else."""

import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE = 60.0
"""Seconds within which anything happens that is to happen."""

T = TypeVar("T")


def wait_for(look: Callable[[], T], pause: Callable[[float], object] = time.sleep) -> T:
    """Return what `look` answers once it is true; `pause` lets so many seconds go by."""
    deadline = time.monotonic() + PATIENCE
    while not (answer := look()):
        assert time.monotonic() < deadline, "waited in vain"
        pause(0.05)
    return answer
