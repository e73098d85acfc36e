"""A database that cannot be written for a while: told as such, nothing typed lost, nothing done twice."""

import logging
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database

from tests.support.client import HTMX, ORIGIN, CheckedClient, errors, follow, form_of, read, submit, typed
from tests.support.walk import IDENTITY, PASSWORD, begin, reach
from wizard import clock
from wizard.db import close_connections, get_db, transaction, trouble_of
from wizard.web.errors import _form

READ_ONLY = ("PRAGMA query_only = ON", "PRAGMA query_only = OFF")
FULL = ("PRAGMA max_page_count = 1", "PRAGMA max_page_count = 4294967294")
HOLD = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in (*sys.argv[2:], "BEGIN IMMEDIATE"):
    db.execute(statement)
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held(database: Path, *first: str) -> Iterator[None]:
    """Have another process hold the write lock for the time of the block, after these statements."""
    command = [sys.executable, "-c", HOLD, str(database), *first]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdout.readline() == b"held\n"
        try:
            yield
        finally:
            process.communicate()


@pytest.fixture
def database(app: Flask) -> Path:
    return Path(app.config["PORTAIL"].database)


@contextmanager
def refusing(app: Flask, pragma: str, back: str) -> Iterator[None]:
    """Have the portal's own connection refuse to write, as SQLite does on a full or read-only disk."""
    with app.app_context():
        get_db().execute(pragma)
    try:
        yield
    finally:
        with app.app_context():
            get_db().execute(back)


def answers(db: Database) -> int:
    return int(db.execute("SELECT count(*) FROM draft_answers").fetchone()[0])


@pytest.mark.usefixtures("impatient")
def test_a_step_sent_while_another_process_writes_is_sent_again_by_a_button(
    client: CheckedClient, db: Database, database: Path
) -> None:
    page, before = begin(client), answers(db)
    with held(database):
        refused = submit(client, page, **IDENTITY)
    assert refused.status_code == 503 and refused.headers["Retry-After"] == "5" and "Refresh" not in refused.headers
    assert "Rien de ce que vous avez saisi n'est perdu" in refused.text
    assert answers(db) == before
    sent = typed(form_of(read(page))) | {name: [value] for name, value in IDENTITY.items()}
    assert typed(form_of(read(refused))) == sent
    assert follow(client, submit(client, refused)).request.path.endswith("/adresse")


@pytest.mark.usefixtures("impatient")
def test_a_script_gets_a_fragment_for_it_still_has_the_form(client: CheckedClient, database: Path) -> None:
    page = begin(client)
    action = str(form_of(read(page))["action"])
    with held(database):
        refused = client.post(action, data=typed(form_of(read(page))) | IDENTITY, headers=HTMX)
    assert refused.status_code == 503 and refused.headers["Retry-After"] == "5" and "<form" not in refused.text


def test_a_page_only_asked_for_reloads_by_itself(own_portal: Flask) -> None:
    client = own_portal.test_client()

    def keep() -> str:
        with transaction(get_db()):
            get_db().execute("INSERT INTO tombstones (deleted_at) VALUES ('x')")
        return "kept"

    own_portal.add_url_rule("/kept", view_func=keep)
    with refusing(own_portal, *READ_ONLY):
        refused = client.get("/kept?page=2")
    assert refused.status_code == 503 and refused.headers["Refresh"] == refused.headers["Retry-After"] == "60"
    (button,) = read(refused).select("main a.button")
    assert (button["href"], client.get(str(button["href"])).text) == ("/kept?page=2", "kept")


def test_a_password_is_asked_again_and_never_written_in_the_page(app: Flask, client: CheckedClient) -> None:
    page = reach(client, "identifiants")
    with refusing(app, *READ_ONLY):
        refused = submit(client, page, password=PASSWORD, username="camille44", sans_image="1")
    assert refused.status_code == 503
    assert PASSWORD not in refused.text and "camille44" in refused.text
    (field,) = read(refused).select("input[type=password]")
    assert field["name"] == "password" and field["value"] == ""
    finished = follow(client, submit(client, refused, password=PASSWORD))
    assert finished.status_code == 200 and not errors(finished)


@pytest.mark.parametrize(
    "text",
    [
        '"><script>alert(1)</script>',
        "l’été & l'hiver",
        "a\r\nb",
        "nul \0 and \x07",
        "\ufffe",
        "é" * 600,
        "</form>",
        "'\"`",
    ],
    ids=repr,
)
def test_what_was_typed_is_written_in_the_page_escaped(app: Flask, client: CheckedClient, text: str) -> None:
    page = begin(client)
    with refusing(app, *READ_ONLY):
        refused = submit(client, page, **IDENTITY | {"given_name": text})
    expected = "".join(one for one in text if one not in "\0\x07\ufffe")
    assert typed(form_of(read(refused)))["given_name"] == [expected]
    assert not read(refused).select("script:not([src])")


def test_a_form_too_long_to_be_sent_back_is_left_to_the_browser(app: Flask, client: CheckedClient) -> None:
    page = begin(client)
    with refusing(app, *READ_ONLY):
        refused = submit(client, page, **IDENTITY | {f"field{number}": "x" * 7000 for number in range(6)})
    assert refused.status_code == 503 and not read(refused).select("main form")


def test_the_form_is_never_sent_to_another_site(app: Flask) -> None:
    with app.test_request_context("/", base_url=ORIGIN, method="POST", data={"given_name": "Camille"}) as context:
        context.request.path = "//evil.example/inscription"
        form = _form()
    assert form is not None and form["path"] == "/evil.example/inscription"


@pytest.mark.parametrize(
    ("refusal", "told"),
    [(READ_ONLY, "Il est en lecture seule"), (FULL, "Son disque est plein")],
    ids=["read-only", "full"],
)
def test_a_disk_that_takes_nothing_is_told_truthfully_and_logged_once_a_minute(
    app: Flask,
    client: CheckedClient,
    database: Path,
    caplog: pytest.LogCaptureFixture,
    refusal: tuple[str, str],
    told: str,
) -> None:
    start = client.get("/inscription")
    with time_machine.travel(clock.now(), tick=False) as hand, refusing(app, *refusal):
        for _draft in range(150):  # the last page of the file takes some more
            if submit(client, start).status_code == 503:
                break
        refused = [submit(client, start) for _time in range(3)]
        hand.shift(timedelta(seconds=61))
        refused.append(submit(client, start))
    assert {one.status_code for one in refused} == {503} and told in refused[0].text
    assert refused[0].headers["Retry-After"] == "60"
    said = [record for record in caplog.records if record.name == "wizard.web.errors"]
    assert [record.levelno for record in said] == [logging.ERROR] * 2
    assert submit(client, start).status_code == 303


def test_a_transaction_that_sqlite_rolled_back_by_itself_keeps_its_own_error(app: Flask, db: Database) -> None:
    with app.app_context(), pytest.raises(Exception, match="full") as caught:
        get_db().execute("PRAGMA max_page_count = 1")
        with transaction(get_db()):
            for _row in range(1000):
                get_db().execute("INSERT INTO tombstones (deleted_at) VALUES (?)", ("x" * 5000,))
    assert trouble_of(caught.value) == "full"
    with app.app_context():
        get_db().execute("PRAGMA max_page_count = 4294967294")
        with transaction(get_db()):
            get_db().execute("INSERT INTO tombstones (deleted_at) VALUES ('x')")


def test_a_database_replaced_under_the_portal_takes_nothing_more(own_portal: Flask, tmp_path: Path) -> None:
    client, database = own_portal.test_client(), Path(own_portal.config["PORTAIL"].database)
    page = begin(client)
    shutil.copy(database, tmp_path / "another.db")
    (tmp_path / "another.db").replace(database)
    refused = submit(client, page, **IDENTITY)
    assert refused.status_code == 503 and "Sa base vient d'être remplacée" in unescape(refused.text)
    assert typed(form_of(read(refused)))["given_name"] == [IDENTITY["given_name"]]
    close_connections()  # as it does when it starts again
    assert submit(client, refused).status_code == 303


def test_a_damaged_database_is_told_as_such_and_not_as_a_fault(own_portal: Flask) -> None:
    client, database = own_portal.test_client(), Path(own_portal.config["PORTAIL"].database)
    page = begin(client)
    close_connections()
    kept = database.read_bytes()
    database.write_bytes(b"this is no database" * 100)
    refused = submit(client, page, **IDENTITY)
    assert refused.status_code == 503 and "Sa base est abîmée" in unescape(refused.text)
    close_connections()
    database.write_bytes(kept)
    assert submit(client, refused).status_code == 303
