"""Documents on a bad network and a server that is killed: nothing acknowledged is lost, nothing is made twice.

The short forms; `make bench-uploads` has the long ones, with their figures.
"""

import http.client
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest

from tests.net.faults import FaultyProxy
from tests.net.killing import kill, kill_those_who_answer
from tests.net.sender import FIRST, LARGEST, YEAR, Sender
from tests.net.strikes import Fault, Kind, Place
from tests.support.photos import a_photo
from tests.support.portal import Portal
from tests.support.waiting import PATIENCE
from tests.walks.town import Town, open_town

KILLS, PHONES = 5, 3
FILES = 600_000


@contextmanager
def phones(town: Town, port: int, many: int) -> Iterator[list[Sender]]:
    """Parents signed in, each about to send for a child."""
    senders = []
    for _ in range(many):
        dossier, email = town.a_family(accepted=True)
        child = dossier.lines[1].person
        sender = Sender(port, email, child, town.document_page(child, YEAR))
        sender.largest = FIRST
        sender.sign_in()
        senders.append(sender)
    try:
        yield senders
    finally:
        for sender in senders:
            sender.hang_up()


def send_until(over: threading.Event, sender: Sender, seed: int, size: int) -> list[tuple[str, bytes]]:
    """Send file after file; return where each is."""
    rng, done = random.Random(seed), []
    while not over.is_set():
        content = rng.randbytes(size)
        done.append((sender.send(content, page=1 + len(done) % 10), content))
    return done


def kills(portal: Portal, town: Town, times: int, size: int = FILES) -> int:
    """Kill a portal while phones send; return how many files arrived, every part that was acknowledged there."""
    over, rng = threading.Event(), random.Random(14)
    with phones(town, portal.port, PHONES) as senders, ThreadPoolExecutor(PHONES) as pool:
        sending = [pool.submit(send_until, over, sender, seed, size) for seed, sender in enumerate(senders)]
        try:
            for number in range(times):
                time.sleep(rng.uniform(0.1, 0.8))
                if number % 10:
                    kill_those_who_answer(portal)
                else:
                    kill(portal)
                    portal.start()
                assert not any(one.done() for one in sending), [one.result() for one in sending if one.done()]
        finally:
            over.set()
        return sum(len(one.result()) for one in sending)


@pytest.mark.slow
def test_a_server_killed_at_any_moment_loses_no_part_that_it_acknowledged(frail: Portal) -> None:
    with open_town(frail) as town:
        assert kills(frail, town, KILLS) >= PHONES


FAULTS = [
    Fault(kind, Place(part, share), upward)  # type: ignore[arg-type]
    for kind, upward in ((Kind.CUT, True), (Kind.CUT, False), (Kind.LATE, True), (Kind.DUPLICATE, True))
    for part, share in (("head", 1), ("body", 0.5))
]


@pytest.mark.slow
def test_a_part_cut_late_or_doubled_is_there_once(portal: Portal) -> None:
    with open_town(portal) as town, FaultyProxy(portal.port) as proxy, phones(town, portal.port, 1) as (sender,):
        sender.hang_up()
        sender.port = proxy.port
        for number, fault in enumerate(FAULTS):
            content = random.Random(number).randbytes(100_000)
            path, offset = sender.begin(content)
            sender.hang_up()
            proxy.plan, sender.patience = [fault], 0.5
            with suppress(OSError, http.client.HTTPException):
                sender.patch(path, content, offset, 32768)
            sender.hang_up()
            proxy.settle()
            sender.patience = PATIENCE
            assert sender.offset(path) in {0, 32768}, fault
            assert sender.send(content) == path, fault
            assert sender.offset(path) == len(content), fault


@pytest.mark.slow
def test_a_photo_sent_through_cuts_makes_one_document(portal: Portal) -> None:
    with open_town(portal) as town, FaultyProxy(portal.port) as proxy, phones(town, portal.port, 1) as (sender,):
        sender.hang_up()
        sender.port = proxy.port
        photo = a_photo((2400, 1800))
        sender.send(photo[:200_000])
        assert proxy.connections == 1  # a part costs no handshake
        sender.hang_up()
        proxy.plan, sender.sent = [Fault(Kind.CUT, 20_000 * cut) for cut in range(1, 4)], 0
        path = sender.send(photo)
        assert proxy.struck == 3
        assert sender.sent <= len(photo) + 3 * LARGEST
        assert [sender.finish(path), sender.finish(path)] == [303, 303]
        with town.database() as db:
            query = "SELECT count(*) FROM documents WHERE child = ?"
            assert db.execute(query, (sender.child,)).fetchone() == (1,)
