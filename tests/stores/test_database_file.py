"""A copy of the database that is made in memory, to be sealed: what would be written, and nothing is."""

import sqlite3
from contextlib import closing
from pathlib import Path
from time import monotonic

import pytest
from sqlite_utils import Database

from tests.support.families import a_family
from wizard.stores import database_file


def test_an_image_is_the_copy_that_would_be_written_and_no_file_is(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_family(db)
    source, copied, image = Path(db.execute("PRAGMA database_list").fetchone()[2]), tmp_path / "a.db", tmp_path / "b.db"
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    with database_file.read_both(source, None) as (reader,):
        database_file.copy_read(reader, copied)
        image.write_bytes(database_file.image_of(reader))
    database_file.check(image)
    assert [*Database(image).conn.iterdump()] == [*Database(copied).conn.iterdump()]
    assert image.read_bytes()[18:20] == copied.read_bytes()[18:20] == b"\1\1"
    assert database_file.rows(image)["people"] == 3
    assert not [*(tmp_path / "empty").iterdir()]


@pytest.mark.parametrize("suffix", ["-wal", "-shm", "-journal"])
def test_a_backup_with_a_log_beside_it_is_in_use_until_the_log_is_gone(tmp_path: Path, suffix: str) -> None:
    backup = tmp_path / "nuit.db"
    Database(backup).table("one").insert({"id": 1})
    assert not database_file.is_in_use(backup)
    log = tmp_path / f"nuit.db{suffix}"
    log.touch()
    assert database_file.is_in_use(backup)
    log.unlink()
    with closing(sqlite3.connect(backup)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = monotonic()
        assert database_file.is_in_use(backup) and monotonic() - began < 4, "nobody is waited for"
    assert not database_file.is_in_use(backup)
