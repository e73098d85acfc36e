"""Copies of each night in a folder, sealed for who holds a key elsewhere."""

import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pyrage
import pytest
import time_machine
from click.testing import Result
from sqlite_utils import Database

from wizard.db import connect
from wizard.migrations import documents, migrate

Run = Callable[..., Result]
NAME = "Kervarrec"
# What is called at each event that Python tells of: a hook of its audit is never taken away.
_looks: list[Callable[[str, tuple[object, ...]], None]] = []


def _tell(event: str, arguments: tuple[object, ...]) -> None:
    for look in _looks:
        look(event, arguments)


sys.addaudithook(_tell)


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    """The file of a private key, as age-keygen writes it."""
    key = pyrage.x25519.Identity.generate()
    file = tmp_path / "identity.txt"
    file.write_text(f"# public key: {key.to_public()}\n{key}\n")
    return file


@pytest.fixture
def public(identity: Path) -> str:
    return identity.read_text().split()[3]


def remember(db: Database, name: str) -> None:
    db.execute("INSERT INTO people (birth_name, given_name, created_at) VALUES (?, 'Loïc', '')", [name])


def names(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return [name for (name,) in db.execute("SELECT birth_name FROM people ORDER BY id")]


def test_a_copy_goes_into_the_folder_and_those_that_no_longer_serve_leave_it(
    run: Run, db: Database, folder: Path
) -> None:
    (folder / "portail-2026-01-01.db").write_text("a copy with a name of someone's own")
    with closing(connect(folder.parent / "instance" / "documents.db")) as vault:
        migrate(vault, documents)
    with time_machine.travel("2026-11-02 03:10 +0000", tick=False) as clock:
        for _night in range(20):
            result = run("backup", "--into", folder)
            assert result.exit_code == 0, result.output
            clock.shift(86400)
    found = sorted(path.name for path in folder.iterdir())
    days = [name[16:18] for name in found if name.startswith("portail-2026-11-") and name.endswith("Z.db")]
    assert days == ["08", "15", "16", "17", "18", "19", "20", "21"]
    assert [f"{name}.documents" for name in found if name.endswith("Z.db")] == [
        name for name in found if name.endswith(".documents")
    ]
    assert "portail-2026-01-01.db" in found
    assert {path.stat().st_mode & 0o777 for path in folder.glob("*Z.db*")} == {0o600}
    assert "2026-11-14T03-10-00Z.db : effacé" in result.output


def test_a_copy_that_fails_deletes_none(run: Run, db: Database, folder: Path) -> None:
    with time_machine.travel("2026-01-01 03:10 +0000", tick=False):
        assert run("backup", "--into", folder).exit_code == 0
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("INSERT INTO household_members (household, person, role) VALUES (7, 7, 'child')")
    result = run("backup", "--into", folder)
    assert result.exit_code == 1 and "rien n'a été sauvegardé" in result.output
    assert [path.name for path in folder.iterdir()] == ["portail-2026-01-01T03-10-00Z.db"]


@pytest.mark.parametrize("arguments", [[], ["nuit.db", "--into", "copies"]])
def test_a_copy_goes_to_one_place(run: Run, db: Database, arguments: list[str]) -> None:
    result = run("backup", *arguments)
    assert result.exit_code == 2 and "Donnez FICHIER, ou --into DOSSIER." in result.output


def test_a_sealed_copy_says_nothing_and_is_restored_by_its_key(
    run: Run, db: Database, instance: Path, folder: Path, identity: Path, public: str
) -> None:
    remember(db, NAME)
    result = run("backup", "--into", folder, "--to", public)
    assert result.exit_code == 0, result.output
    (copy,) = folder.glob("*.db.age")
    assert copy.stat().st_mode & 0o777 == 0o600 and copy.name in result.output
    assert NAME.encode() in (instance / "portail.db-wal").read_bytes()
    assert not any(NAME.encode() in file.read_bytes() for file in folder.iterdir())
    remember(db, "Martin")
    db.close()

    result = run("restore", copy, "--identity", identity)

    assert result.exit_code == 0, result.output
    assert names(instance / "portail.db") == [NAME]
    assert not list(instance.glob("*.part"))


def test_no_clear_copy_is_ever_written_of_what_is_sealed(run: Run, db: Database, folder: Path, public: str) -> None:
    """Each file is looked at when it is put in place, emptied or erased, which is when it holds the most."""
    remember(db, NAME)
    written: list[tuple[str, bytes]] = []

    def look(event: str, arguments: tuple[object, ...]) -> None:
        ended = event in {"os.remove", "os.rename"} or (event, arguments[1:2]) == ("open", ("w",))
        if ended and str(arguments[0]).startswith(str(folder)):
            written.append((str(arguments[0]), Path(str(arguments[0])).read_bytes()))

    _looks.append(look)
    try:
        assert run("backup", "--into", folder, "--to", public).exit_code == 0
        assert run("backup", folder / "clear.db").exit_code == 0
    finally:
        _looks.clear()
    clear = {name for name, content in written if NAME.encode() in content}
    assert len(written) >= 3 and clear and all("clear.db" in name for name in clear)


def test_without_its_key_a_sealed_copy_restores_nothing(
    run: Run, db: Database, instance: Path, folder: Path, tmp_path: Path, public: str
) -> None:
    remember(db, NAME)
    assert run("backup", folder / "nuit.age", "--to", public).exit_code == 0
    other = tmp_path / "other.txt"
    other.write_text(str(pyrage.x25519.Identity.generate()))
    (tmp_path / "poem.txt").write_text("la loire monte jusqu'aux saules\n")
    db.close()
    for options, sentence in (
        ([], "donnez sa clé privée avec --identity"),
        (["--identity", other], "donnez sa clé privée avec --identity"),
        (["--identity", tmp_path / "poem.txt"], "--identity attend un fichier d'« age-keygen »"),
        (["--identity", tmp_path / "nowhere.txt"], "nowhere.txt : ce fichier n'existe pas"),
    ):
        result = run("restore", folder / "nuit.age", *options)
        assert result.exit_code == 1 and sentence in result.output, result.output
        assert "saules" not in result.output
    assert names(instance / "portail.db") == [NAME] and not list(instance.glob("*.part"))


def test_a_sealed_file_that_holds_no_copy_restores_nothing(
    run: Run, db: Database, instance: Path, tmp_path: Path, identity: Path, public: str
) -> None:
    db.close()
    poem = pyrage.encrypt(b"la loire monte jusqu'aux saules", [pyrage.x25519.Recipient.from_str(public)])
    (tmp_path / "poem.age").write_bytes(poem)
    (tmp_path / "torn.age").write_bytes(poem[:-4])
    for name, sentence in (("poem.age", "n'est pas une sauvegarde saine"), ("torn.age", "sa fin manque")):
        result = run("restore", tmp_path / name, "--identity", identity)
        assert result.exit_code == 1 and sentence in result.output, result.output
    assert not list(instance.glob("*.avant-*"))


def test_a_sealed_copy_replaces_nothing(run: Run, db: Database, folder: Path, public: str) -> None:
    target = folder / "nuit.db"
    assert run("backup", target).exit_code == 0
    before = target.read_bytes()
    result = run("backup", target, "--to", public)
    assert result.exit_code == 1 and "n'en remplace aucun" in result.output and target.read_bytes() == before


@pytest.mark.parametrize("key", ["", "age1", "clé", "AGE-SECRET-KEY-1"])
def test_a_key_that_is_none_is_refused_and_nothing_written(run: Run, db: Database, folder: Path, key: str) -> None:
    result = run("backup", "--into", folder, "--to", key)
    assert result.exit_code == 1 and "--to attend une clé publique" in result.output
    assert list(folder.iterdir()) == []
