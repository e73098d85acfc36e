"""The keys of the years: apart, made once, wrapped again, copied for a week, and gone for good."""

import threading
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlite_utils import Database

from tests.documents.conftest import NEXT_YEAR, YEAR, converted
from tests.support.logs import logged
from wizard.clock import now
from wizard.db import close_connections, get_documents, transaction
from wizard.services.documents import expiring, vault, year_keys
from wizard.services.sealing import State
from wizard.settings import get_settings

pytestmark = pytest.mark.usefixtures("app_context")
TODAY = date(2026, 11, 24)


def file() -> Path:
    return get_settings().documents.years


def given(app: Flask, key: str, old: str | None = None) -> None:
    """Let the portal be started with another key."""
    portal = app.config["PORTAIL"]
    app.config["PORTAIL"] = replace(portal, documents=replace(portal.documents, key=key, key_old=old))


def forget(*years: str) -> None:
    with transaction(get_documents()):
        year_keys.forget(set(years))


def test_without_the_key_of_its_year_nothing_opens_and_other_years_do() -> None:
    vault.put(7, YEAR, converted())
    vault.seal(3, YEAR, {"pai": ["oui"]})
    text = vault.seal_text(YEAR, "asthme")
    vault.put(8, NEXT_YEAR, converted())
    forget(YEAR)
    for read in (lambda: vault.content(7), lambda: vault.preview(7, 1), lambda: vault.unseal(3, YEAR),
                 lambda: vault.unseal_text(YEAR, text)):  # fmt: skip
        with pytest.raises(vault.Unreadable):
            read()
    assert vault.content(8)
    vault.put(9, YEAR, converted())  # a year that comes back has another key
    assert vault.content(9)
    with pytest.raises(vault.Unreadable):
        vault.content(7)


def test_the_file_is_private_holds_no_key_in_clear_and_is_in_neither_database() -> None:
    vault.put(7, YEAR, converted())
    assert file().stat().st_mode & 0o077 == 0
    assert list(year_keys.states()) == [YEAR]
    key = year_keys.key(YEAR)
    portal = get_settings()
    kept = (file(), portal.database, portal.documents.file, Path(f"{portal.documents.file}-wal"))
    assert not [path for path in kept if path.exists() and key in path.read_bytes()]


def test_several_who_need_a_new_year_at_once_make_one_key(app: Flask) -> None:
    failures: list[BaseException] = []
    sealed: list[tuple[str, str]] = []
    together = threading.Barrier(4)

    def write(document: int) -> None:
        with app.app_context():
            try:
                for first in range(2030, 2050):
                    year = f"{first}-{first + 1}"
                    get_documents()
                    together.wait()
                    sealed.append((year, vault.seal_text(year, "asthme")))
                vault.put(document, YEAR, converted())
            except BaseException as error:
                failures.append(error)
            finally:
                close_connections()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert {vault.unseal_text(year, text) for year, text in sealed} == {"asthme"} and len(sealed) == 80
    assert [vault.content(number) for number in range(1, 5)] == [b"un document"] * 4


def test_the_key_of_the_portal_changes_and_what_was_kept_opens(app: Flask) -> None:
    vault.put(7, YEAR, converted())
    old = get_settings().documents.key
    given(app, "another key, long enough")
    assert year_keys.states() == {YEAR: State.UNREADABLE}
    for write in (lambda: vault.content(7), lambda: vault.put(8, YEAR, converted())):
        with pytest.raises(vault.Unreadable):
            write()
    given(app, "another key, long enough", old)
    assert vault.content(7) and year_keys.states() == {YEAR: State.FORMER}
    with transaction(get_documents()):
        assert (year_keys.rewrap(), year_keys.rewrap()) == (1, 0)
    given(app, "another key, long enough")
    assert vault.content(7) == b"un document"


def test_without_a_key_nothing_is_kept(app: Flask) -> None:
    given(app, "")
    with pytest.raises(vault.Unreadable):
        vault.put(7, YEAR, converted())
    assert not file().exists()


def test_copies_lie_beside_for_seven_days() -> None:
    vault.put(7, YEAR, converted())
    for day in range(9):
        year_keys.keep_copies(TODAY + timedelta(days=day))
    copies = sorted(path.name for path in file().parent.glob("years.keys.*"))
    assert copies == [f"years.keys.{TODAY + timedelta(days=day)}" for day in range(2, 9)]
    assert all(path.stat().st_mode & 0o077 == 0 for path in file().parent.glob("years.keys*"))
    file().write_text("{damaged")
    with pytest.raises(vault.Unreadable):
        vault.content(7)
    (file().parent / copies[-1]).replace(file())
    assert vault.content(7)


def test_a_damaged_file_is_never_written_over(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    vault.put(7, YEAR, converted())
    for damaged in ("", "{", "[]", '{"2026-2027": 3}', '{"2026-2027": "é"}'):
        file().write_text(damaged)
        with pytest.raises(vault.Unreadable):
            vault.put(8, NEXT_YEAR, converted())
        expiring.purge(db, get_settings(), now())
        assert file().read_text() == damaged
    assert logged(caplog, expiring.__name__) == ["ERROR the keys of the years cannot be read: none was deleted"] * 5


def test_keys_are_written_under_the_lock_of_the_documents_alone() -> None:
    vault.seal_text(YEAR, "so that there is a key")
    with pytest.raises(RuntimeError):
        year_keys.forget({YEAR})
    assert YEAR in year_keys.states()
