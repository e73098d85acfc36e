"""Backup while the portal serves, restore while it does not."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
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


def test_a_folder_that_is_not_there_is_named(run: Run, db: Database, tmp_path: Path) -> None:
    result = run("backup", tmp_path / "nowhere" / "nuit.db")
    assert result.exit_code == 1 and result.output == f"Error: {tmp_path}/nowhere : ce dossier n'existe pas.\n"


def test_nothing_to_back_up_is_a_failure(run: Run, instance: Path, tmp_path: Path) -> None:
    result = run("backup", tmp_path / "nuit.db")
    assert result.exit_code == 1 and not (tmp_path / "nuit.db").exists()
