"""A hundred people, then two hundred, sign in at the same moment to a running portal: who is served, and at what price.

.venv/bin/python -m tests.bench.signins
"""

import statistics
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.security.actors import a_parent
from tests.security.remote import Answered, RemoteClient
from tests.support.client import read
from tests.support.commands import SHARING_NOTHING
from tests.support.portal import Portal, running
from tests.support.walk import PASSWORD
from wizard.db import connect
from wizard.services import passwords

TIMES = 30


class Watch:
    """Looks at the portal while it works: the memory of its processes, the time another page takes."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.over = threading.Event()
        self.megabytes: list[float] = []
        self.waits: list[float] = []
        self.watcher = threading.Thread(target=self._watch)

    def __enter__(self) -> "Watch":
        self.watcher.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.over.set()
        self.watcher.join()

    def _watch(self) -> None:
        visitor = RemoteClient(self.portal.url)
        while not self.over.wait(0.02):
            start = time.perf_counter()
            assert visitor.get("/").status_code == 200
            self.waits.append(time.perf_counter() - start)
            self.megabytes.append(memory(self.portal))


def memory(portal: Portal) -> float:
    """Return the megabytes that all the processes of the portal hold, what they share counted once."""
    assert portal.process
    main = portal.process.pid
    children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
    lines = [line for pid in (main, *children) for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def parents(portal: Portal, count: int) -> list[tuple[RemoteClient, dict[str, str]]]:
    """Return so many browsers before the sign-in page of as many accounts, each at home, and what each will send."""
    db = connect(portal.instance / "portail.db")
    password_hash = passwords.hash_password(PASSWORD)
    ready = []
    for number in range(count):
        browser = RemoteClient(portal.url, f"198.51.{count % 256}.{number}")
        token = read(browser.get("/connexion")).select_one("[name=csrf_token]")  # type: ignore[arg-type]
        assert token is not None
        email = a_parent(db, f"Parent{number}", password_hash).account.email
        ready.append((browser, {"csrf_token": str(token["value"]), "username": email, "password": PASSWORD}))
    db.close()
    return ready


def at_once(portal: Portal, count: int) -> None:
    """Let so many parents sign in at the same moment, and print what came of it."""
    together = threading.Barrier(count)

    def sign_in(parent: tuple[RemoteClient, dict[str, str]]) -> tuple[float, Answered]:
        browser, form = parent
        together.wait()
        start = time.perf_counter()
        answer = browser.post("/connexion", form)
        return time.perf_counter() - start, answer

    before, ready = memory(portal), parents(portal, count)
    with ThreadPoolExecutor(count) as people, Watch(portal) as watch:
        start = time.perf_counter()
        answers = list(people.map(sign_in, ready))
        took = time.perf_counter() - start
    served = [wait for wait, answer in answers if answer.status_code == 303]
    refused = [answer for _wait, answer in answers if answer.status_code == 503]
    assert len(served) + len(refused) == count and all(int(answer.headers["Retry-After"]) > 0 for answer in refused)
    print(f"{count} connexions au même instant : {len(served)} servies, {len(refused)} priées de revenir (503)")
    print(f"  {len(served) / took:.0f} par seconde en {statistics.median(served):.2f} s, au plus {max(served):.2f} s")
    print(f"  pendant ce temps, l'accueil en {statistics.median(watch.waits):.2f} s, au plus {max(watch.waits):.2f} s")
    print(f"  mémoire de tous les processus : {before:.0f} Mo avant, {max(watch.megabytes):.0f} Mo au plus", flush=True)


def known_and_unknown(portal: Portal) -> None:
    """Print how long a known address takes over an unknown one: a wrong password, then a lost access."""
    ready = parents(portal, TIMES)

    def ask(path: str, number: int, **form: str) -> float:
        """Ask from a home of its own: one network may ask for thirty mails an hour."""
        parent, signing_in = ready[number]
        start = time.perf_counter()
        answer = parent.post(path, {"csrf_token": signing_in["csrf_token"], **form})
        assert answer.status_code in {200, 422}, answer.status_code
        return 1000 * (time.perf_counter() - start)

    wrong = {"password": "pas le bon du tout"}
    for path, field, rest in (("/connexion", "username", wrong), ("/acces-oublie", "email", {})):
        pairs = []
        for number, (_browser, form) in enumerate(ready):
            known, unknown = {field: form["username"]}, {field: f"inconnue{number}@exemple.fr"}
            # One first, then the other: what is asked second meets the mail of the first.
            if number % 2:
                pairs.append((ask(path, number, **known, **rest), ask(path, number, **unknown, **rest)))
            else:
                pairs.append((ask(path, number, **unknown, **rest), ask(path, number, **known, **rest))[::-1])
        one, other = (statistics.median(times) for times in zip(*pairs, strict=True))
        ratio = f"rapport {one / other:.2f}"
        print(f"{path} : {TIMES} adresses connues {one:.1f} ms, inconnues {other:.1f} ms, {ratio}")


def main() -> None:
    settings = {"PORTAIL_TRUSTED_PROXY": "127.0.0.1"}
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder) / "town", settings, inside=SHARING_NOTHING) as portal,
    ):
        for count in (100, 200):
            at_once(portal, count)
        known_and_unknown(portal)


if __name__ == "__main__":
    main()
