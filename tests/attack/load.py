"""Others under attack: what honest visitors wait for, alone, then while hostile forms arrive from everywhere.

The callers' addresses are those that a trusted proxy writes. The forms are those that one sent to stall the portal:
fields of 60 KB, the dearest passwords, lost accesses from networks never seen before, dossiers one after the other.
"""

import http.client
import itertools
import math
import multiprocessing
import random
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sqlite_utils import Database

from tests.security.actors import a_parent, a_signup, an_entourage, csrf_of
from tests.security.remote import RemoteClient
from tests.support.walk import IDENTITY, PASSWORD
from wizard.db import connect
from wizard.services import passwords

VISITORS, THINKING = 6, 0.1  # seconds between two pages of one visitor
A_SECOND = 5
"""Hostile forms of each kind."""
WORST = 2.0
KINDS = ("fat fields", "dear passwords", "lost accesses", "deposits")
Answers = Counter[tuple[str, int]]
"""How many forms of each kind got each status."""


class Browser:
    """A connection of someone behind the proxy, from one address or another."""

    def __init__(self, port: int, cookies: str = "") -> None:
        self.port, self.cookies = port, cookies
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, address: str, path: str, form: bytes | None = None) -> int:
        """Send a page's form, or ask for a page; return the status."""
        headers = {"Host": f"localhost:{self.port}", "X-Forwarded-For": address, "Cookie": self.cookies}
        if form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}
        self.connection.request("GET" if form is None else "POST", path, form, headers)
        answer = self.connection.getresponse()
        answer.read()
        return answer.status

    def close(self) -> None:
        """Hang up."""
        self.connection.close()


@dataclass
class Seen:
    """How long honest visitors waited, in seconds, and what they were answered."""

    waits: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, status: int, wait: float) -> None:
        """Count an answer."""
        with self.lock:
            self.waits.append(wait)
            self.statuses[status] += 1

    @property
    def p95(self) -> float:
        """The wait that one page in twenty exceeds."""
        return sorted(self.waits)[math.ceil(0.95 * len(self.waits)) - 1]


class Load:
    """A portal that listens on a port, its visitors and its attackers."""

    def __init__(self, port: int, instance: Path) -> None:
        self.port = port
        db = connect(instance / "portail.db")
        self.drafts = [a_signup(db) for _visitor in range(VISITORS)]
        self.forms = hostile_forms(db, port)
        db.close()

    def visit(self, seconds: float) -> Seen:
        """Let the visitors read pages and send steps."""
        seen, until = Seen(), time.monotonic() + seconds
        people = range(VISITORS)
        threads = [threading.Thread(target=self._browse, args=(number, seen, until)) for number in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return seen

    def _browse(self, number: int, seen: Seen, until: float) -> None:
        browser, chance = Browser(self.port), random.Random(number)
        step = f"/inscription/{self.drafts[number]}/identite"
        for turn in itertools.count():
            if time.monotonic() > until:
                return browser.close()
            name = urlencode(IDENTITY | {"given_name": f"Camille{'x' * (turn % 60)}"}).encode()
            for path, form in (("/", None), (step, None), (step, name), ("/adresses?q=rue+de+la+loire", None)):
                start = time.perf_counter()
                status = browser.ask(f"198.51.100.{number + 1}", path, form)
                seen.count(status, time.perf_counter() - start)
                time.sleep(chance.uniform(0, 2 * THINKING))

    @contextmanager
    def attacked(self) -> Iterator[Answers]:
        """Send hostile forms meanwhile, from their own process; what they were answered is there at the end."""
        context = multiprocessing.get_context("spawn")
        over, answers = context.Event(), context.Queue()
        attacker = context.Process(target=attack, args=(self.port, self.forms, over, answers))
        attacker.start()
        answered = Answers()
        try:
            answers.get(timeout=60)  # it is ready
            yield answered
        finally:
            over.set()
            answered.update(answers.get(timeout=60))
            attacker.join(60)

    def compare(self, rounds: int, seconds: float) -> tuple[float, Answers]:
        """Print how long others wait, quiet and attacked in turn; return how many times longer, and the answers.

        The median of the rounds: what else the machine does weighs on some of them.
        """
        ratios, answers = [], Answers()
        self.visit(1)
        for _round in range(rounds):
            quiet = self.visit(seconds)
            with self.attacked() as answered:
                attacked = self.visit(seconds)
            answers.update(answered)
            refused = {status for status in (*quiet.statuses, *attacked.statuses) if status != 200}
            assert not refused, f"others were answered {refused}"
            ratios.append(attacked.p95 / quiet.p95)
            print(f"others wait {1000 * quiet.p95:.0f} ms (p95), {1000 * attacked.p95:.0f} ms attacked", flush=True)
        ratio = statistics.median(ratios)
        print(f"× {ratio:.2f}; " + ", ".join(f"{times} {kind} {status}" for (kind, status), times in answers.items()))
        return ratio, answers


def problems(ratio: float, answers: Answers) -> list[str]:
    """Return what is wrong: others wait twice as long, a form made the portal fail, or nobody attacked."""
    found = [f"{kind} answered {status}" for kind, status in answers if status >= 500]
    found += [f"no {kind} was sent" for kind in KINDS if not any(kind == sent for sent, _status in answers)]
    return [*found, f"others waited {ratio:.2f} times as long under attack"] if ratio >= WORST else found


@dataclass(frozen=True)
class Hostile:
    """What each kind of attack is made of: paths in turn, one form, a cookie, and who sends."""

    kind: str
    paths: list[str]
    form: bytes
    cookies: str = ""
    everywhere: bool = False

    def address(self, number: int) -> str:
        """Return the caller of a form: four customers in turn, or one never seen before."""
        return f"2001:db8:{number >> 16:x}:{number & 0xFFFF:x}::1" if self.everywhere else f"203.0.113.{number % 4 + 1}"


def hostile_forms(db: Database, port: int) -> list[Hostile]:
    """Prepare the forms, with drafts of the attackers' own."""
    account = a_parent(db, "Kervarrec", passwords.hash_password(PASSWORD)).account.id
    fat_drafts, dear_drafts = ([a_signup(db) for _draft in range(20)] for _kind in range(2))
    deposits = [an_entourage(db, account) for _draft in range(200)]
    stranger: Any = RemoteClient(f"http://localhost:{port}")
    csrf = csrf_of(stranger.get("/acces-oublie"))
    fat = b"&".join(f"{name}={'x' * 60}".encode() for name in itertools.islice(itertools.cycle(IDENTITY), 890))
    dear = urlencode({"username": "x", "password": "4@31!05$7" * 14, "security_icon": "0", "shown": "0"}).encode()
    lost = urlencode({"csrf_token": csrf, "email": "personne@exemple.fr"}).encode()
    return [
        Hostile(KINDS[0], [f"/inscription/{token}/identite" for token in fat_drafts], fat),
        Hostile(KINDS[1], [f"/inscription/{token}/identifiants" for token in dear_drafts], dear),
        Hostile(KINDS[2], ["/acces-oublie"], lost, stranger.cookies, everywhere=True),
        Hostile(KINDS[3], [f"/entourage/{token}/etape-2" for token in deposits], b""),
    ]


def attack(port: int, forms: list[Hostile], over: Any, answers: Any) -> None:
    """Send each kind at its pace until `over`, then tell what came of it. The work of the attackers' process."""
    answered = Answers()
    lock = threading.Lock()

    def send(hostile: Hostile, first: int, senders: int) -> None:
        browser = Browser(port, hostile.cookies)
        started = time.monotonic()
        for turn in itertools.count():
            number = first + turn * senders
            if over.wait(max(0.0, started + number / A_SECOND - time.monotonic())):
                return browser.close()
            status = browser.ask(hostile.address(number), hostile.paths[number % len(hostile.paths)], hostile.form)
            with lock:
                answered[hostile.kind, status] += 1

    threads = [threading.Thread(target=send, args=(one, first, 10)) for one in forms for first in range(10)]
    for thread in threads:
        thread.start()
    answers.put("ready")
    for thread in threads:
        thread.join()
    answers.put(answered)
