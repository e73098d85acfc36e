"""Which file a backup may write: a new one or an earlier backup, and nothing else that the portal or anyone needs."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from time import monotonic

import pytest
from flask import Flask

from wizard.services.replacing import BadTarget, documents_beside, targets_of
from wizard.settings import Settings, get_settings

Made = Callable[[Path], object]
ITSELF, ADDRESSES = "c'est la base du portail elle-même", "c'est la base des adresses"
SETTINGS, OTHER = "c'est un fichier de réglages du portail", "ce fichier existe et n'est pas une sauvegarde du portail"
LOG = "un journal de base est resté à côté (-wal, -shm, -journal) : il abîmerait la copie"
REFUSED: dict[str, tuple[Made, str]] = {
    "portail.db": (Path.touch, ITSELF),
    "portail.db-wal": (Path.touch, ITSELF),
    "portail.db-shm": (lambda path: None, ITSELF),
    "documents.db": (Path.touch, ITSELF),
    "documents.db-journal": (lambda path: None, ITSELF),
    "addresses.db": (Path.touch, ADDRESSES),
    "addresses.db-wal": (lambda path: None, ADDRESSES),
    "town.toml": (Path.touch, SETTINGS),
    "secret.key": (lambda path: None, SETTINGS),
    "documents.key": (lambda path: None, SETTINGS),
    "years.db": (Path.touch, SETTINGS),
    "logo.png": (Path.touch, SETTINGS),
    "link to the portal": (lambda path: path.symlink_to("portail.db"), ITSELF),
    "link to nothing": (lambda path: path.symlink_to("secret.key"), SETTINGS),
    "other name of the addresses": (lambda path: path.hardlink_to(path.with_name("addresses.db")), ADDRESSES),
    "folder": (Path.mkdir, "c'est un dossier"),
    "letter.txt": (lambda path: path.write_text("Bonjour"), OTHER),
    "other.db": (lambda path: a_database(path, "CREATE TABLE letters (id)"), OTHER),
    "copy.db": (lambda path: path.with_name("copy.db-wal").touch(), LOG),
    "copy 2.db": (lambda path: path.with_name("copy 2.db-journal").touch(), LOG),
    "documents beside.db": (lambda path: documents_beside(path).mkdir(), "c'est un dossier"),
    "absent/copy.db": (lambda path: None, "le dossier {instance}/absent n'existe pas"),
}


def a_database(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.executescript(script)


@pytest.fixture
def settings(app: Flask, tmp_path: Path) -> Settings:
    """An installation in one folder, with a logo."""
    folder = tmp_path / "everything"
    folder.mkdir()
    known = get_settings(app)
    for name in ("portail.db", "documents.db", "addresses.db", "town.toml", "years.db", "logo.png"):
        (folder / name).touch()
    return replace(
        known,
        instance=folder,
        database=folder / "portail.db",
        addresses=folder / "addresses.db",
        documents=replace(known.documents, file=folder / "documents.db", years=folder / "years.db"),
        town=replace(known.town, logo=folder / "logo.png"),
    )


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_no_backup_is_not_written_over(settings: Settings, name: str) -> None:
    made, why = REFUSED[name]
    path = settings.instance / name
    if not path.exists():
        made(path)
    with pytest.raises(BadTarget) as refusal:
        targets_of(path, settings)
    assert str(refusal.value) == why.format(instance=settings.instance)


def test_a_new_file_is_written_with_its_documents_beside_it_where_a_link_leads(settings: Settings) -> None:
    copy, link = settings.instance / "copy.db", settings.instance / "last.db"
    assert targets_of(copy, settings) == (copy, settings.instance / "copy.db.documents")
    link.symlink_to(settings.instance / "elsewhere.db")
    assert documents_beside(link) == settings.instance / "elsewhere.db.documents"
    without = replace(settings, town=replace(settings.town, logo=None))
    assert targets_of(copy, without) == targets_of(copy, settings, sealed=True)


def test_a_sealed_copy_takes_no_other_s_place(settings: Settings, migrated: Path) -> None:
    copy = settings.instance / "copy.db"
    with closing(sqlite3.connect(migrated)) as known, closing(sqlite3.connect(copy)) as db:
        known.backup(db)
        db.execute("PRAGMA journal_mode = DELETE")
    assert targets_of(copy, settings)[0] == copy
    with pytest.raises(BadTarget, match="ce fichier existe, et une copie chiffrée n'en remplace aucun"):
        targets_of(copy, settings, sealed=True)
    for lock in ("IMMEDIATE", "EXCLUSIVE"):
        with closing(sqlite3.connect(copy, isolation_level=None)) as db:
            db.execute(f"BEGIN {lock}")
            began = monotonic()
            with pytest.raises(BadTarget, match="un programme se sert de ce fichier"):
                targets_of(copy, settings)
            assert monotonic() - began < 4, "nobody is waited for"
