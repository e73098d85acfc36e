"""Backup while the portal serves, restore while it does not."""

import os
import secrets
import shutil
import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import time_machine
from click.testing import Result
from sqlite_utils import Database

from wizard.db import connect
from wizard.migrations import migrate

Run = Callable[..., Result]


def tombstones(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute("SELECT count(*) FROM tombstones").fetchone()[0])


def bury(db: Database) -> None:
    db.execute("INSERT INTO tombstones (deleted_at) VALUES ('2026-11-24T09:00:00+00:00')")


def test_a_backup_taken_while_serving_is_restored_whole(run: Run, db: Database, instance: Path, tmp_path: Path) -> None:
    bury(db)
    result = run("backup", tmp_path / "nuit.db")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "nuit.db").stat().st_mode & 0o077 == 0, "families' data is for its owner alone"
    bury(db)
    db.close()

    result = run("restore", tmp_path / "nuit.db")

    assert result.exit_code == 0, result.output
    assert tombstones(instance / "portail.db") == 1
    (aside,) = instance.glob("portail.db.avant-*")
    assert tombstones(aside) == 2 and aside.name in result.output
    assert not list(tmp_path.rglob("*.part"))


def test_a_restore_is_refused_while_a_process_has_the_database_open(
    run: Run, db: Database, instance: Path, tmp_path: Path
) -> None:
    run("backup", tmp_path / "nuit.db")
    bury(db)

    result = run("restore", tmp_path / "nuit.db")

    assert result.exit_code == 1 and "arrêtez-le d'abord" in result.output
    assert tombstones(instance / "portail.db") == 1
    bury(db)
    assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_restore_needs_no_former_database(run: Run, db: Database, instance: Path, tmp_path: Path) -> None:
    bury(db)
    run("backup", tmp_path / "nuit.db")
    db.close()
    (instance / "portail.db").unlink()
    result = run("restore", tmp_path / "nuit.db")
    assert result.exit_code == 0 and tombstones(instance / "portail.db") == 1


def test_a_restore_replaces_a_database_that_cannot_be_opened(
    run: Run, db: Database, instance: Path, tmp_path: Path
) -> None:
    bury(db)
    run("backup", tmp_path / "nuit.db")
    db.close()
    (instance / "portail.db").write_bytes(b"nothing of a database " * 400)
    (instance / "portail.db-wal").write_bytes(b"a log of another time")
    result = run("restore", tmp_path / "nuit.db")
    assert result.exit_code == 0, result.output
    assert tombstones(instance / "portail.db") == 1


def damage(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(8192)
        file.write(os.urandom(8192))


@pytest.mark.parametrize("content", [b"", b"not a database", None, "other"])
def test_what_is_no_sound_backup_is_refused_and_changes_nothing(
    run: Run, db: Database, instance: Path, tmp_path: Path, content: bytes | str | None
) -> None:
    bury(db)
    file = tmp_path / "nuit.db"
    if content is None:
        run("backup", file)
        damage(file)
    elif content == "other":
        with closing(sqlite3.connect(file)) as other:
            other.execute("CREATE TABLE recipes (name TEXT)")
    elif isinstance(content, bytes):
        file.write_bytes(content)
    db.close()

    result = run("restore", file)

    assert result.exit_code == 1 and "n'est pas une sauvegarde saine" in result.output
    assert tombstones(instance / "portail.db") == 1
    assert not list(instance.glob("*.part")) and not list(instance.glob("*.avant-*"))


def test_a_backup_of_a_later_version_is_refused(run: Run, db: Database, tmp_path: Path) -> None:
    later = connect(tmp_path / "later.db")
    migrate(later)
    later.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('portail', 'm0999_later', '')"
    )
    later.close()
    db.close()
    result = run("restore", tmp_path / "later.db")
    assert result.exit_code == 1 and "version plus récente du portail (m0999_later)" in result.output


def test_a_damaged_database_is_not_backed_up_over_a_good_backup(
    run: Run, db: Database, instance: Path, tmp_path: Path
) -> None:
    bury(db)
    run("backup", tmp_path / "nuit.db")
    db.close()
    damage(instance / "portail.db")
    result = run("backup", tmp_path / "nuit.db")
    assert result.exit_code == 1 and "rien n'a été sauvegardé" in result.output
    assert tombstones(tmp_path / "nuit.db") == 1


def test_a_database_whose_rows_lead_nowhere_is_not_backed_up(run: Run, db: Database, tmp_path: Path) -> None:
    """SQLite copies it without a word."""
    run("backup", tmp_path / "nuit.db")
    bury(db)
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("INSERT INTO household_members (household, person, role) VALUES (7, 7, 'child')")
    result = run("backup", tmp_path / "nuit.db")
    assert result.exit_code == 1 and "rien n'a été sauvegardé" in result.output
    assert tombstones(tmp_path / "nuit.db") == 0
    assert not list(tmp_path.rglob("*.part"))


def test_a_folder_that_is_not_there_is_named(run: Run, db: Database, tmp_path: Path) -> None:
    result = run("backup", tmp_path / "nowhere" / "nuit.db")
    assert result.exit_code == 1 and f"le dossier {tmp_path}/nowhere n'existe pas" in result.output


def test_nothing_to_back_up_is_a_failure(run: Run, instance: Path, tmp_path: Path) -> None:
    result = run("backup", tmp_path / "nuit.db")
    assert result.exit_code == 1 and not (tmp_path / "nuit.db").exists()


def everything(folder: Path) -> dict[str, bytes]:
    """What each file of a folder holds, but the memory that processes share, which they write as they read."""
    return {
        path.name: path.read_bytes() for path in folder.iterdir() if path.is_file() and not path.name.endswith("-shm")
    }


def linked(path: Path, to: Path) -> Path:
    path.symlink_to(to)
    return path


def piped(path: Path) -> Path:
    """Make what is no file: a pipe, which unlike a device harms no machine when the guard is out."""
    os.mkfifo(path)
    return path


def hard(path: Path, to: Path) -> Path:
    path.hardlink_to(to)
    return path


# What leads to a file that must stay, from the installation's folder and one beside it.
FORBIDDEN: dict[str, Callable[[Path, Path], Path]] = {
    "the database": lambda instance, _: instance / "portail.db",
    "its log": lambda instance, _: instance / "portail.db-wal",
    "its memory": lambda instance, _: instance / "portail.db-shm",
    "its journal, not there yet": lambda instance, _: instance / "portail.db-journal",
    "a relative path": lambda instance, _: Path(os.path.relpath(instance / "portail.db")),
    "a path with dots": lambda instance, other: other / ".." / "instance" / "portail.db",
    "the current folder": lambda instance, _: Path("/proc/self/cwd") / os.path.relpath(instance / "portail.db"),
    "the root": lambda instance, _: Path(f"/proc/self/root{instance}/portail.db"),
    "a link": lambda instance, other: linked(other / "nuit.db", instance / "portail.db"),
    "a link to a link": lambda instance, other: linked(
        other / "nuit.db", linked(other / "middle.db", instance / "portail.db")
    ),
    "a link to its folder": lambda instance, other: linked(other / "folder", instance) / "portail.db",
    "a link to its log": lambda instance, other: linked(other / "nuit.db", instance / "portail.db-wal"),
    "a link to its journal": lambda instance, other: linked(other / "nuit.db", instance / "portail.db-journal"),
    "a hard link": lambda instance, other: hard(other / "nuit.db", instance / "portail.db"),
    "a hard link to its log": lambda instance, other: hard(other / "nuit.db", instance / "portail.db-wal"),
    "the addresses, not there yet": lambda instance, _: instance / "addresses.db",
    "the settings": lambda instance, _: instance / "town.toml",
    "a link to the settings": lambda instance, other: linked(other / "nuit.db", instance / "town.toml"),
    "the secret key": lambda instance, _: instance / "secret.key",
    "a folder": lambda instance, _: instance,
    "a text": lambda instance, other: other / "notes.txt",
    "an empty file": lambda instance, other: other / "empty.db",
    "a database of something else": lambda instance, other: other / "recipes.db",
    "the database of another portal": lambda instance, other: other / "live.db",
    "a link to nothing, in a loop": lambda instance, other: linked(other / "loop.db", other / "loop.db"),
    "a socket": lambda instance, other: other / "socket",
    "a pipe": lambda instance, other: piped(other / "pipe"),
    "a folder that is not there": lambda instance, other: other / "nowhere" / "nuit.db",
    "a name whose log is still there": lambda instance, other: other / "torn.db",
}


@pytest.fixture
def other(tmp_path: Path, migrated: Path) -> Path:
    """A folder with files that are no backups."""
    folder = tmp_path / "other"
    folder.mkdir()
    (folder / "notes.txt").write_text("à garder")
    (folder / "empty.db").touch()
    (folder / "torn.db-journal").write_bytes(b"a log of another time")
    with closing(sqlite3.connect(folder / "recipes.db")) as recipes:
        recipes.execute("CREATE TABLE recipes (name TEXT)")
    shutil.copy(migrated, folder / "live.db")
    with closing(socket.socket(socket.AF_UNIX)) as listener:
        listener.bind(str(folder / "socket"))
    return folder


@pytest.mark.parametrize("lead", FORBIDDEN.values(), ids=FORBIDDEN)
def test_a_backup_replaces_nothing_but_an_earlier_backup(
    run: Run, db: Database, instance: Path, other: Path, lead: Callable[[Path, Path], Path]
) -> None:
    (instance / "secret.key").write_text(secrets.token_hex(32))
    bury(db)
    target = lead(instance, other)
    before = everything(instance), everything(other)

    result = run("backup", target)

    assert result.exit_code == 1 and "Rien n'a été écrit" in result.output and "vérifié" not in result.output
    assert (everything(instance), everything(other)) == before
    bury(db)
    assert tombstones(instance / "portail.db") == 2
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_backup_leaves_the_addresses_alone(
    run: Run, db: Database, instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere.db").write_bytes(b"addresses")
    monkeypatch.setenv("PORTAIL_ADDRESSES", str(tmp_path / "elsewhere.db"))
    (tmp_path / "nuit.db").symlink_to(tmp_path / "elsewhere.db")
    result = run("backup", tmp_path / "nuit.db")
    assert result.exit_code == 1 and "c'est la base des adresses" in result.output
    assert (tmp_path / "elsewhere.db").read_bytes() == b"addresses"


def test_a_backup_replaces_an_earlier_one_through_a_link_to_it(run: Run, db: Database, tmp_path: Path) -> None:
    run("backup", tmp_path / "nuit.db")
    (tmp_path / "last.db").symlink_to("nuit.db")
    bury(db)
    result = run("backup", tmp_path / "last.db")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "last.db").is_symlink() and tombstones(tmp_path / "nuit.db") == 1


def test_a_backup_that_is_being_read_is_left_alone(run: Run, db: Database, tmp_path: Path) -> None:
    run("backup", tmp_path / "nuit.db")
    before = (tmp_path / "nuit.db").read_bytes()
    with closing(sqlite3.connect(tmp_path / "nuit.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM tombstones").fetchall()
        result = run("backup", tmp_path / "nuit.db")
    assert result.exit_code == 1 and "un programme se sert" in result.output
    assert (tmp_path / "nuit.db").read_bytes() == before


@pytest.mark.parametrize(
    "name",
    [
        "the database",
        "its log",
        "a relative path",
        "the current folder",
        "a link",
        "a link to its folder",
        "a hard link",
    ],
)
def test_the_live_database_is_not_restored_onto_itself(
    run: Run, db: Database, instance: Path, other: Path, name: str
) -> None:
    bury(db)
    source = FORBIDDEN[name](instance, other)
    db.close()  # its log goes with it: only its name is left to refuse
    (instance / "portail.db-wal").touch()
    (instance / "secret.key").write_text(secrets.token_hex(32))
    before = everything(instance)
    result = run("restore", source)
    assert result.exit_code == 1 and "est la base du portail elle-même" in result.output
    assert everything(instance) == before and tombstones(instance / "portail.db") == 1


def test_a_restore_through_a_link_replaces_the_file_it_leads_to(
    run: Run, db: Database, instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("backup", tmp_path / "nuit.db")
    bury(db)
    db.close()
    (tmp_path / "link.db").symlink_to(instance / "portail.db")
    monkeypatch.setenv("PORTAIL_DATABASE", str(tmp_path / "link.db"))
    result = run("restore", tmp_path / "nuit.db")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "link.db").is_symlink() and tombstones(instance / "portail.db") == 0
    (aside,) = instance.glob("portail.db.avant-*")
    assert tombstones(aside) == 1


def test_what_was_put_aside_is_kept_however_often_one_restores(
    run: Run, db: Database, instance: Path, tmp_path: Path
) -> None:
    run("backup", tmp_path / "nuit.db")
    bury(db)
    db.close()
    with time_machine.travel("2026-11-24 09:00 +0000", tick=False):
        results = [run("restore", tmp_path / "nuit.db") for _time in range(3)]
    assert [result.exit_code for result in results] == [0, 0, 0], results[1].output
    assert sorted(tombstones(path) for path in instance.glob("portail.db.avant-*")) == [0, 0, 1]
