"""How the web processes share eight connections that stay, over ten starts: the busier one's part of the work.

.venv/bin/python -m tests.bench.sharing
"""

import http.client
import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.faults.processes import Processes
from tests.support.portal import Portal, running

STARTS, CONNECTIONS, SECONDS, MOST = 10, 8, 2.0, 0.6
TICK = os.sysconf("SC_CLK_TCK")


def processor(pid: int) -> float:
    """Return the seconds of processor that a process took."""
    used = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(used[11]) + int(used[12])) / TICK


def ask(port: int) -> int:
    """Ask for the first page, again and again, on one connection; return how many times."""
    connection, end, times = http.client.HTTPConnection("127.0.0.1", port, timeout=10), time.monotonic() + SECONDS, 0
    while time.monotonic() < end:
        connection.request("GET", "/", headers={"Host": f"localhost:{port}"})
        assert connection.getresponse().read()
        times += 1
    connection.close()
    return times


def parts(portal: Portal) -> tuple[float, float, int]:
    """Return what the two processes took, the busier one first, and how many pages were answered."""
    web = Processes(portal).web
    before = [processor(pid) for pid in web]
    with ThreadPoolExecutor(CONNECTIONS) as callers:
        pages = sum(callers.map(ask, [portal.port] * CONNECTIONS))
    took = sorted(processor(pid) - start for pid, start in zip(web, before, strict=True))
    return took[1], took[0], pages


def main() -> None:
    busier = other = 0.0
    for start in range(1, STARTS + 1):
        with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "town", {}) as portal:
            more, less, pages = parts(portal)
        busier, other = busier + more, other + less
        print(f"start {start:2}: {more / (more + less):4.0%} of the work for one of the two, {pages} pages", flush=True)
    part = busier / (busier + other)
    print(f"over {STARTS} starts: {part:.0%}")
    sys.exit(f"more than {MOST:.0%}" if part > MOST else None)


if __name__ == "__main__":
    main()
