"""Many towns in one process family: what they hold in memory, how soon they answer, what they cost when nobody asks.

.venv/bin/python -m tests.bench.towns [TOWNS]
"""

import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.serving.served import Served
from tests.support.commands import SHARING_NOTHING
from tests.towns.conftest import serving
from tests.towns.towns import Visitor, a_town

TOWNS, AT_ONCE = 300, 8
# The limits of 300 towns: megabytes once all were asked for, seconds of processor before the first page, cores at rest.
MOST, SOON, IDLE = 1024, 10.0, 0.05
REST, WATCHED = 20.0, 30.0
TICK = os.sysconf("SC_CLK_TCK")


def memory(pids: list[int]) -> float:
    """Return the megabytes that the processes hold, what they share counted once."""
    lines = [line for pid in pids for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def processor(pids: list[int]) -> float:
    """Return the seconds of processor that they have used."""
    fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(one[11]) + int(one[12]) for one in fields) / TICK


def visit(port: int, slug: str) -> float:
    """Read the first page of a town, open a draft and read its first step; return the seconds of the first page."""
    visitor = Visitor(port, f"{slug}.example")
    began = time.perf_counter()
    answer = visitor.get("/")
    assert answer.status_code == 200, answer
    took = time.perf_counter() - began
    step = visitor.post("/inscription")
    assert step.status_code == 303 and visitor.get(step.location).status_code == 200
    return took


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else TOWNS
    slugs = [f"commune-{number}" for number in range(count)]
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root)
        for slug in slugs:
            a_town(folder, slug)
        began = time.monotonic()
        served = serving(folder, inside=SHARING_NOTHING)
        try:
            measure(served, slugs, began)
        except AssertionError:
            print(served.said[-3000:])
            raise
        finally:
            served.stop()


def measure(served: Served, slugs: list[str], began: float) -> None:
    """Print the figures. Raises SystemExit when one is over its limit."""
    visit(served.port, slugs[0])
    pids = [served.process.pid, *served.children(3)]
    start = processor(pids)
    told = f"première page servie en {time.monotonic() - began:.1f} s, dont {start:.1f} de processeur"
    print(f"{len(slugs)} communes, {told} ; {memory(pids):.0f} Mo au départ", flush=True)
    while len(list(served.log.parent.glob("*/portail.db"))) < len(slugs):
        time.sleep(1)
    print(f"  toutes mises à jour {time.monotonic() - began:.0f} s après le départ ; {memory(pids):.0f} Mo", flush=True)
    for _round in range(2):
        with ThreadPoolExecutor(AT_ONCE) as people:
            times = sorted(people.map(lambda slug: visit(served.port, slug), slugs))
        middle, late = times[len(times) // 2], times[len(times) * 95 // 100]
        print(f"  chacune demandée : accueil en {1000 * middle:.0f} ms, 95e centile {1000 * late:.0f} ms", flush=True)
    time.sleep(REST)
    warm, before = memory(pids), processor(pids)
    time.sleep(WATCHED)
    idle = (processor(pids) - before) / WATCHED
    print(f"  ensuite : {warm:.0f} Mo en tout, {idle:.3f} cœur au repos", flush=True)
    if warm > MOST or start > SOON or idle > IDLE:
        sys.exit(f"plus que {MOST} Mo, {SOON:.0f} s de processeur ou {IDLE} cœur")


if __name__ == "__main__":
    main()
