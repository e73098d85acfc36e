"""What a step costs the server's processor, against a bare Flask view that answers a constant, in the same run.

    .venv/bin/python -m tests.bench.steps

The portal runs as in production; rounds of the three kinds alternate, so that what else the machine does
weighs on all of them. The processor time is that of the processes (user and system), not the clock's.
"""

import http.client
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROUNDS, REQUESTS, WARM_UP, BROWSERS = 7, 400, 100, 8
TICK = os.sysconf("SC_CLK_TCK")
PORTAL = [sys.executable, "-c", "from wizard.cli import main; main()", "serve", "--port", "0"]
BARE = """
import os, socket, waitress
from flask import Flask
app = Flask("bare")
page = "<p>" + "x" * 3000 + "</p>"
app.get("/")(lambda: page)
listener = socket.create_server(("127.0.0.1", 0))
print(f"http://localhost:{listener.getsockname()[1]}", flush=True)
os.fork()
waitress.serve(app, sockets=[listener], threads=4, asyncore_use_poll=True, ident=None)
"""
Browser = http.client.HTTPConnection
Work = Callable[[Browser, int], tuple[int, str]]


class Server:
    """A server in processes of its own; what it prints tells its port."""

    def __init__(self, command: list[str], folder: Path) -> None:
        settings = {
            "PORTAIL_INSTANCE": str(folder),
            "PORTAIL_TRUSTED_NETWORKS": "127.0.0.0/8",
            "PYTHONUNBUFFERED": "1",
        }
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        found = re.search(r"localhost:(\d+)", self.process.stdout.readline())
        assert found
        self.port = int(found[1])

    def children(self) -> list[int]:
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()]

    def processor_time(self) -> float:
        """Return the seconds of processor that it and its children have used."""
        ticks = 0
        for pid in (self.process.pid, *self.children()):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / TICK

    def stop(self) -> None:
        for pid in (*self.children(), self.process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        self.process.communicate()


def ask(browser: Browser, path: str, form: str = "") -> tuple[int, str]:
    """Send a GET, or the form as HTMX does."""
    headers = {"Host": "localhost"}
    if form:
        headers |= {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}
    browser.request("POST" if form else "GET", path, form or None, headers)
    answer = browser.getresponse()
    return answer.status, answer.read().decode()


def open_draft(browser: Browser) -> str:
    """Begin a sign-up, return the address of its first step."""
    browser.request("POST", "/inscription", headers={"Host": "localhost", "Content-Length": "0"})
    answer = browser.getresponse()
    answer.read()
    return str(answer.headers["Location"])


def measure(server: Server, work: Work, start: int, count: int) -> float:
    """Return the milliseconds of processor that one request takes, when several browsers ask at once."""
    before = server.processor_time()

    def browse(first: int) -> None:
        browser = Browser("127.0.0.1", server.port)
        for number in range(start + first, start + count, BROWSERS):
            status, body = work(browser, number)
            assert status == 200 and len(body) > 1000, (status, body)
        browser.close()

    with ThreadPoolExecutor(BROWSERS) as browsers:
        list(browsers.map(browse, range(BROWSERS)))
    return 1000 * (server.processor_time() - before) / count


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "town.toml").write_bytes((ROOT / "instance" / "town.toml").read_bytes())
        portal, bare = Server(PORTAL, Path(folder)), Server([sys.executable, "-c", BARE], Path(folder))
        try:
            compare(portal, bare)
        finally:
            portal.stop()
            bare.stop()


def compare(portal: Server, bare: Server) -> None:
    step = open_draft(Browser("127.0.0.1", portal.port))

    def post(browser: Browser, number: int) -> tuple[int, str]:
        given_name = "Camille" + "x" * (number % 70)  # the same form again would be a replay
        return ask(browser, step, f"_k=0&title=madame&birth_name=Martin&given_name={given_name}")

    kinds: dict[str, tuple[Server, Work]] = {
        "constant": (bare, lambda browser, _number: ask(browser, "/")),
        "step, GET": (portal, lambda browser, _number: ask(browser, step)),
        "step, POST and the next one": (portal, post),
    }
    times: dict[str, list[float]] = {name: [] for name in kinds}
    for number in range(ROUNDS + 1):
        for name, (server, work) in kinds.items():
            took = measure(server, work, number * REQUESTS, REQUESTS if number else WARM_UP)
            if number:
                times[name].append(took)
    constant = statistics.median(times["constant"])
    print(f"processor time of one request, median of {ROUNDS} rounds of {REQUESTS} by {BROWSERS} browsers")
    for name, values in times.items():
        middle = statistics.median(values)
        print(f"{name:30} {middle:5.2f} ms  ({min(values):.2f} to {max(values):.2f})   × {middle / constant:.1f}")


if __name__ == "__main__":
    main()
