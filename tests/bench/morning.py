"""A town hall's morning over ten thousand dossiers: queue, search, largest dossier, and what a parent waits meanwhile.

    .venv/bin/python -m tests.bench.morning [dossiers to do]

In process, in a real file; rounds of the pages alternate with those of a constant one. Fails above 30 ms (p95) of the
processor, which what else the machine does leaves as it is, or if one search a second doubles what a parent's write
takes.
"""

import itertools
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from flask import Flask

from tests.bench.town import GIVEN, SURNAMES, Town
from tests.support.walk import AGENT_PASSWORD
from tests.townhall.browsers import Browser
from wizard import create_app
from wizard.clock import now
from wizard.db import connect
from wizard.migrations import migrate
from wizard.models import AgentRole
from wizard.services import loading, passwords
from wizard.services.duplicates import finding
from wizard.stores import agents

ROOT = Path(__file__).parents[2]
DOSSIERS, WAITING, ROUNDS = 10_000, 1_000, 150
LIMIT, CALM = 30.0, 12
"""Milliseconds; seconds of a parent's writes, quiet then searched."""
CONSTANT = "<p>" + "x" * 3000 + "</p>"


def town(folder: Path, waiting: int) -> None:
    """Make the town's folder: its settings, its dossiers, three agents."""
    (folder / "town.toml").write_bytes((ROOT / "instance" / "town.toml").read_bytes())
    db = connect(folder / "portail.db")
    migrate(db)
    start = time.perf_counter()
    drawn = Town(DOSSIERS, waiting)
    drawn.write(db)
    agents.add(db, "claire@oudon.example", AgentRole.CASEWORKER, passwords.hash_password(AGENT_PASSWORD), now())
    agents.add(db, "rose@oudon.example", AgentRole.CASEWORKER, passwords.hash_password(AGENT_PASSWORD), now())
    print(f"{DOSSIERS} dossiers, {drawn.people} people, {waiting} to do: drawn in {time.perf_counter() - start:.1f} s")
    start = time.perf_counter()
    while finding.catch_up(db, 500):  # the portal's own thread does, within seconds of each change
        pass
    print(f"everyone compared with who may be them in {time.perf_counter() - start:.1f} s")
    db.close()


def portal(folder: Path) -> Flask:
    """Return the town's portal, with a page that is always the same."""
    settings = {
        "PORTAIL_INSTANCE": str(folder),
        "PORTAIL_PUBLIC_URL": "http://localhost",
        "PORTAIL_SECRET_KEY": "the key of the bench, long enough",
        "PORTAIL_TRUSTED_NETWORKS": "127.0.0.0/8",
    }
    app = create_app(settings)
    app.add_url_rule("/constante", "constant", lambda: CONSTANT)
    loading.settle()  # as the server does
    return app


class Desk:
    """An agent signed in, and what they do."""

    def __init__(self, app: Flask, email: str) -> None:
        self.browser, self.chance = Browser(app), random.Random(7)
        self.browser.sign_in(email, AGENT_PASSWORD)
        self.token = self.browser.fields("Chercher")[1]["csrf_token"]

    def get(self, path: str) -> None:
        answer = self.browser.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)

    def search(self) -> None:
        name = f"{self.chance.choice(GIVEN)} {self.chance.choice(SURNAMES)}"
        typed = self.chance.choice([name, name.split()[-1], name.lower()])
        answer = self.browser.client.post("/mairie", data={"csrf_token": self.token, "text": typed})
        assert answer.status_code == 200


def measure(work: Callable[[], None]) -> tuple[float, float]:
    """Return the milliseconds that some work takes, by the clock and of the processor."""
    start, used = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - start), 1000 * (time.process_time() - used)


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def pages(app: Flask) -> bool:
    """Print what each page takes, beside a constant one; whether all are within the limit."""
    desk = Desk(app, "claire@oudon.example")
    print(f"the first search, which folds everyone: {measure(desk.search)[0] / 1000:.1f} s")
    kinds = {
        "constant": lambda: desk.get("/constante"),
        "queue": lambda: desk.get("/mairie"),
        "queue, done": lambda: desk.get("/mairie?etat=traites"),
        "search": desk.search,
        "largest dossier": lambda: desk.get("/mairie/dossiers/R0000001"),
    }
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in kinds}
    for number in range(ROUNDS + 10):
        for name, work in kinds.items():
            took = measure(work)
            if number >= 10:
                times[name].append(took)
    constant = statistics.median(used for _took, used in times["constant"])
    slow = {}
    for name, values in times.items():
        took, used = (list(each) for each in zip(*values, strict=True))
        middle, slow[name] = statistics.median(used), p95(used)
        ratios = f"× {middle / constant:.0f}, × {slow[name] / constant:.0f}"
        clock = f"by the clock {statistics.median(took):6.1f}, {p95(took):6.1f}"
        print(f"{name:16} processor p50 {middle:5.1f} ms, p95 {slow[name]:5.1f} ms ({ratios}); {clock}", flush=True)
    return max(slow.values()) <= LIMIT


def writes(app: Flask) -> list[float]:
    """Return what the steps that a parent sends take, one after the other."""
    client, times = app.test_client(), []
    step = client.post("/inscription").headers["Location"]
    end = time.monotonic() + CALM
    for number in itertools.count():
        if time.monotonic() > end:
            return times
        form = {
            "revision": "0",
            "title": "madame",
            "birth_name": "Martin",
            "given_name": "Camille" + "x" * (number % 70),
        }
        times.append(measure(lambda form=form: client.post(step, data=form))[0])  # type: ignore[misc]
        time.sleep(0.005)
    return times


def searching(folder: Path) -> None:
    """Search once a second, until the end."""
    desk = Desk(portal(folder), "rose@oudon.example")
    print("ready", flush=True)
    while True:
        desk.search()
        time.sleep(1)


def meanwhile(app: Flask, folder: Path) -> bool:
    """Print what a parent's write takes, alone then beside a search a second; whether it stays under the double."""
    quiet = writes(app)
    command = [sys.executable, "-m", "tests.bench.morning", "--search", str(folder)]
    other = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE)
    assert other.stdout is not None and other.stdout.readline()
    busy = writes(app)
    other.terminate()
    other.communicate()
    for name, times in (("alone", quiet), ("one search a second", busy)):
        middle, most = statistics.median(times), max(times)
        print(f"a parent's write, {name:20} p50 {middle:5.1f} ms  p95 {p95(times):5.1f} ms  at most {most:5.0f} ms")
    return p95(busy) < 2 * p95(quiet)


def main() -> None:
    if sys.argv[1:2] == ["--search"]:
        return searching(Path(sys.argv[2]))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        town(folder, int(sys.argv[1]) if sys.argv[1:] else WAITING)
        app = portal(folder)
        kept = [pages(app), meanwhile(app, folder)]
    sys.exit(None if all(kept) else 1)


if __name__ == "__main__":
    main()
