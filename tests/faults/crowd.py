"""Families who sign up while the portal breaks: what they were told, beside what is found."""

import math
import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from uuid import uuid4

from sqlite_utils import Database

from tests.net.faults import FaultyProxy
from tests.net.persistence import Persistent
from tests.support.portal import Portal
from tests.support.waiting import PATIENCE
from tests.support.walk import CONTACTS, IDENTITY, MANUAL, PASSWORD
from wizard.db import connect, transaction

KILLS = int(os.environ.get("KILLS", "9"))
"""How often processes are killed; what else goes wrong does so in proportion."""
AT_ONCE = 4 if KILLS > 100 else 2
STEPS = 4
_LETTERS = str.maketrans("0123456789", "ghijklmnop")

# A family as it typed it: one account, one parent, one address.
FOUND = """
SELECT accounts.email FROM accounts JOIN people ON people.id = accounts.person
    JOIN addresses ON addresses.person = people.id
WHERE 'Le ' || accounts.email = people.birth_name || '@exemple.fr' AND people.mobile = ? AND addresses.street = ?
"""
_WAITING = "SELECT count(*) FROM outbox WHERE sent_at IS NULL AND failed_at IS NULL"
_DUE = "UPDATE outbox SET due_at = created_at, leased_until = NULL WHERE sent_at IS NULL AND failed_at IS NULL"


@dataclass(frozen=True)
class Count:
    """Steps answered « suivant » by the portal and mails that it promised: found, lost, there twice."""

    acknowledged: int
    lost: int
    doubled: int
    promised: int
    unsent: int
    sent_twice: int
    again: int
    """Delivered once more under the same Message-ID: the sender died before it could note that it was taken."""

    def __str__(self) -> str:
        return (
            f"steps: {self.acknowledged} acknowledged, {self.acknowledged - self.lost} found, {self.lost} lost, "
            f"{self.doubled} doubled; mails: {self.promised} promised, {self.unsent} lost, {self.sent_twice} doubled, "
            f"{self.again} delivered again under the same identifier"
        )


@dataclass
class Crowd:
    """Families who walk one after the other, several at once, until told; `promised` are their addresses."""

    portal: Portal
    over: threading.Event = field(default_factory=threading.Event)
    promised: list[str] = field(default_factory=list)
    walks: list[Future[None]] = field(default_factory=list)

    def walk(self) -> None:
        """Sign up family after family."""
        with FaultyProxy(self.portal.port) as proxy:
            while not self.over.is_set():
                parent = Persistent(proxy)
                name = uuid4().hex[:12].translate(_LETTERS)
                self._sign_up(parent, name)
                parent.hang_up()
                self.promised.append(f"{name}@exemple.fr")

    def _sign_up(self, parent: Persistent, name: str) -> None:
        page = parent.send("/inscription", {})
        page = parent.send(*parent.courier.fill_in(page, **IDENTITY | {"birth_name": f"Le {name}"}))
        page = parent.send(*parent.courier.fill_in(page, saisir="1"))
        page = parent.send(*parent.courier.fill_in(page, **MANUAL))
        page = parent.send(*parent.courier.fill_in(page, **CONTACTS | {"email": f"{name}@exemple.fr"}))
        page = parent.send(*parent.courier.fill_in(page, password=PASSWORD, sans_image="1"))
        assert str(page.headers["HX-Push-Url"]).endswith("/confirmation"), page.text[:2000]

    def wait_for(self, more: int) -> None:
        """Wait until so many families more were served."""
        wanted, deadline = len(self.promised) + more, time.monotonic() + 2 * PATIENCE
        while len(self.promised) < wanted:
            assert not any(walk.done() for walk in self.walks), [walk.result() for walk in self.walks if walk.done()]
            assert time.monotonic() < deadline, f"{len(self.promised)} of {wanted} families were served"
            time.sleep(0.05)

    def count(self, refused: int = 0) -> Count:
        """Compare what they were told with what is there, once the mails left; `refused` are those that never will."""
        wanted = set(self.promised)
        with closing(connect(self.portal.instance / "portail.db")) as db:
            self._wait_for_mails(db)
            found = Counter(row[0] for row in db.execute(FOUND, ("+33612345678", MANUAL["street"])).fetchall())
        copies, letters = self.portal.postman.copies, self._delivered(wanted)
        return Count(
            acknowledged=STEPS * len(self.promised),
            lost=STEPS * len(wanted - set(found)),
            doubled=STEPS * sum(times - 1 for email, times in found.items() if email in wanted),
            promised=len(wanted),
            unsent=len(wanted) - refused - len(letters),
            sent_twice=sum(len(ids) - 1 for ids in letters.values()),
            again=sum(copies[one] - 1 for ids in letters.values() for one in ids),
        )

    def _wait_for_mails(self, db: Database) -> None:
        """Wait until no mail waits, or none has left for a while: beyond a thousand an hour, many still do at the end.

        One that was taken, and whose taker hung up, waits to be sent again.
        """
        fewest, deadline = math.inf, time.monotonic() + PATIENCE
        while (waiting := db.execute(_WAITING).fetchone()[0]) and time.monotonic() < deadline:
            if waiting < fewest:
                fewest, deadline = waiting, time.monotonic() + PATIENCE
            with transaction(db):
                db.execute(_DUE)
            time.sleep(0.5)

    def _delivered(self, wanted: set[str]) -> dict[str, set[str]]:
        """Return the identifiers of the mails that each of them has."""
        letters: dict[str, set[str]] = {}
        for mail in list(self.portal.postman.taken):
            if mail["To"] in wanted:
                letters.setdefault(str(mail["To"]), set()).add(str(mail["Message-ID"]))
        return letters


@contextmanager
def families(portal: Portal, at_once: int = AT_ONCE) -> Iterator[Crowd]:
    """Have families sign up for the time of the block; each ends the walk that it began."""
    crowd = Crowd(portal)
    with ThreadPoolExecutor(at_once) as pool:
        crowd.walks = [pool.submit(crowd.walk) for _parent in range(at_once)]
        try:
            yield crowd
        finally:
            crowd.over.set()
        for walk in crowd.walks:
            walk.result()
