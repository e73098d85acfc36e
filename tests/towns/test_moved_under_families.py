"""A town moves from a machine to another while families sign up: what they were told, beside what is found there."""

import http.client
import re
import shlex
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from bs4 import BeautifulSoup

from tests.faults.crowd import FOUND
from tests.serving.served import Served
from tests.support.client import form_of, typed
from tests.support.commands import FROM_NOTHING
from tests.support.smtp import Postman
from tests.support.waiting import PATIENCE, wait_for
from tests.support.walk import CONTACTS, IDENTITY, MANUAL, PASSWORD
from tests.towns.machines import Machine, reached, two, why_not
from tests.towns.towns import Answer, Visitor, a_town
from wizard.db import connect
from wizard.stores import database_file

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.skipif(bool(why_not()), reason=why_not())]

PORT, MAIL = 8000, 2525
FAMILIES = 3
_LETTERS = str.maketrans("0123456789", "ghijklmnop")


@dataclass
class Parent(Visitor):
    """Who reaches the town where it is: a proxy asks the new machine when the old one says 503; then one asks again."""

    here: str = ""
    there: str = ""
    waits: list[float] = field(default_factory=list)

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        began = closed_at = time.monotonic()
        while time.monotonic() < began + PATIENCE:
            for address in (self.here, self.there):
                self.address = address
                try:
                    answer = super()._ask(method, path, body)
                except (OSError, http.client.HTTPException):
                    continue
                if answer.status_code not in {421, 503}:
                    if closed_at > began:
                        self.waits.append(time.monotonic() - began)
                    return answer
            closed_at = time.monotonic()
            time.sleep(0.02)
        raise AssertionError(f"{path} is served nowhere")

    def fill_in(self, page: Answer, **values: str) -> Answer:
        """Send the form of a page, and follow."""
        form = form_of(BeautifulSoup(page.text, "html.parser"))
        answer = self.post(str(form["action"]), typed(form) | values)
        return self.get(answer.location) if answer.status_code == 303 else answer

    def sign_up(self, name: str) -> None:
        page = self.get(self.post("/inscription").location)
        page = self.fill_in(page, **IDENTITY | {"birth_name": f"Le {name}"})
        page = self.fill_in(page, saisir="1")
        page = self.fill_in(page, **MANUAL)
        page = self.fill_in(page, **CONTACTS | {"email": f"{name}@exemple.fr"})
        page = self.fill_in(page, password=PASSWORD, sans_image="1")
        assert page.status_code == 200 and page.request.path.endswith("/confirmation"), page.text[:2000]


@dataclass
class Town:
    """The families who sign up, and what they were promised."""

    here: Machine
    there: Machine
    over: threading.Event = field(default_factory=threading.Event)
    promised: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def walk(self) -> None:
        while not self.over.is_set():
            parent = Parent(PORT, "oudon.example", here=self.here.address, there=self.there.address, waits=self.waits)
            name = uuid4().hex[:12].translate(_LETTERS)
            parent.sign_up(name)
            self.promised.append(f"{name}@exemple.fr")


@contextmanager
def postman(machine: Machine) -> Iterator[Postman]:
    """The server of mails of a machine."""
    taker = Postman()
    controller = Controller(taker, hostname="127.0.0.1", port=MAIL)
    with machine.threads(1) as thread:
        thread.submit(controller.start).result()
        yield taker
        thread.submit(controller.stop, no_assert=True).result()


@contextmanager
def serving(machine: Machine, folder: Path) -> Iterator[None]:
    options = ("--towns", str(folder), "--host", machine.address, "--port", str(PORT))
    served = Served(folder, {}, "serve", *options, inside=machine.inside)
    try:
        assert served.port
        yield
    finally:
        served.stop()


def test_a_town_moves_to_another_machine_and_loses_nothing_of_who_signs_up(tmp_path: Path) -> None:
    folders = tmp_path / "ici", tmp_path / "la-bas"
    smtp, trusted = f"smtp://127.0.0.1:{MAIL}", "10.77.0.0/24"
    a_town(folders[0], "oudon", PORTAIL_SMTP_URL=smtp, PORTAIL_TRUSTED_NETWORKS=trusted)
    a_town(folders[1], "ancenis")
    with ExitStack() as stack:
        machines = stack.enter_context(two())
        postmen = [stack.enter_context(postman(one)) for one in machines]
        for machine, folder in zip(machines, folders, strict=True):
            stack.enter_context(serving(machine, folder))
        (tmp_path / "ssh").mkdir()
        ssh = stack.enter_context(reached(machines[1], tmp_path / "ssh"))
        receive = shlex.join([*FROM_NOTHING, "--towns", str(folders[1]), "towns", "receive"])
        town = Town(*machines)
        people: ThreadPoolExecutor = stack.enter_context(machines[0].threads(FAMILIES))
        stack.callback(town.over.set)
        walks = [people.submit(town.walk) for _family in range(FAMILIES)]
        wait_for(lambda: len(town.promised) >= FAMILIES or any(walk.done() for walk in walks))
        move = [
            *FROM_NOTHING,
            "--towns",
            str(folders[0]),
            "towns",
            "move",
            "oudon",
            "--to",
            shlex.join([*ssh, receive]),
        ]
        done = subprocess.run(
            [*machines[0].inside, *move, "--at-most", "20"], capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        before = len(town.promised)
        wait_for(lambda: len(town.promised) >= before + 2 * FAMILIES or any(walk.done() for walk in walks))
        town.over.set()
        for walk in walks:
            walk.result()
        wanted = set(town.promised)
        wait_for(lambda: wanted <= {str(mail["To"]) for one in postmen for mail in one.taken})
        time.sleep(2)  # what would be sent twice
        letters = Counter(str(mail["To"]) for one in postmen for mail in one.taken)
        with closing(connect(folders[1] / "oudon" / "portail.db")) as db:
            found = Counter(row[0] for row in db.execute(FOUND, ("+33612345678", MANUAL["street"])).fetchall())
    for name, table in (("portail.db", database_file.PORTAL), ("documents.db", database_file.DOCUMENTS)):
        database_file.check(folders[1] / "oudon" / name, table)
    lost, doubled = wanted - set(found), [email for email, times in found.items() if times > 1]
    twice = [email for email, times in letters.items() if times > 1]
    closed, longest = re.search(r"fermée (\S+) s", done.stdout), max(town.waits, default=0)
    print(
        f"\n{len(wanted)} families acknowledged, {before} of them before the town had moved: {len(lost)} lost, "
        f"{len(doubled)} doubled; mails: {len(wanted - set(letters))} lost, {len(twice)} sent twice; closed "
        f"{closed and closed[1]} s, {len(town.waits)} requests sent again, the last after {longest:.2f} s"
    )
    assert (lost, doubled, twice) == (set(), [], [])
    assert all(map(len, (one.taken for one in postmen)))
