"""The portal in processes of its own, as an administrator runs it, with the mailbox of its parents beside it."""

import os
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

from aiosmtpd.controller import Controller

from tests.support.commands import ROOT, Begun, begin
from tests.support.outbox import due_now
from tests.support.ports import free_port
from tests.support.smtp import Postman
from tests.support.waiting import PATIENCE
from wizard.db import connect


class Portal:
    """A running portal; `port` may be reached as localhost and as 127.0.0.1, two sites for a browser.

    `inside` is what begins it.
    """

    def __init__(self, instance: Path, settings: Mapping[str, str], *options: str, inside: Sequence[str] = ()) -> None:
        self.instance = instance
        self.inside = inside
        self.options = options
        self.port = free_port()
        self.postman = Postman()
        self.mail_port = free_port()
        self.mailbox: Controller | None = None
        self.settings = {
            "PORTAIL_INSTANCE": str(instance),
            "PORTAIL_PUBLIC_URL": f"http://localhost:{self.port}",
            "PORTAIL_SMTP_URL": f"smtp://127.0.0.1:{self.mail_port}",
            "PORTAIL_SECRET_KEY": "the key of the tests, long enough",
            "PORTAIL_DOCUMENTS_KEY": "another key of the tests, long enough",
            **settings,
        }
        self.log = instance / "server.log"
        self.process: Begun | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def other_site(self) -> str:
        """The same portal under the name that makes it another site."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        with self.log.open("ab") as log:
            environ = {**os.environ, **self.settings}
            command = "serve", "--port", str(self.port), *self.options
            self.process = begin(*command, environ=environ, log=log, inside=self.inside)
        self.wait()

    def wait(self) -> None:
        """Wait until the server answers."""
        assert self.process
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the portal does not start:\n{self.log.read_text()}")
            time.sleep(0.1)

    def open_mailbox(self) -> None:
        """Take mails from now on."""
        self.mailbox = Controller(self.postman, hostname="127.0.0.1", port=self.mail_port)
        self.mailbox.start()

    def close_mailbox(self) -> None:
        """Take no mail any more: nobody listens."""
        if self.mailbox is not None:
            self.mailbox.stop(no_assert=True)
            self.mailbox = None

    def stop(self) -> None:
        """Stop the server as a supervisor does."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(PATIENCE)
            self.process = None

    def mail_to(self, recipient: str, subject: str = "") -> EmailMessage:
        """Return the latest mail to `recipient`, once it is there; none that is held is waited for."""
        db = connect(self.instance / "portail.db")
        due_now(db)
        db.close()
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            mails = list(self.postman.taken)
            found = [m for m in mails if recipient in str(m["To"]) and subject in str(m["Subject"])]
            if found:
                return found[-1]
            time.sleep(0.05)
        raise AssertionError(f"no mail to {recipient}; there are {[(m['To'], m['Subject']) for m in mails]}")

    def _answers(self) -> bool:
        host = urlsplit(self.settings["PORTAIL_PUBLIC_URL"]).netloc
        try:
            health = urllib.request.Request(f"{self.other_site}/healthz", headers={"Host": host})
            with urllib.request.urlopen(health, timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


@contextmanager
def running(
    instance: Path,
    settings: Mapping[str, str],
    site: str = "https://www.oudon.example",
    options: Sequence[str] = (),
    inside: Sequence[str] = (),
) -> Iterator[Portal]:
    """Run a portal, its town copied from the demonstration's, which `site` may embed.

    `options` are those of `serve`, `inside` what begins it.
    It asks families to confirm, and for certificates of insurance and of domicile.
    """
    instance.mkdir(exist_ok=True)
    town = (ROOT / "instance" / "town.toml").read_text(encoding="utf-8").replace("https://www.oudon.example", site)
    for setting in ("from", "assurance", "domicile"):
        town = town.replace(f"# {setting} = ", f"{setting} = ")
    (instance / "town.toml").write_text(town, encoding="utf-8")
    portal = Portal(instance, settings, *options, inside=inside)
    portal.open_mailbox()
    try:
        portal.start()
        yield portal
    finally:
        portal.stop()
        portal.close_mailbox()
