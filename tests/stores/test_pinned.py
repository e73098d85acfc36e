"""A database copied under way: its file, however it is read, and then its log make what is committed."""

import shutil
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from wizard.db import connect, transaction
from wizard.stores import database_file


def write(db: Database, numbers: range) -> None:
    for number in numbers:
        with transaction(db):
            db.execute("INSERT OR REPLACE INTO households VALUES (?, ?)", (number % 500, f"{number} " * 200))


@pytest.mark.parametrize("emptied", [True, False], ids=["from an empty log", "from a log half checkpointed"])
def test_what_is_written_and_checkpointed_while_the_file_is_copied_is_in_its_log(tmp_path: Path, emptied: bool) -> None:
    """Half of the file is read before it changes, half after: no page is lost, nor is one of two moments."""
    path, copy = tmp_path / "portail.db", tmp_path / "copy.db"
    with closing(connect(path)) as db:
        db.execute("CREATE TABLE households (id INTEGER PRIMARY KEY, words TEXT)")
        write(db, range(700))
        db.execute(f"PRAGMA wal_checkpoint({'TRUNCATE' if emptied else 'PASSIVE'})")
        if not emptied:
            write(db, range(700, 800))
        with path.open("rb", buffering=0) as file, database_file.pinned(path):
            half = file.read(path.stat().st_size // 8192 * 4096)
            write(db, range(300, 2000))
            db.execute("PRAGMA wal_checkpoint(PASSIVE)")
            write(db, range(100))
            copy.write_bytes(half + file.read())
            with database_file.still(path):
                shutil.copyfile(f"{path}-wal", f"{copy}-wal")
                assert database_file.rows(copy) == database_file.rows(path) == {"households": 500}
        database_file.check(copy)
        with closing(connect(copy)) as other:
            query = "SELECT id, words FROM households ORDER BY id"
            assert other.execute(query).fetchall() == db.execute(query).fetchall()
