"""Documents and the portal's own file, saved and restored as they are at one moment; what is amiss is told."""

import multiprocessing
import os
import shutil
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import Result
from flask import Flask
from sqlite_utils import Database

from tests.documents.conftest import NEXT_YEAR, YEAR, Home, a_home, converted
from wizard import clock, create_app
from wizard.db import close_connections, connect, get_documents, transaction
from wizard.migrations import documents as shape
from wizard.migrations import migrate
from wizard.services import backup
from wizard.services.documents import keeping, vault, year_keys
from wizard.settings import get_settings

Run = Callable[..., Result]


@pytest.fixture
def portal(instance: Path, db: Database) -> Iterator[Flask]:
    """The installation, with the documents' file beside."""
    portal = create_app()
    with portal.app_context():
        migrate(get_documents(), shape)
        yield portal
    close_connections()


@pytest.fixture
def home(portal: Flask, db: Database) -> Home:
    return a_home(db, "Martin", "+33612345678")


def keep(db: Database, home: Home, kind: str = "pai", text: str = "un document", year: str = YEAR) -> int:
    return keeping.keep(db, home.account, kind, home.child, year, converted(text), None)


def wrong(result: Result) -> list[str]:
    told = [line.removeprefix("À VOIR  ") for line in result.output.splitlines() if line.startswith("À VOIR")]
    return [line.removeprefix("Documents : ") for line in told if line.startswith("Documents")]


def test_the_documents_are_saved_and_restored_beside_the_portal(
    run: Run, db: Database, home: Home, instance: Path, tmp_path: Path
) -> None:
    kept = keep(db, home)
    saved = run("backup", tmp_path / "nuit.db")
    assert saved.exit_code == 0, saved.output
    assert not [path for path in tmp_path.glob("nuit.db*") if path.stat().st_mode & 0o077]
    replaced, other = keep(db, home, text="un autre"), keep(db, home, "assurance")
    assert run("backup", tmp_path / "nuit.db").exit_code == 0, "an earlier pair is replaced"
    assert run("backup", tmp_path / "jour.db").exit_code == 0
    keeping.remove(db, home.account, other)
    shutil.copy(tmp_path / "jour.db", tmp_path / "copie.db")
    shutil.copy(tmp_path / "jour.db.documents", tmp_path / "copie.db.documents")
    db.close()
    close_connections()

    result = run("restore", tmp_path / "copie.db")

    assert result.exit_code == 0, result.output
    assert len(list(instance.glob("*.avant-*"))) == 2
    with closing(sqlite3.connect(instance / "portail.db")) as restored:
        numbers = {number for (number,) in restored.execute("SELECT id FROM documents")}
    assert numbers == {replaced}, "what a parent deleted since is deleted again, its bytes too"
    with closing(sqlite3.connect(instance / "documents.db")) as restored:
        assert {number for (number,) in restored.execute("SELECT document FROM contents")} == {replaced}
    assert vault.content(replaced) == b"un autre" and kept != replaced
    assert wrong(run("doctor")) == []


def test_a_pair_saved_while_families_give_and_delete_refers_to_nothing_that_it_lacks(
    db: Database, home: Home, portal: Flask, tmp_path: Path
) -> None:
    over = threading.Event()
    failures: list[BaseException] = []

    def live(kind: str) -> None:
        with portal.app_context(), closing(connect(get_settings().database)) as own:
            try:
                while not over.is_set():
                    keep(own, home)
                    keeping.remove(own, home.account, keep(own, home, kind))
            except BaseException as error:
                failures.append(error)
            close_connections()

    keep(db, home)
    families = [threading.Thread(target=live, args=(kind,)) for kind in ("assurance", "domicile")]
    for family in families:
        family.start()
    try:
        for night in range(8):
            backup.backup(get_settings(), tmp_path / f"{night}.db")
    finally:
        over.set()
        for family in families:
            family.join()
    assert not failures
    for night in range(8):
        with closing(sqlite3.connect(tmp_path / f"{night}.db")) as saved:
            saved.execute("ATTACH ? AS vault", (str(tmp_path / f"{night}.db.documents"),))
            query = "SELECT count(*), count(document) FROM documents LEFT JOIN contents ON document = id AND page = 0"
            known, there = saved.execute(query + " WHERE kind = 'pai'").fetchone()
            assert known == there == 1, "the family had this document at every moment"
            known, there = saved.execute(query).fetchone()
            assert known == there


def test_a_year_whose_key_is_deleted_is_unreadable_in_every_old_backup(
    run: Run, db: Database, home: Home, tmp_path: Path
) -> None:
    kept, next_one = keep(db, home), keep(db, home, "assurance", year=NEXT_YEAR)
    vault.seal(home.child, YEAR, {"allergens": ["arachide"]})
    key = year_keys.key(YEAR)
    assert run("backup", tmp_path / "nuit.db").exit_code == 0
    saved = b"".join(path.read_bytes() for path in tmp_path.glob("nuit.db*"))
    assert key not in saved and b"arachide" not in saved and b"un document" not in saved
    with transaction(get_documents()):
        year_keys.forget({YEAR})
    db.close()
    close_connections()
    assert run("restore", tmp_path / "nuit.db").exit_code == 0
    for read in (lambda: vault.content(kept), lambda: vault.preview(kept, 1), lambda: vault.unseal(home.child, YEAR)):
        with pytest.raises(vault.Unreadable):
            read()
    assert vault.content(next_one) == b"un document"
    assert [one for one in wrong(run("doctor")) if f"la clé de {YEAR} n'est plus" in one]


def _killed_between(portal: Flask, home: Home) -> None:
    """Keep a document in a process that is killed when its bytes are there and its row is not."""
    put = vault.put

    def killed(*given: object) -> None:
        put(*given)  # type: ignore[arg-type]
        os.kill(os.getpid(), signal.SIGKILL)

    vault.put = killed  # type: ignore[assignment]
    with portal.app_context():
        keep(connect(get_settings().database), home)


def test_a_process_killed_between_bytes_and_row_leaves_nothing_that_the_portal_refers_to(
    run: Run, db: Database, home: Home, portal: Flask, hand: time_machine.Traveller
) -> None:
    kept = keep(db, home)
    close_connections()
    process = multiprocessing.get_context("fork").Process(target=_killed_between, args=(portal, home))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert vault.content(kept) and wrong(run("doctor")) == []
    hand.shift(timedelta(hours=25))
    assert wrong(run("doctor")) == ["1 ne sont à personne : « purge » les efface."]
    assert run("purge").exit_code == 0
    assert wrong(run("doctor")) == [] and vault.content(kept)


@pytest.fixture
def hand() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(clock.now(), tick=False) as hand:
        yield hand


def test_what_is_amiss_with_the_documents_is_told(
    run: Run, db: Database, home: Home, instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = keep(db, home)
    assert wrong(run("doctor")) == [] and "  ok    Documents : 1 gardé(s)" in run("doctor").output
    vault.drop(kept)
    assert wrong(run("doctor"))[0].startswith("1 n'ont plus leur contenu")
    db.execute("DELETE FROM documents")
    keep(db, home)
    (instance / "documents.key").chmod(0o644)
    assert str(instance / "documents.key") in run("doctor").output
    (instance / "documents.key").rename(instance / "perdue")
    assert wrong(run("doctor")) == ["PORTAIL_DOCUMENTS_KEY manque : aucun n'est lisible."]
    with pytest.raises(vault.Unreadable):
        keep(db, home, year=NEXT_YEAR)
    assert not (instance / "documents.key").exists(), "a key lost is not replaced by one that opens nothing"
    monkeypatch.setenv("PORTAIL_DOCUMENTS_KEY", "another key than the first")
    assert "attendent une autre clé" in wrong(run("doctor"))[0]
    monkeypatch.setenv("PORTAIL_DOCUMENTS_KEY_OLD", (instance / "perdue").read_text())
    assert wrong(run("doctor")) == [
        "des clés d'années sont chiffrées avec PORTAIL_DOCUMENTS_KEY_OLD : « secrets rotate »."
    ]
    (instance / "years.keys").write_text("{")
    assert "years.keys est abîmé" in wrong(run("doctor"))[0]
    (instance / "documents.db").write_bytes(b"nothing of a database " * 400)
    assert "est abîmé" in wrong(run("doctor"))[0]


def test_a_town_on_the_network_is_told_that_it_must_give_a_key_and_keeps_nothing_without(
    run: Run, db: Database, home: Home, instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAIL_PUBLIC_URL", "https://famille.oudon.example")
    monkeypatch.setenv("PORTAIL_SECRET_KEY", "a key for these tests")
    assert wrong(run("doctor")) == ["PORTAIL_DOCUMENTS_KEY manque : les parents ne peuvent rien envoyer."]
    with create_app().app_context(), pytest.raises(vault.Unreadable):
        keep(db, home)
    assert not (instance / "documents.key").exists() and not (instance / "years.keys").exists()
    monkeypatch.setenv("PORTAIL_DOCUMENTS_KEY", "court")
    assert "PORTAIL_DOCUMENTS_KEY : clé trop courte" in run("doctor").output
    monkeypatch.setenv("PORTAIL_DOCUMENTS_KEY", "a key for the documents of these tests")
    assert wrong(run("doctor")) == []


def test_the_key_of_the_documents_is_changed_by_the_command_that_changes_the_other(
    run: Run, db: Database, home: Home, instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = keep(db, home)
    monkeypatch.setenv("PORTAIL_DOCUMENTS_KEY", "another key than the first")
    refused = run("secrets", "rotate")
    assert refused.exit_code == 1 and f"Les documents de {YEAR} attendent une autre clé" in refused.output
    monkeypatch.setenv("PORTAIL_DOCUMENTS_KEY_OLD", (instance / "documents.key").read_text())
    assert "avec PORTAIL_DOCUMENTS_KEY : 1." in run("secrets", "rotate").output
    monkeypatch.delenv("PORTAIL_DOCUMENTS_KEY_OLD")
    assert run("secrets", "rotate").exit_code == 0 and wrong(run("doctor")) == []
    with create_app().app_context():
        assert vault.content(kept) == b"un document"


def test_the_documents_of_a_backup_replace_nothing_but_those_of_an_earlier_one(
    run: Run, db: Database, home: Home, instance: Path, tmp_path: Path
) -> None:
    keep(db, home)
    (tmp_path / "nuit.db.documents").write_text("mes notes")
    reasons = {
        tmp_path / "nuit.db": "n'est pas une sauvegarde",
        instance / "documents.db": "c'est la base du portail elle-même",
        instance / "years.keys": "c'est un fichier de réglages",
        instance / "documents.key": "c'est un fichier de réglages",
    }
    for target, reason in reasons.items():
        before = {path: path.read_bytes() for path in (tmp_path / "nuit.db.documents", *instance.glob("*.key*"))}
        result = run("backup", target)
        assert result.exit_code == 1 and reason in result.output, target
        assert before == {path: path.read_bytes() for path in before}
    assert not (tmp_path / "nuit.db").exists()


def test_a_copy_without_its_documents_is_restored_and_told(run: Run, db: Database, home: Home, tmp_path: Path) -> None:
    kept = keep(db, home)
    assert run("backup", tmp_path / "nuit.db").exit_code == 0
    (tmp_path / "nuit.db.documents").unlink()
    keeping.remove(db, home.account, kept)
    db.close()
    close_connections()
    result = run("restore", tmp_path / "nuit.db")
    assert result.exit_code == 0 and "nuit.db.documents n'est pas là" in result.output
