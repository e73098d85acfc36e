"""Litestream, the program, where it is installed."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
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
