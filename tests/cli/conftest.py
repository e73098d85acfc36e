"""An installation of its own for each test, reached as an administrator does: by commands and environment."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlite_utils import Database

from wizard.cli import main
from wizard.db import connect

TOWN = Path(__file__).parents[2] / "instance" / "town.toml"
Run = Callable[..., Result]


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "instance"
    folder.mkdir()
    (folder / "town.toml").write_bytes(TOWN.read_bytes())
    for name in ("PORTAIL_PUBLIC_URL", "PORTAIL_SMTP_URL", "PORTAIL_DATABASE", "PORTAIL_ADDRESSES", "PORTAIL_DEMO"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PORTAIL_INSTANCE", str(folder))
    return folder


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
