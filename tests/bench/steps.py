"""What a step costs the server's processor, against a Flask view that answers a constant, and the same steps by others.

    PYTHONPATH=build/peer .venv/bin/python -m tests.bench.steps

The portal runs as in production; rounds of all kinds alternate, so that what else the machine does weighs on all of
them. The processor time is that of the processes (user and system), not the clock's. The step shown is one that was
answered, drawn with what was typed; the next one is blank, and kept. Fails when either costs more than it may.
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
ROUNDS, REQUESTS, WARM_UP, BROWSERS = 15, 400, 100, 8
TICK = os.sysconf("SC_CLK_TCK")
PORTAL = [sys.executable, "-c", "from wizard.cli import main; main()", "serve", "--port", "0"]
PEER = [sys.executable, "-m", "tests.bench.peer.formtools"]
ALONE = [sys.executable, "-m", "tests.bench.peer.flask_alone"]
CONSTANT, SHOWN, SAVED = "constant", "step, GET", "step, POST and the next one"
PEER_SHOWN, PEER_SAVED = "django-formtools, GET", "django-formtools, POST and the next one"
ALONE_SHOWN, ALONE_SAVED = "Flask, WTForms and Jinja alone, GET", "the same, POST and the next one"
PEER_STEP, PEER_NEXT = "/identite", "/adresse"
MOST = {SHOWN: 4.5, SAVED: 6.0}
"""What each may cost, in constant pages."""
LEAST = 3.5
"""How many times less than by django-formtools a step saved and the next one shown cost."""
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


def ask(browser: Browser, path: str, form: str = "", cookie: str = "") -> tuple[int, str]:
    """Send a GET, or the form as HTMX does."""
    headers = {"Host": "localhost"} | ({"Cookie": cookie} if cookie else {})
    if form:
        headers |= {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}
    browser.request("POST" if form else "GET", path, form or None, headers)
    answer = browser.getresponse()
    return answer.status, answer.read().decode()


def open_draft(browser: Browser, start: str = "/inscription") -> str:
    """Begin a sign-up, return the address of its first step."""
    browser.request("POST", start, headers={"Host": "localhost", "Content-Length": "0"})
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
            assert status == 200 and len(body) > 900, (status, body)
        browser.close()

    with ThreadPoolExecutor(BROWSERS) as browsers:
        list(browsers.map(browse, range(BROWSERS)))
    return 1000 * (server.processor_time() - before) / count


def open_session(browser: Browser) -> str:
    """Begin the peer's journey, return the cookie that goes on with it."""
    browser.request("GET", "/", headers={"Host": "localhost"})
    answer = browser.getresponse()
    answer.read()
    return str(answer.headers["Set-Cookie"]).partition(";")[0]


def ratio(times: list[float], others: list[float]) -> float:
    """Return how many times the others' these are: the median of the rounds, some fast and some slow."""
    return statistics.median(mine / theirs for mine, theirs in zip(times, others, strict=True))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "town.toml").write_bytes((ROOT / "instance" / "town.toml").read_bytes())
        commands = PORTAL, [sys.executable, "-c", BARE], [*PEER, folder], [*ALONE, folder]
        servers = [Server(command, Path(folder)) for command in commands]
        try:
            too_much = compare(*servers)
        finally:
            for server in servers:
                server.stop()
    sys.exit(too_much)


def compare(portal: Server, bare: Server, peer: Server, alone: Server) -> str | None:
    """Print what each costs; return what is too much."""
    step = open_draft(Browser("127.0.0.1", portal.port))
    its_step = open_draft(Browser("127.0.0.1", alone.port), "/")
    cookie = open_session(Browser("127.0.0.1", peer.port))

    def fields(number: int, prefix: str = "") -> str:
        given_name = "Camille" + "x" * (number % 40)  # the same form again would be a replay
        return f"{prefix}title=madame&{prefix}birth_name=Martin&{prefix}given_name={given_name}"

    def peer_post(browser: Browser, number: int) -> tuple[int, str]:
        form = "sign_up-current_step=identite&" + fields(number, "identite-")
        assert ask(browser, PEER_STEP, form, cookie)[0] == 302
        return ask(browser, PEER_NEXT, cookie=cookie)

    kinds: dict[str, tuple[Server, Work]] = {
        CONSTANT: (bare, lambda browser, _number: ask(browser, "/")),
        SHOWN: (portal, lambda browser, _number: ask(browser, step)),
        SAVED: (portal, lambda browser, number: ask(browser, step, "revision=0&" + fields(number))),
        ALONE_SHOWN: (alone, lambda browser, _number: ask(browser, its_step)),
        ALONE_SAVED: (alone, lambda browser, number: ask(browser, its_step, fields(number))),
        PEER_SHOWN: (peer, lambda browser, _number: ask(browser, PEER_STEP, cookie=cookie)),
        PEER_SAVED: (peer, peer_post),
    }
    times: dict[str, list[float]] = {name: [] for name in kinds}
    for number in range(ROUNDS + 1):
        for name, (server, work) in kinds.items():
            took = measure(server, work, number * REQUESTS, REQUESTS if number else WARM_UP)
            if number:
                times[name].append(took)
    print(f"processor time of one request, median of {ROUNDS} rounds of {REQUESTS} by {BROWSERS} browsers")
    ratios = {name: ratio(values, times[CONSTANT]) for name, values in times.items()}
    for name, values in times.items():
        told = f"({min(values):.2f} to {max(values):.2f})   × {ratios[name]:.1f}"
        print(f"{name:40} {statistics.median(values):5.2f} ms  {told}")
    cheaper = ratio(times[PEER_SAVED], times[SAVED])
    print(f"a step saved and the next one shown: {cheaper:.1f} times cheaper than by django-formtools")
    too_much = [f"{name}: more than × {most}" for name, most in MOST.items() if ratios[name] > most]
    if cheaper < LEAST:
        too_much.append(f"less than {LEAST} times cheaper than by django-formtools")
    return "\n".join(too_much) or None


if __name__ == "__main__":
    main()
