"""An installation of its own for each test: town, database, addresses, and a client that reads what it gets."""

import gc
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlite_utils import Database

from tests.support.client import CheckedClient
from tests.support.outbox import KEY, unsealing
from tests.support.walk import sign_up
from wizard import clock, create_app
from wizard.addresses import demonstration_files, import_files
from wizard.db import close_connections, connect, transaction
from wizard.migrations import migrate
from wizard.services import passwords
from wizard.stores import accounts

pytest_plugins = ["tests.support.phones", "tests.support.tables"]

TOWN = Path(__file__).parents[1] / "instance" / "town.toml"
_REAL = passwords._hasher


def pytest_collection_finish() -> None:
    """Keep the tests themselves out of the garbage collector's way, as a server does with what it loaded.

    A pause of 100 ms to walk them would count as the time of whatever runs then.
    """
    gc.collect()
    gc.freeze()


class Compiled(BytecodeCache):
    """Templates, compiled once for all the portals that the tests make."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


Flask.jinja_options = {"bytecode_cache": Compiled()}


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


@pytest.fixture
def app(instance: Path, addresses: Path, migrated: Path) -> Iterator[Flask]:
    """The town's portal, over https as in production, its database migrated."""
    app = create_app(
        {
            "TESTING": True,
            "PORTAIL_INSTANCE": instance,
            "PORTAIL_ADDRESSES": addresses,
            "PORTAIL_PUBLIC_URL": "https://famille.oudon.example",
            "PORTAIL_SECRET_KEY": KEY,
            "PORTAIL_SMTP_URL": "smtp://127.0.0.1:9",
            "SERVER_NAME": None,
        }
    )
    app.test_client_class = CheckedClient
    shutil.copy(migrated, app.config["PORTAIL"].database)
    yield app
    close_connections()


@pytest.fixture
def db(app: Flask) -> Iterator[Database]:
    """A connection of the test's own to the portal's database."""
    database = connect(app.config["PORTAIL"].database)
    yield unsealing(database)
    database.close()


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


@pytest.fixture
def parent(client: CheckedClient, db: Database) -> CheckedClient:
    """The browser of a parent whose account is activated; nobody is signed in."""
    sign_up(client)
    with transaction(db):
        accounts.activate(db, 1, clock.now())
    return client
