"""Faults on the steps that keep something: nothing typed is lost, nothing is done twice.

    WALKS=17-18 pytest tests/net/test_faults.py

walks again with the faults of walk 17: they are a function of its number. `make faults` walks 56 times, through five
hundred faults; 42 walks in a row bring each step every fault there is. The 14 of every day bring nine in ten of them to
some step.
"""

import os
import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial

import pytest

from tests.net import weather
from tests.net.family_walk import FamilyWalk
from tests.net.faults import FaultyProxy
from tests.net.strikes import Fault
from tests.support.portal import Portal
from wizard.db import connect

FIRST, LAST = (int(number) for number in os.environ.get("WALKS", "0-14").split("-"))
AT_ONCE = 6
SUBJECTS = ("Mairie de Oudon – Création de votre espace personnel", "Mairie d'Oudon – Votre dossier est déposé")

# A copy too is shown the next step: whichever of the two answers the browser gets, it goes on.
LEADS_ON = re.compile(rb"HTTP/1\.1 200 .*\r\nHX-Push-Url: /", re.S | re.I)


def walk(number: int, portal: Portal) -> tuple[str, list[Fault]]:
    """Walk from the first step to the deposit; return the address signed up, and the faults met."""
    with FaultyProxy(portal.port) as proxy, closing(connect(portal.instance / "portail.db")) as db:
        family = FamilyWalk(portal, proxy, db, partial(weather.faults, number))
        try:
            family.walk()
            assert proxy.struck >= len(family.faults) >= len(family.sent)
            assert [copy for copy in proxy.answers_to_copies if not LEADS_ON.match(copy)] == []
        except BaseException as error:
            error.add_note(f"walk {number}, struck by {family.faults}")
            raise
    return family.email, family.faults


@pytest.mark.slow
def test_faults_lose_nothing_and_double_nothing(portal: Portal) -> None:
    with ThreadPoolExecutor(AT_ONCE) as parents:
        walked = dict(parents.map(lambda number: walk(number, portal), range(FIRST, LAST)))
    for email in walked:
        portal.mail_to(email, "déposé")
    time.sleep(1.5)  # a mail too many would leave within a second
    mails = Counter((str(mail["To"]), str(mail["Subject"])) for mail in portal.postman.taken if mail["To"] in walked)
    assert mails == Counter((email, subject) for email in walked for subject in SUBJECTS)
    struck = Counter((str(fault.kind), "up" if fault.upward else "down") for met in walked.values() for fault in met)
    print(f"{struck.total()} faults on {8 * len(walked)} forms: {dict(struck)}")
