"""What a portal holds in memory once families signed up, sought addresses and typed passwords, over HTTP.

.venv/bin/python -m tests.bench.memory

With two web processes, as it is served, then with one. What they share is counted once. More than `MOST` megabytes is
a failure.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

from flask.testing import FlaskClient

from tests.bench.signins import memory
from tests.security.remote import RemoteClient
from tests.support.client import read
from tests.support.commands import SHARING_NOTHING
from tests.support.portal import Portal, running
from tests.support.walk import begin, go_on, submit
from wizard.addresses import demonstration_files
from wizard.commands import addresses

TRUSTING = {"PORTAIL_TRUSTED_NETWORKS": "127.0.0.0/8"}
MOST = {2: 150, 1: 100}
FAMILIES, AT_ONCE = 48, 8
# Seconds after which a process that nobody asks anything has given back what it used.
REST = 3.0
TYPED = "12 rue du Moulin Oudon"


def sign_up(portal: Portal, number: int) -> None:
    """Walk through the four steps as a parent does: an address typed letter by letter, a password judged twice."""
    browser = cast(FlaskClient, RemoteClient(portal.url))
    for length in range(4, len(TYPED) + 1):
        assert browser.get(f"/adresses?q={quote(TYPED[:length])}").status_code == 200
    page: Any = go_on(browser, begin(browser), "identifiants", f"parent{number}@exemple.fr")
    picture = read(page).select_one("img")
    assert picture is not None, page.text
    refused = submit(browser, page, password="azerty123456", sans_image="1")
    assert refused.status_code == 422
    made = submit(browser, page, password=f"girafe nuage trombone {number}", sans_image="1")
    assert made.status_code == 303, made.text


def measured(processes: int) -> Iterator[tuple[str, float]]:
    """Give the megabytes of a portal that just started, then of one that worked, then again."""
    options = ("--processes", str(processes))
    with tempfile.TemporaryDirectory() as folder:
        town = Path(folder) / "town"
        town.mkdir()
        addresses.replace(town / "addresses.db", demonstration_files())
        with running(town, TRUSTING, options=options, inside=SHARING_NOTHING) as portal:
            yield "au départ", memory(portal)
            for families in (range(FAMILIES), range(FAMILIES, 2 * FAMILIES)):
                with ThreadPoolExecutor(AT_ONCE) as people:
                    list(people.map(lambda number: sign_up(portal, number), families))
                time.sleep(REST)
                yield f"après {families.stop} inscriptions et leurs recherches", memory(portal)


def main() -> None:
    too_much = []
    for processes, limit in MOST.items():
        most = 0.0
        for when, megabytes in measured(processes):
            print(f"{processes} processus web, mémoire de tous, {when} : {megabytes:.0f} Mo", flush=True)
            most = max(most, megabytes)
        if most > limit:
            too_much.append(f"{processes} processus web : {most:.0f} Mo, plus que {limit}")
    sys.exit("\n".join(too_much) or None)


if __name__ == "__main__":
    main()
