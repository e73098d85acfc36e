"""What holds families' data, or opens it, is for the portal's own account alone, whatever the umask."""

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from sqlite_utils import Database

from wizard import create_app, private_files
from wizard.addresses import demonstration_files
from wizard.db import connect

Run = Callable[..., Result]


@pytest.fixture(params=[0o022, 0o000, 0o277], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """Run under this umask."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    """Return who may do what with each file, but the town's settings."""
    return {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in folder.iterdir() if path.name != "town.toml"}


def test_every_file_is_private_from_its_creation_under_any_umask(run: Run, instance: Path, umask: int) -> None:
    assert run("migrate").exit_code == 0
    db = connect(instance / "portail.db")
    db.execute("INSERT INTO tombstones (deleted_at) VALUES ('2026-11-24T09:00:00+00:00')")
    assert run("addresses", "import", *demonstration_files()).exit_code == 0
    assert run("backup", instance / "nuit.db").exit_code == 0
    assert set(modes(instance)) == {
        "portail.db", "portail.db-wal", "portail.db-shm", "addresses.db", "secret.key", "nuit.db", "portail.db.saved",
        "nuit.db.documents", "documents.db", "documents.db-wal", "documents.db-shm",
    }  # fmt: skip
    assert set(modes(instance).values()) == {"0o600"}, modes(instance)
    db.close()


def test_what_a_restore_puts_in_place_and_aside_is_private(run: Run, db: Database, instance: Path) -> None:
    run("backup", instance / "nuit.db")
    (instance / "nuit.db").chmod(0o644)
    (instance / "portail.db").chmod(0o644)
    db.close()
    assert run("restore", instance / "nuit.db").exit_code == 0
    found = modes(instance)
    assert found.pop("nuit.db") == "0o644"
    assert [name for name in found if name.startswith("portail.db.avant-")]
    assert set(found.values()) == {"0o600"}, found


def test_the_database_is_never_readable_by_others_even_for_a_moment(instance: Path, umask: int) -> None:
    private_files.create(instance / "portail.db")
    assert modes(instance) == {"portail.db": "0o600"}
    with pytest.raises(FileExistsError):
        private_files.create(instance / "portail.db")


LAX = {"portail.db": 0o644, "portail.db-wal": 0o640, "portail.db-shm": 0o604, "portail.db.avant-20261124": 0o666,
       "addresses.db": 0o644, "secret.key": 0o620}  # fmt: skip


@pytest.fixture
def lax(run: Run, instance: Path) -> Iterator[Path]:
    """An installation of an earlier version, under the umask of most machines."""
    run("migrate")
    run("addresses", "import", *demonstration_files())
    (instance / "portail.db.avant-20261124").write_bytes(b"")
    db = connect(instance / "portail.db")
    db.execute("INSERT INTO tombstones (deleted_at) VALUES ('2026-11-24T09:00:00+00:00')")
    for name, mode in LAX.items():
        (instance / name).chmod(mode)
    yield instance
    db.close()


def test_migrate_closes_to_others_what_an_earlier_version_left_open(run: Run, lax: Path) -> None:
    assert run("migrate").exit_code == 0
    assert set(modes(lax).values()) == {"0o600"}, modes(lax)


def test_doctor_names_each_file_that_others_may_read_and_says_what_to_do(run: Run, lax: Path) -> None:
    (line,) = [line for line in run("doctor").output.splitlines() if "Fichiers" in line]
    assert line.startswith("À VOIR") and all(f"{lax / name}" in line for name in LAX)
    assert "chmod 600" in line and "migrate" in line and "town.toml" not in line
    for name in LAX:
        (lax / name).chmod(0o600)
    (line,) = [line for line in run("doctor").output.splitlines() if "Fichiers" in line]
    assert line.startswith("  ok  ")


def test_a_link_to_a_database_elsewhere_is_followed_and_others_left_alone(
    run: Run, instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    real, other = tmp_path / "elsewhere" / "families.db", tmp_path / "public.txt"
    connect(real).close()
    other.write_text("for all")
    real.chmod(0o644)
    other.chmod(0o644)
    (instance / "portail.db").symlink_to(real)
    (tmp_path / "elsewhere" / "families.db-public").symlink_to(other)
    assert run("migrate").exit_code == 0
    assert stat.S_IMODE(real.stat().st_mode) == 0o600 and stat.S_IMODE(other.stat().st_mode) == 0o644


def test_a_name_with_odd_characters_is_itself(tmp_path: Path) -> None:
    for name in ("a[b].db", "ab.db"):
        (tmp_path / name).write_bytes(b"")
        (tmp_path / name).chmod(0o644)
    private_files.tighten([tmp_path / "a[b].db"])
    assert modes(tmp_path) == {"a[b].db": "0o600", "ab.db": "0o644"}


def test_the_application_makes_its_database_private_too(instance: Path, umask: int) -> None:
    connect(create_app().config["PORTAIL"].database).close()
    assert modes(instance)["portail.db"] == "0o600"
