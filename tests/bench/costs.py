"""What a hostile form costs the processor, against an honest one sent to the same page, in the same run.

    .venv/bin/python -m tests.bench.costs

From a network without limits: what is measured is the work that one form makes, not how many are let through. Honest
and hostile forms alternate, so that what else the machine does weighs on both; the time is that of the processor.
Fails when a hostile form costs more than twice the honest one.
"""

import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_plus, urlencode

from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database

from tests.security.actors import a_parent, a_signup, an_entourage, csrf_of
from tests.support.walk import CHILD, CONTACTS, IDENTITY, PASSWORD
from wizard import create_app
from wizard.addresses import demonstration_files, import_files
from wizard.db import connect, get_db
from wizard.migrations import migrate
from wizard.services import passwords

HERE = Path(__file__).parent

ROUNDS, MOST, FULL = 15, 2.0, 60_000
ACCENTS = "e" + "\u0316\u0301" * 5000
PASSWORDS = ("4@31!05$7" * 14, "1234567890" * 12, "az3rty1@" * 16, "1a05i313a0l$aa457$07700a1@$7451$", "122" * 40)
Form = dict[str, str]
Made = Callable[[], tuple[str, bytes]]


def body(form: Form) -> bytes:
    return urlencode(form).encode()


def fat(form: Form, name: str) -> Iterator[tuple[str, bytes]]:
    """Give the form with 60 KB more in one field, each in its way."""
    honest = body(form)
    room = FULL - len(honest)
    yield "many values", honest + f"&{name}=x".encode() * (room // (len(name) + 3))
    yield "many fields", honest + b"".join(b"&%d=x" % number for number in range(7500))
    yield "one long text", body(form | {name: "x" * room})
    yield "long text, accents", body(form | {name: "é" * (room // 6)})
    yield "long text, marks", honest + b"&" + f"{name}={quote_plus(ACCENTS)}".encode()[:room]
    yield "no UTF-8", body(form) + f"&{name}=".encode() + b"%ff" * (room // 3)
    yield "nothing", honest + b"&" * room


@dataclass
class Page:
    """A page, what a person sends to it, and what others do; `path` gives one that nobody sent to before."""

    name: str
    path: Callable[[], str]
    honest: bytes
    hostile: list[tuple[str, bytes]]


class Bench:
    """The portal in this process, and someone who sends it forms."""

    def __init__(self, app: Flask, db: Database) -> None:
        self.app, self.db, self.client = app, db, app.test_client()
        self.account = a_parent(db, "Kervarrec", passwords.hash_password(PASSWORD)).account
        self.numbers = itertools.count()
        self.csrf = csrf_of(self.client.get("/acces-oublie"))  # type: ignore[arg-type]

    def pages(self) -> Iterator[Page]:
        credentials = {"username": "nouvelle@exemple.fr", "password": PASSWORD, "security_icon": "0", "shown": "0"}
        worst = [(f"password {text[:9]}", body(credentials | {"password": text})) for text in PASSWORDS]
        address = {"address_query": "12 rue de la loire oudon", "address_id": ""}
        child = CHILD | {"entry": "0000000a"}
        for slug, form, name in (
            ("identite", IDENTITY, "birth_name"),
            ("adresse", address, "address_query"),
            ("contacts", CONTACTS, "email"),
        ):
            yield Page(slug, self.step(slug), body(form), list(fat(form, name)))
        yield Page(
            "identifiants", self.step("identifiants"), body(credentials), [*fat(credentials, "username"), *worst]
        )
        yield Page("force", self.step("force"), body(credentials), [*fat(credentials, "username"), *worst])
        yield Page("membre", self.person, body(child), list(fat(child, "birth_name")))
        signing = {"csrf_token": self.csrf, "username": "personneNUMBER@exemple.fr", "password": PASSWORD}
        yield Page("connexion", lambda: "/connexion", body(signing), list(fat(signing, "username")))
        lost = {"csrf_token": self.csrf, "email": "personneNUMBER@exemple.fr"}
        yield Page("acces-oublie", lambda: "/acces-oublie", body(lost), list(fat(lost, "email")))

    def step(self, slug: str) -> Callable[[], str]:
        return lambda: f"/inscription/{a_signup(self.db)}/{slug}"

    def person(self) -> str:
        return f"/entourage/{an_entourage(self.db, self.account.id)}/etape-1/membre"

    def cost(self, path: str, form: bytes) -> float:
        """Return the milliseconds of processor that a form takes; as HTMX sends it, the page comes at once."""
        number = next(self.numbers)
        # From a network, and about an account, of their own: some limits are those of an account.
        caller = {"REMOTE_ADDR": f"127.1.{number >> 8 & 255}.{number & 255}"}
        form, headers = form.replace(b"NUMBER", b"%d" % number), {"HX-Request": "true"}
        kind = "application/x-www-form-urlencoded"
        start = time.process_time()
        answer = self.client.post(path, data=form, content_type=kind, headers=headers, environ_base=caller)
        took = time.process_time() - start
        assert answer.status_code in {200, 303, 422}, (path, answer.status_code, form[:200])
        return 1000 * took

    def compare(self, page: Page) -> bool:
        """Print what each form costs; return whether all are within bounds."""
        kinds = {"": page.honest, **dict(page.hostile)}
        costs: dict[str, list[float]] = {kind: [] for kind in kinds}
        for number in range(ROUNDS + 1):
            for kind, form in kinds.items():
                cost = self.cost(page.path(), form)
                if number:
                    costs[kind].append(cost)
        honest = statistics.median(costs.pop(""))
        print(f"{page.name}: {honest:.1f} ms for an honest form")
        ratios = {kind: statistics.median(values) / honest for kind, values in costs.items()}
        for kind, ratio in ratios.items():
            print(f"    {kind:22} × {ratio:.2f}{'' if ratio <= MOST else '   TOO MUCH'}", flush=True)
        return max(ratios.values()) <= MOST


@contextmanager
def bench(folder: Path) -> Iterator[Bench]:
    """Give a portal that limits nobody, with the demonstration's addresses."""
    import_files(demonstration_files(), folder / "addresses.db")
    (folder / "town.toml").write_bytes((HERE.parents[1] / "instance" / "town.toml").read_bytes())
    app = create_app(
        {
            "PORTAIL_INSTANCE": folder,
            "PORTAIL_ADDRESSES": folder / "addresses.db",
            "PORTAIL_PUBLIC_URL": "http://localhost",
            "PORTAIL_TRUSTED_NETWORKS": "127.0.0.0/8",
        }
    )
    app.test_client_class = FlaskClient
    with app.app_context():
        migrate(get_db())
    db = connect(app.config["PORTAIL"].database)
    yield Bench(app, db)
    db.close()


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, bench(Path(folder)) as run:
        within = [run.compare(page) for page in run.pages()]
    return 0 if all(within) else 1


if __name__ == "__main__":
    sys.exit(main())
