"""Litestream, the program, where it is installed."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PROGRAM = shutil.which("litestream", path=str(Path(sys.executable).parent)) or ""
needed = pytest.mark.skipif(not PROGRAM, reason="Litestream is not installed")


@contextmanager
def replicating(configuration: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Have it copy what its configuration says, for the block."""
    with (configuration.parent / "litestream.log").open("ab") as log:
        process = subprocess.Popen([PROGRAM, "replicate", "-config", configuration], stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def until(condition: Callable[[], object]) -> None:
    """Wait for something that it does."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.5)
