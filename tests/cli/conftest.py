"""An installation of its own for each test, reached as an administrator does: by commands and environment."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import dns.resolver
import pytest
from aiosmtpd.controller import Controller
from click.testing import CliRunner, Result
from sqlite_utils import Database

from tests.support.names import OF_A_GOOD_TOWN, NameServer, serving
from tests.support.ports import free_port
from tests.support.smtp import Postman
from wizard.addresses import demonstration_files
from wizard.cli import main
from wizard.commands import addresses, database
from wizard.db import connect
from wizard.services import checks
from wizard.services.checks import Finding
from wizard.settings import Settings

TOWN = Path(__file__).parents[2] / "instance" / "town.toml"
Run = Callable[..., Result]


@pytest.fixture(scope="session")
def _names() -> Iterator[NameServer]:
    with serving() as server:
        yield server


@pytest.fixture
def names(_names: NameServer, monkeypatch: pytest.MonkeyPatch) -> NameServer:
    """The DNS, in which the town has all that it should."""
    _names.zone = dict(OF_A_GOOD_TOWN)
    monkeypatch.setattr(dns.resolver, "default_resolver", _names.resolver())
    return _names


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where copies are put."""
    folder = tmp_path / "copies"
    folder.mkdir()
    return folder


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: NameServer) -> Path:
    folder = tmp_path / "instance"
    folder.mkdir()
    (folder / "town.toml").write_bytes(TOWN.read_bytes())
    for name in ("PORTAIL_PUBLIC_URL", "PORTAIL_SMTP_URL", "PORTAIL_DATABASE", "PORTAIL_ADDRESSES", "PORTAIL_DEMO"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PORTAIL_INSTANCE", str(folder))
    return folder


FOUND = Path(__file__).with_name("findings.txt").read_text("utf-8").splitlines()


@pytest.fixture(autouse=True)
def named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever `doctor` finds has its line in `findings.txt`: its name for programs, its words for people."""

    def examine(settings: Settings) -> Iterator[Finding]:
        for finding in checks.examine(settings):
            line = line_of(finding, settings.instance)
            assert line in FOUND, line
            yield finding

    monkeypatch.setattr(database, "examine", examine)


def line_of(finding: Finding, instance: Path) -> str:
    """Return what is said, without numbers, places, and what an error says."""
    said = f"{finding.level} {finding.name} | {finding.subject} : {finding.sentence}"
    said = re.sub(r"\([^()]*\)", "(…)", said.replace(str(instance), "/town").replace(str(instance.parent), "/other"))
    return re.sub(r"(/town/[\w.-]+)(, /town/[\w.-]+)*", "/town/…", re.sub(r"\d+", "0", said))


@pytest.fixture
def run(instance: Path) -> Run:
    """Run `portail-famille` with these arguments."""

    def run(*arguments: str | Path, **options: str) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments], **options)

    return run


@pytest.fixture
def db(instance: Path, migrated: Path) -> Iterator[Database]:
    shutil.copy(migrated, instance / "portail.db")
    db = connect(instance / "portail.db")
    yield db
    db.close()


@pytest.fixture
def postman() -> Postman:
    return Postman()


@pytest.fixture
def healthy(db: Database, postman: Postman, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """An installation that lacks nothing but addresses."""
    controller = Controller(postman, hostname="127.0.0.1", port=free_port())
    controller.start()
    monkeypatch.setenv("PORTAIL_SMTP_URL", f"smtp://127.0.0.1:{controller.port}")
    monkeypatch.setenv("PORTAIL_PUBLIC_URL", "https://famille.oudon.example")
    monkeypatch.setenv("PORTAIL_SECRET_KEY", "a key for these tests")
    yield db
    controller.stop()


@pytest.fixture(scope="session")
def addresses_of_the_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Addresses imported once, to be copied."""
    path = tmp_path_factory.mktemp("addresses") / "addresses.db"
    addresses.replace(path, demonstration_files())
    return path
