"""An opening day: whole sign-ups, as HTMX sends them, as many as two cores take; who signs up is on the same two.

.venv/bin/python -m tests.bench.signups

From the welcome page to the account: an address typed by hand, a password hashed by argon2id, a mail sent. An answer
that is no page, fewer sign-ups a minute than `LEAST` or a 95th centile of all answers above `MOST` is a failure. What
else the machine does weighs on these, and hardly on the processor's time that a sign-up takes, which is told too.
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

SECONDS, WARM_UP = 30.0, 5.0
CALLERS, AT_ONCE = 2, 3
"""Processes, and people who sign up at once in each."""
LEAST, MOST = 1300, 0.2
_ACTION = re.compile(r'<form [^>]*action="(/inscription[^"]*)"')
_FIELD = re.compile(r"<input [^>]*>")
_ATTRIBUTE = re.compile(r'(type|name|value)="([^"]*)"')
_NOT_SENT = {"radio", "checkbox", "password", "submit"}


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


def main() -> None:
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
            used = processor(portal), sum(map(taken, callers))
            counted.set()
            time.sleep(SECONDS)
            over.set()
            served, called = processor(portal) - used[0], sum(map(taken, callers)) - used[1]
            results = [told.get(timeout=60) for _caller in callers]
            for caller in callers:
                caller.join()
    signed = sum(count for count, _waits, _faults in results)
    p95 = statistics.quantiles([wait for _count, waits, _faults in results for wait in waits], n=20)[-1]
    faults = [fault for _count, _waits, found in results for fault in found]
    rate, load = 60 * signed / SECONDS, os.getloadavg()[0]
    print(
        f"{rate:.0f} inscriptions entières par minute, {CALLERS * AT_ONCE} personnes à la fois, 95e centile d'une ",
        end="",
    )
    print(f"réponse {1000 * p95:.0f} ms, {len(faults)} erreur(s) ; {os.cpu_count()} cœurs, charge {load:.1f}")
    if signed:
        each = 1000 * served / signed, 1000 * called / signed
        print(f"processeur d'une inscription : portail {each[0]:.0f} ms, qui s'inscrit {each[1]:.0f}")
    if faults or rate < LEAST or p95 > MOST:
        sys.exit(f"moins de {LEAST} par minute, plus de {1000 * MOST:.0f} ms, ou une erreur : {faults[:1]}")


if __name__ == "__main__":
    main()
