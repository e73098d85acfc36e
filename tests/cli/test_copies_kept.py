"""What a copy of the night is worth: sound, on the disk, opened by each of those meant to, kept for its time."""

import os
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pyrage
import pytest
import time_machine
from click.testing import Result
from sqlite_utils import Database

from tests.support.disk import settled
from wizard.db import connect, transaction
from wizard.migrations import documents, migrate

Run = Callable[..., Result]


@pytest.fixture
def vault(db: Database, instance: Path) -> Path:
    """The documents beside the database, with one among them."""
    path = instance / "documents.db"
    with closing(connect(path)) as kept:
        migrate(kept, documents)
        with transaction(kept):
            row = {"document": 1, "page": 1, "year": "2026", "key": b"k", "sealed": os.urandom(300_000)}
            kept.table("contents").insert(row | {"kept_at": "2026-11-24T03:49:00+00:00"})
    return path


def a_key() -> tuple[pyrage.x25519.Identity, str]:
    private = pyrage.x25519.Identity.generate()
    return private, str(private.to_public())


def test_sealed_copies_go_as_the_others_do_and_a_link_that_bears_the_name_of_one_stays(
    run: Run, db: Database, folder: Path
) -> None:
    link = folder / "portail-2026-01-01T03-10-00Z.db"
    link.symlink_to(folder.parent / "someone's")
    for hour in (3, 12):
        with time_machine.travel(datetime(2026, 11, 24, hour, 10, tzinfo=UTC), tick=False):
            result = run("backup", "--into", folder, "--to", a_key()[1])
            assert result.exit_code == 0, result.output
    assert {path.name for path in folder.iterdir()} == {link.name, "portail-2026-11-24T12-10-00Z.db.age"}


def test_a_copy_sealed_for_two_is_opened_by_each(run: Run, db: Database, folder: Path) -> None:
    keys = [a_key(), a_key()]
    to = [word for _private, public in keys for word in ("--to", public)]
    assert run("backup", folder / "nuit.age", *to).exit_code == 0
    sealed = (folder / "nuit.age").read_bytes()
    opened = [pyrage.decrypt(sealed, [private]) for private, _public in keys]
    assert opened[0] == opened[1] and opened[0].startswith(b"SQLite format 3\0")


def test_a_database_whose_rows_lead_nowhere_is_not_sealed(run: Run, db: Database, folder: Path) -> None:
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("INSERT INTO household_members (household, person, role) VALUES (7, 7, 'child')")
    result = run("backup", folder / "nuit.age", "--to", a_key()[1])
    assert result.exit_code == 1 and "rien n'a été sauvegardé" in result.output and not list(folder.iterdir())


def test_a_portal_whose_documents_are_damaged_is_not_saved(run: Run, vault: Path, folder: Path) -> None:
    """SQLite copies their pages without a word."""
    with vault.open("r+b") as file:
        file.seek(100_000)
        file.write(os.urandom(40_960))
    result = run("backup", folder / "nuit.db")
    assert result.exit_code == 1 and "rien n'a été sauvegardé" in result.output and not list(folder.iterdir())


def test_a_copy_is_on_the_disk_before_it_bears_its_name(
    run: Run, vault: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = settled(monkeypatch)
    assert run("backup", folder / "nuit.db").exit_code == 0
    drafts = [str(folder / f".nuit.db{end}.{os.getpid()}.part") for end in (".documents", "")]
    assert done == [drafts[0], str(folder), drafts[1], str(folder)]
