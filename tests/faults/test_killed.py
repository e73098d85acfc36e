"""Processes killed, or stopped, at any moment under families who sign up."""

import http.client
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from tests.faults.crowd import KILLS, families
from tests.faults.processes import ROLES, Processes
from tests.support.portal import Portal
from tests.support.waiting import wait_for

STOPS = max(2, KILLS // 50)
HELD = 0.1
"""Seconds: a caller who says nothing for longer, once connected, was itself kept from it by a busy machine."""


@pytest.mark.slow
def test_no_process_killed_at_any_moment_loses_or_doubles_a_step_or_a_mail(portal: Portal) -> None:
    rng = random.Random(15)
    with families(portal) as crowd:
        processes = Processes(portal)
        for number in range(KILLS):
            time.sleep(rng.uniform(0.05, 0.5))
            processes.kill(ROLES[number % len(ROLES)])
        crowd.wait_for(4)
    count = crowd.count()
    print(f"\n{KILLS} kills: {count}")
    assert (count.lost, count.doubled, count.unsent, count.sent_twice) == (0, 0, 0, 0)


@pytest.mark.slow
def test_a_sender_killed_before_it_notes_that_a_mail_left_sends_it_again_as_the_same(portal: Portal) -> None:
    processes, killed = Processes(portal), threading.Event()

    def kill() -> None:
        if not killed.is_set():
            killed.set()
            processes.kill("mail")

    portal.postman.once_taken = kill
    with families(portal) as crowd:
        crowd.wait_for(4)
    count = crowd.count()
    print(f"\nsender killed before it notes: {count}")
    assert (count.lost, count.unsent, count.sent_twice, count.again) == (0, 0, 0, 1)


def ask_until(over: threading.Event, port: int, answered: list[int]) -> int:
    """Ask on a connection of its own each time, note each answer, and return how many of those begun had none."""
    cut = 0
    while not over.is_set():
        caller = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            caller.connect()
        except OSError:  # nobody listens: a proxy asks again
            time.sleep(0.01)
            continue
        connected = time.monotonic()
        with closing(caller):
            try:
                asked = time.monotonic()
                caller.request("GET", "/", headers={"Host": "localhost"})
                caller.getresponse().read()
                answered.append(port)
            except (OSError, http.client.HTTPException):
                cut += asked - connected < HELD
    return cut


@pytest.mark.slow
def test_a_portal_told_to_stop_cuts_no_request(portal: Portal) -> None:
    over, answered = threading.Event(), list[int]()
    with ThreadPoolExecutor(8) as pool:
        asking = [pool.submit(ask_until, over, portal.port, answered) for _caller in range(8)]
        try:
            for stop in range(STOPS):
                wait_for(lambda wanted=50 * (stop + 1): len(answered) >= wanted)
                portal.stop()
                portal.start()
        finally:
            over.set()
        cut = sum(one.result() for one in asking)
    print(f"\n{STOPS} stops: {len(answered)} requests answered, {cut} cut")
    assert cut == 0
