"""An installation of its own for each test: town, database, addresses, and a client that reads what it gets."""

import gc
import os
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from hypothesis import settings
from sqlite_utils import Database

from tests.security.actors import Cast, the_cast, the_same
from tests.support import made_once
from tests.support.client import VALID, CheckedClient
from tests.support.outbox import DOCUMENTS_KEY, KEY, unsealing
from tests.support.walk import PASSWORD, sign_up
from wizard import clock, create_app
from wizard import db as wizard_db
from wizard import settings as portal_settings
from wizard.addresses import demonstration_files, import_files
from wizard.db import close_connections, connect, transaction
from wizard.migrations import documents, migrate
from wizard.services import passwords
from wizard.stores import accounts

pytest_plugins = ["tests.support.phones", "tests.support.tables"]

TOWN = Path(__file__).parents[1] / "instance" / "town.toml"
_REAL = passwords._hasher

# How long an example takes is the machine's, busy with much else.
settings.register_profile("patient", settings(), deadline=None)
settings.load_profile("patient")

MEMORY = Path("/dev/shm")
# Each commit waits for the disk: where memory passes for one, and has room, the tests take a third of the time.
if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 2 << 30:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_configure(config: pytest.Config) -> None:
    """Keep the valid pages and the compiled templates in pytest's own cache, which its workers share."""
    if cache := getattr(config, "cache", None):
        VALID.folder = cache.mkdir("pages")
        made_once.COMPILED.folder = cache.mkdir("templates")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the inner loop try a single case of each table of them."""
    parser.addoption("--one-case", action="store_true", help="of each parametrized test, only its first case")


# What takes the longest, first what one worker takes whole: begun last, it would be alone at the end.
FIRST = ("deploy", "matrix", "towns", "walks", "faults", "serving", "net", "attack", "browser", "demo", "security")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """For `make test`, give each worker what shares a machine, a portal or a browser."""
    from tests.support.shares import Shares

    return Shares(config, log) if config.getoption("dist") == "loadscope" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes the longest; the rest stays in its random order."""
    if config.option.one_case:
        _keep_one_case(config, items)
    items.sort(key=lambda item: (_turn(item.path.parent.name), not item.get_closest_marker("slow")))


def _turn(folder: str) -> int:
    return FIRST.index(folder) if folder in FIRST else len(FIRST)


def _keep_one_case(config: pytest.Config, items: list[pytest.Item]) -> None:
    first: dict[str, pytest.Item] = {}
    for item in sorted(items, key=lambda item: item.nodeid):
        first.setdefault(item.nodeid.partition("[")[0], item)
    kept = set(first.values())
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = [item for item in items if item in kept]


def pytest_collection_finish() -> None:
    """Keep the tests themselves out of the garbage collector's way, as a server does with what it loaded.

    A pause of 100 ms to walk them would count as the time of whatever runs then.
    """
    gc.collect()
    gc.freeze()


made_once.share()


@pytest.fixture(scope="session", autouse=True)
def cheap_hashes() -> Iterator[None]:
    """Hash passwords at the least cost: 40 ms less each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="module")
def real_hashes(cheap_hashes: None) -> Iterator[None]:
    """Hash them at the cost of production, for the tests that look at it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", _REAL)
        yield


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database of today's shape, to copy: each migration runs once for all the tests."""
    path = tmp_path_factory.mktemp("migrated") / "portail.db"
    database = connect(path)
    migrate(database)
    database.close()
    return path


@pytest.fixture(scope="session")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty file of documents, to copy."""
    path = tmp_path_factory.mktemp("vault") / "documents.db"
    database = connect(path)
    migrate(database, documents)
    database.close()
    return path


@pytest.fixture(scope="session")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up addresses of the demonstration, imported once."""
    target = tmp_path_factory.mktemp("addresses") / "addresses.db"
    import_files(demonstration_files(), target)
    return target


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """A folder with the town's settings and nothing else."""
    folder = tmp_path / "instance"
    folder.mkdir()
    (folder / "town.toml").write_bytes(TOWN.read_bytes())
    return folder


def configured(instance: Path, addresses: Path) -> dict[str, object]:
    """What the town's portal is made with, over https as in production."""
    return {
        "TESTING": True,
        "PORTAIL_INSTANCE": instance,
        "PORTAIL_ADDRESSES": addresses,
        "PORTAIL_PUBLIC_URL": "https://famille.oudon.example",
        "PORTAIL_SECRET_KEY": KEY,
        "PORTAIL_DOCUMENTS_KEY": DOCUMENTS_KEY,
        "PORTAIL_SMTP_URL": "smtp://127.0.0.1:9",
        "SERVER_NAME": None,
    }


@pytest.fixture(scope="session")
def town_portal(tmp_path_factory: pytest.TempPathFactory, addresses: Path) -> Flask:
    """The town's portal, made once: to write down its routes takes 20 ms."""
    folder = tmp_path_factory.mktemp("portal")
    shutil.copy(TOWN, folder)
    app = create_app(configured(folder, addresses))
    app.test_client_class = CheckedClient
    return app


@pytest.fixture
def app(town_portal: Flask, instance: Path, addresses: Path, migrated: Path, vault: Path) -> Iterator[Flask]:
    """The town's portal in this test's own folder, its database migrated; what the test changes in it is put back."""
    config, extensions = dict(town_portal.config), dict(town_portal.extensions)
    environ = {name: str(value) for name, value in configured(instance, addresses).items()}
    town_portal.config["PORTAIL"] = portal_settings.load(environ)
    shutil.copy(migrated, town_portal.config["PORTAIL"].database)
    shutil.copy(vault, town_portal.config["PORTAIL"].documents.file)
    yield town_portal
    close_connections()
    for kept, before in ((town_portal.config, config), (town_portal.extensions, extensions)):
        kept.clear()
        kept.update(before)


@pytest.fixture
def own_portal(app: Flask, instance: Path, addresses: Path) -> Flask:
    """A portal of the test's own, in the same folder: it may get pages that the town's has not."""
    own = create_app(configured(instance, addresses))
    own.test_client_class = CheckedClient
    return own


@pytest.fixture
def db(app: Flask) -> Iterator[Database]:
    """A connection of the test's own to the portal's database."""
    database = connect(app.config["PORTAIL"].database)
    yield unsealing(database)
    database.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections opened from now on wait half a second for another's lock, not five."""
    monkeypatch.setattr(wizard_db, "_PATIENCE", 0.5)
    close_connections()


@pytest.fixture
def app_context(app: Flask) -> Iterator[None]:
    """For tests that call services; not for those that send requests, which would share what it remembers."""
    with app.app_context():
        yield


@pytest.fixture
def client(app: Flask) -> CheckedClient:
    """A browser without JavaScript, reaching the portal at its public address."""
    client = app.test_client()
    assert isinstance(client, CheckedClient)
    return client


@pytest.fixture(scope="session")
def with_an_account(town_portal: Flask, migrated: Path) -> sqlite3.Connection:
    """A database, to copy, in which a parent signed up and activated their account: walked once for all the tests."""
    path = town_portal.config["PORTAIL"].database
    shutil.copy(migrated, path)
    sign_up(town_portal.test_client())
    database = connect(path)
    with transaction(database):
        accounts.activate(database, 1, clock.now())
    copy = sqlite3.connect(":memory:")
    database.conn.backup(copy)
    database.close()
    close_connections()
    return copy


@pytest.fixture
def parent(client: CheckedClient, db: Database, with_an_account: sqlite3.Connection) -> CheckedClient:
    """The browser of a parent whose account is activated; nobody is signed in."""
    with_an_account.backup(db.conn)
    return client


@pytest.fixture(scope="session")
def password_hash() -> str:
    """One hash for everyone: each costs 40 ms."""
    return passwords.hash_password(PASSWORD)


@pytest.fixture(scope="session")
def casts() -> dict[datetime, tuple[sqlite3.Connection, Cast]]:
    """The databases that a cast came into, by the minute: sessions have an age."""
    return {}


@pytest.fixture
def cast(app: Flask, db: Database, password_hash: str, casts: dict[datetime, tuple[sqlite3.Connection, Cast]]) -> Cast:
    """A stranger, two parents and two agents, each in a browser of their own."""
    minute = clock.now().replace(second=0, microsecond=0)
    if minute in casts:
        copy, cast = casts[minute]
        copy.backup(db.conn)
        return the_same(app, cast)
    cast = the_cast(app, db, password_hash)
    copy = sqlite3.connect(":memory:")
    db.conn.backup(copy)
    casts[minute] = copy, the_same(app, cast)
    return cast
