"""The server restarted, or killed, under parents who go on: a step once answered is never lost, nor done twice."""

import random
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from tests.net.family_walk import FamilyWalk
from tests.net.faults import FaultyProxy
from tests.net.killing import kill
from tests.support.portal import Portal
from wizard.db import connect

PARENTS, RESTARTS = 3, 6


def walk_until(over: threading.Event, portal: Portal) -> list[str]:
    """Walk from the first step to the deposit, again and again; return the addresses signed up."""
    walked = []
    with FaultyProxy(portal.port) as proxy, closing(connect(portal.instance / "portail.db")) as db:
        while not over.is_set():
            family = FamilyWalk(portal, proxy, db)
            family.walk()
            walked.append(family.email)
    return walked


@pytest.mark.slow
def test_a_server_stopped_or_killed_at_any_moment_loses_no_step(frail: Portal) -> None:
    over, rng = threading.Event(), random.Random(4)
    with ThreadPoolExecutor(PARENTS) as parents:
        walks = [parents.submit(walk_until, over, frail) for _ in range(PARENTS)]
        try:
            for number in range(RESTARTS):
                time.sleep(rng.uniform(0.3, 0.9))
                kill(frail) if number % 2 else frail.stop()
                frail.start()
        finally:
            over.set()
        walked = [email for walk in walks for email in walk.result()]
    assert len(walked) >= PARENTS
    letters = defaultdict(set)
    for email in walked:
        frail.mail_to(email, "déposé")
    for mail in frail.postman.taken:
        letters[mail["To"], mail["Subject"]].add(mail["Message-ID"])
    # Killed between the delivery and its note, the sender delivers again, under the same Message-ID.
    assert set(map(len, letters.values())) == {1}
    assert len(letters) == 2 * len(walked)
