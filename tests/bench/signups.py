"""An opening day: whole sign-ups, as HTMX sends them, as many as two cores take; who signs up is on the same two.

.venv/bin/python -m tests.bench.signups

From the welcome page to the account: an address typed by hand, a password hashed by argon2id, a mail sent. An answer
that is no page, fewer sign-ups a minute than `LEAST` or a 95th centile of all answers above `MOST` is a failure: in the
calmest of a few turns, for what else the machine does weighs on them. It hardly does on the processor's time that a
sign-up takes, beside that of the hash of its password, which are told too.
"""

import http.client
import itertools
import multiprocessing
import os
import re
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import brotli

from tests.bench.mails import counting
from tests.bench.sharing import processor as processor_of
from tests.net.courier import HTMX
from tests.support.portal import Portal, running
from tests.support.walk import CONTACTS, IDENTITY, MANUAL
from wizard.services import passwords

SECONDS, WARM_UP, TURNS = 20.0, 5.0, 3
CALLERS, AT_ONCE = 2, 3
"""Processes, and people who sign up at once in each."""
LEAST, MOST = 1300, 0.2
SENT = 0.9
"""Of the mails of those who signed up, the share that left meanwhile: those of the last seconds leave later."""
_ACTION = re.compile(r'<form [^>]*action="(/inscription[^"]*)"')
_FIELD = re.compile(r"<input [^>]*>")
_ATTRIBUTE = re.compile(r'(type|name|value)="([^"]*)"')
_NOT_SENT = {"radio", "checkbox", "password", "submit"}


@dataclass(frozen=True)
class Turn:
    """How many signed up and were sent a mail, the 95th centile of their waits; the seconds of processor, and whose."""

    signed: int
    mailed: int
    p95: float
    faults: list[str]
    served: float
    called: float

    @property
    def rate(self) -> float:
        """How many a minute."""
        return 60 * self.signed / SECONDS


class Person:
    """Someone on a connection that stays; `waits` are the seconds that each answer took."""

    def __init__(self, port: int) -> None:
        self.port, self.waits = port, list[float]()
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, path: str, values: dict[str, Any] | None = None) -> str:
        """Send a form as HTMX does, or ask for a page; return the answer."""
        headers = {"Host": f"localhost:{self.port}", "Accept-Encoding": "br", "Sec-Fetch-Site": "same-origin"}
        if values is not None:
            headers |= HTMX | {"Content-Type": "application/x-www-form-urlencoded"}
        start = time.perf_counter()
        body = None if values is None else urlencode(values)
        self.connection.request("GET" if values is None else "POST", path, body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        self.waits.append(time.perf_counter() - start)
        assert answer.status == 200, (answer.status, path)
        return (brotli.decompress(content) if answer.headers["Content-Encoding"] == "br" else content).decode()

    def sign_up(self, mark: str) -> None:
        """Go from the welcome page to the one that says that a mail was sent."""
        page = self.ask("/inscription")
        own = {"email": f"parent{mark}@exemple.fr"}
        last = {"password": f"girafe nuage trombone {mark}", "sans_image": "1"}
        for values in ({}, IDENTITY, {"saisir": "1"}, MANUAL, CONTACTS | own, last):
            page = self._answer(page, values)
        assert "vos réponses sont enregistrées" in page, page

    def _answer(self, page: str, values: dict[str, Any]) -> str:
        action = _ACTION.search(page)
        assert action, page
        found = [dict(_ATTRIBUTE.findall(field)) for field in _FIELD.findall(page)]
        fields = {one["name"]: unescape(one.get("value", "")) for one in found if one.get("type") not in _NOT_SENT}
        return self.ask(unescape(action[1]), fields | values)


def keep_signing_up(port: int, begun: Any, counted: Any, over: Any, told: Any) -> None:
    """Sign up again and again, a few at once; tell how many did once counted, and what each answer took: a process."""
    people = [Person(port) for _person in range(AT_ONCE)]
    done, faults = itertools.count(), list[str]()

    def insist(person: Person, number: int) -> None:
        for turn in itertools.count():
            if over.is_set():
                return
            try:
                person.sign_up(f"{os.getpid()}x{number}x{turn}")
            except Exception as fault:
                faults.append(repr(fault)[:300])
                return
            if counted.is_set() and not over.is_set():
                next(done)

    threads = [threading.Thread(target=insist, args=(person, number)) for number, person in enumerate(people)]
    begun.wait()
    for thread in threads:
        thread.start()
    counted.wait()
    before = [len(person.waits) for person in people]
    for thread in threads:
        thread.join()
    waits = [wait for person, start in zip(people, before, strict=True) for wait in person.waits[start:]]
    told.put((next(done), waits, faults))


def taken(caller: Any) -> float:
    """Return the seconds of processor that a caller took."""
    return processor_of(caller.pid)


def processor(portal: Portal) -> float:
    """Return those that the processes of the portal took."""
    assert portal.process
    main = portal.process.pid
    children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
    return sum(processor_of(int(pid)) for pid in (main, *children))


def opening_day() -> Turn:
    """Have people sign up in a portal just begun, and count what they did once it was warm."""
    context = multiprocessing.get_context("spawn")
    begun, counted, over, told = context.Event(), context.Event(), context.Event(), context.Queue()
    with tempfile.TemporaryDirectory() as folder, counting() as mails:
        settings = {"PORTAIL_TRUSTED_NETWORKS": "127.0.0.0/8", "PORTAIL_SMTP_URL": mails.url}
        with running(Path(folder) / "town", settings) as portal:
            work = (portal.port, begun, counted, over, told)
            callers = [context.Process(target=keep_signing_up, args=work) for _caller in range(CALLERS)]
            for caller in callers:
                caller.start()
            time.sleep(3.0)  # they load what they are made of
            begun.set()
            time.sleep(WARM_UP)
            used, sent = (processor(portal), sum(map(taken, callers))), mails.taken
            counted.set()
            time.sleep(SECONDS)
            over.set()
            served, called = processor(portal) - used[0], sum(map(taken, callers)) - used[1]
            mailed = mails.taken - sent
            results = [told.get(timeout=60) for _caller in callers]
            for caller in callers:
                caller.join()
    return Turn(
        sum(count for count, _waits, _faults in results),
        mailed,
        statistics.quantiles([wait for _count, waits, _faults in results for wait in waits], n=20)[-1],
        [fault for _count, _waits, found in results for fault in found],
        served,
        called,
    )


def hashing() -> float:
    """Return the seconds of processor that the hash of a password takes here, nothing beside it."""
    times = []
    for _hash in range(21):
        start = time.process_time()
        passwords.hash_password("girafe nuage trombone")
        times.append(time.process_time() - start)
    return statistics.median(times)


def main() -> None:
    turns = []
    for _turn in range(TURNS):
        turns.append(turn := opening_day())
        hashed = hashing()
        print(
            f"{turn.rate:.0f} inscriptions entières par minute, {turn.mailed / turn.signed:.0%} des courriels partis, "
            f"{CALLERS * AT_ONCE} personnes à la fois, 95e centile "
            f"d'une réponse {1000 * turn.p95:.0f} ms, {len(turn.faults)} erreur(s) ; processeur de chacune : portail "
            f"{1000 * turn.served / turn.signed:.0f} ms, {turn.served / turn.signed / hashed:.1f} fois le hachage de "
            f"son mot de passe, qui s'inscrit {1000 * turn.called / turn.signed:.0f}"
        )
    calm = max(turns, key=lambda turn: turn.rate)
    faults = [fault for turn in turns for fault in turn.faults]
    if any(turn.mailed < SENT * turn.signed for turn in turns):
        sys.exit(f"courriels partis : {[turn.mailed for turn in turns]} pour {[turn.signed for turn in turns]}")
    if faults or calm.rate < LEAST or calm.p95 > MOST:
        sys.exit(f"moins de {LEAST} par minute, plus de {1000 * MOST:.0f} ms, ou une erreur : {faults[:1]}")


if __name__ == "__main__":
    main()
