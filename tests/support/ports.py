"""Ports for the servers of the tests, which are told their own before they start."""

import itertools
import os
import random
import socket
from contextlib import suppress

# Below those that the system chooses, above the one that browsers refuse; two thousand for each worker.
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_FIRST = 11_000 + _WORKER % 10 * 2_000
_PORTS = itertools.cycle(random.sample(range(_FIRST, _FIRST + 2_000), 2_000))


def free_port() -> int:
    """Return a port that nobody listens on, and that neither the system nor another worker gives to someone else.

    A portal whose port was taken meanwhile does not start, and whoever took it answers in its place.
    """
    while True:
        port = next(_PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
