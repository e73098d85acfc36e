"""How lines are written, in each form: a request found by the reference of its error page, and nothing personal."""

import io
import json
import logging
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import suppress

import pytest
from flask import Flask
from sqlite_utils import Database
from werkzeug.exceptions import HTTPException

from tests.security.actors import MARK_A, MARK_B, Cast
from tests.security.routes import ROUTES, address, ask, places
from tests.support.client import HTMX, ORIGIN, CheckedClient, read
from tests.support.marks import Family
from tests.support.walk import PASSWORD, deposit, open_entourage
from wizard import clock
from wizard.db import transaction
from wizard.stores import accounts
from wizard.web.log_lines import FORMS, JSON, TEXT, formatter, is_journal

MARK = "Kerzannec"
UUID = "0b6e0f0e-3d1c-4c57-9f0a-2b1d1c0a7e55"
REFERENCE = r"[2-9A-Z]{5}-[2-9A-Z]{5}"


class Heard:
    """What the log says, in each form at once."""

    def __init__(self) -> None:
        self.streams = {form: io.StringIO() for form in FORMS}
        self.handlers = [logging.StreamHandler(stream) for stream in self.streams.values()]
        for form, handler in zip(FORMS, self.handlers, strict=True):
            handler.setFormatter(formatter(form))

    def lines(self, form: str) -> list[str]:
        return self.streams[form].getvalue().splitlines()

    @property
    def events(self) -> list[dict[str, str]]:
        return [json.loads(line) for line in self.lines(JSON)]

    def leaked(self, words: set[str]) -> set[str]:
        """Return which words are in a line; short ones as they are written, for a reference has letters too."""
        said = "".join(stream.getvalue() for stream in self.streams.values())
        return {word for word in words if word in said or (len(word) > 5 and word.casefold() in said.casefold())}


@pytest.fixture
def heard(caplog: pytest.LogCaptureFixture) -> Iterator[Heard]:
    heard = Heard()
    with caplog.at_level(logging.INFO):
        for handler in heard.handlers:
            logging.root.addHandler(handler)
        yield heard
        for handler in heard.handlers:
            logging.root.removeHandler(handler)


def test_a_family_that_types_everything_is_in_no_line(
    app: Flask, client: CheckedClient, db: Database, heard: Heard
) -> None:
    family = Family(app, client, in_full=True)
    family.sign_up()
    with transaction(db):
        accounts.activate(db, 1, clock.now())
    email = family.typed("contacts", "email")
    page = open_entourage(client, email)
    for slug in ("membre", "co-representant", "contact"):
        page = family.add(page, slug)
    token = page.request.path.split("/")[2]
    deposit(client, page)
    words = {mark.value for mark in family.marks if len(mark.value) > 3} | {email, PASSWORD, token}
    words = {word for word in words if not re.fullmatch("[a-z_]+", word)}  # codes: « mother », « household »
    assert len(words) > 20 and heard.leaked(words | {word.replace(" ", "") for word in words}) == set()
    steps = {event.get("step") for event in heard.events}  # none where no request is answered
    assert {"signup.step:identite", "signup.step:adresse", "entourage.step:etape-2"} <= steps


@pytest.mark.parametrize("name", ["parent_a", "agent"])
def test_no_route_says_who_calls_it_nor_what_its_address_or_its_form_hold(
    app: Flask, db: Database, cast: Cast, heard: Heard, name: str
) -> None:
    actor, held = getattr(cast, name), places(app, db, cast)
    told = {
        "User-Agent": f"Mozilla {MARK}",
        "Referer": f"{ORIGIN}/{MARK}",
        "X-Request-Id": MARK,
        "X-Forwarded-For": MARK,
    }
    for header, value in told.items():
        actor.client.environ_base[f"HTTP_{header.upper().replace('-', '_')}"] = value
    routes = [route for route in ROUTES if route.rule.startswith("/mairie") is (name == "agent")]
    for route in routes:
        path = address(route, held)
        ask(actor, route, f"{path}?q={MARK}")
        actor.post(f"{path}/{MARK}", **{MARK: MARK, "email": f"{MARK}@exemple.fr"})
    actor.client.open(f"/{MARK}", method=MARK.upper())
    people = {MARK, MARK_A, MARK_B, cast.a.account.email, cast.b.account.email, cast.a.dossier.reference, "127.0.0.1"}
    assert heard.leaked(people | {value for value in held.values() if len(value) > 4}) == set()
    assert len(heard.events) >= 2 * len(routes) and all(event["town"] == "Oudon" for event in heard.events)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_the_page_of_an_error_gives_the_reference_of_its_lines(
    own_portal: Flask, heard: Heard, headers: dict[str, str]
) -> None:
    @own_portal.get("/plantee/<name>")
    def planted(name: str) -> str:
        logging.getLogger("wizard.services.somewhere").warning("before the fault")
        raise LookupError(name)

    own_portal.config["PROPAGATE_EXCEPTIONS"] = False
    client = own_portal.test_client()
    pages = [client.get(f"/plantee/{MARK}", headers=headers), client.get("/inconnue", headers=headers)]
    given = [re.findall(f"Référence à donner à la mairie : ({REFERENCE})", read(page).get_text()) for page in pages]
    (first,), (second,) = given
    assert first != second
    told = [(event["logger"], event["level"], event["step"]) for event in heard.events if event["reference"] == first]
    loggers = ["wizard.services.somewhere", "wizard", "wizard.access"]
    assert told == [(name, level, "planted") for name, level in zip(loggers, ("warning", "error", "info"), strict=True)]
    for form in (TEXT, "journal"):
        assert sum(f"[Oudon planted {first}]" in line for line in heard.lines(form)) == 3
        assert sum(f"[Oudon - {second}]" in line for line in heard.lines(form)) == 1
    assert heard.leaked({MARK}) == set() and "builtins.LookupError" in heard.lines(TEXT)


@pytest.mark.parametrize(
    ("peer", "told", "believed"),
    [
        ("192.0.2.9", "0123456789abcdef0123456789abcdef", True),
        ("192.0.2.9", UUID, True),
        ("192.0.2.8", UUID, False),  # who is no proxy
        ("192.0.2.9", UUID.upper(), False),
        ("192.0.2.9", f"{UUID}, {UUID}", False),
        ("192.0.2.9", "camille.martin@exemple.fr", False),
        ("192.0.2.9", "x" * 32, False),
        ("192.0.2.9", "0123456789abcdef0123456789abcdef\u0661", False),
        ("192.0.2.9", "", False),
    ],
)
def test_the_proxy_s_own_reference_is_taken_and_nobody_else_s(
    app: Flask, client: CheckedClient, heard: Heard, peer: str, told: str, believed: bool
) -> None:
    object.__setattr__(app.config["PORTAIL"], "trusted_proxy", "192.0.2.9")
    headers = {"X-Request-Id": told.encode().decode("latin-1")}
    page = client.get("/inconnue", headers=headers, environ_base={"REMOTE_ADDR": peer})
    taken = heard.events[-1]["reference"]
    assert (taken == told) is believed and f"mairie : {taken}." in read(page).get_text()
    assert believed or re.fullmatch(REFERENCE, taken)


def error_of(error: BaseException) -> BaseException:
    with suppress(type(error)):
        raise error
    return error


def full_disk() -> BaseException:
    try:
        sqlite3.connect("/nowhere/portail.db")
    except sqlite3.Error as error:
        try:
            raise OSError(28, "no space for Kerzannec", "/srv/Kerzannec") from error
        except OSError as second:
            return second
    raise AssertionError


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (error_of(ValueError(f"invalid literal: '{MARK}'")), "builtins.ValueError"),
        (error_of(KeyError(MARK)), "builtins.KeyError"),
        (full_disk(), "builtins.OSError (ENOSPC)"),
        (full_disk(), "sqlite3.OperationalError (SQLITE_CANTOPEN)"),
        (error_of(HTTPException(MARK)), "werkzeug.exceptions.HTTPException"),
    ],
)
@pytest.mark.parametrize("form", FORMS)
def test_an_error_is_told_by_its_kind_and_its_place_alone(form: str, error: BaseException, told: str) -> None:
    at = (type(error), error, error.__traceback__)
    for name, message in (("wizard.server", "work failed"), ("library", f"no {MARK}/{MARK}\n{MARK} at /{MARK} {MARK}")):
        record = logging.LogRecord(name, logging.ERROR, __file__, 1, message.replace(f"no {MARK}", "no "), (), at)
        line = formatter(form).format(record)
        assert told in line and "test_log_lines.py:" in line and MARK not in line
        if form == JSON:
            assert json.loads(line)["message"] in {"work failed", "no …"} and "\n" not in line
        if form == "journal":
            assert all(one.startswith("<3>") for one in line.split("\n"))


@pytest.mark.parametrize(
    ("level", "priority"), [("CRITICAL", 2), ("ERROR", 3), ("WARNING", 4), ("INFO", 6), ("DEBUG", 7), ("NOTSET", 7)]
)
def test_journald_reads_the_priority_of_each_line(level: str, priority: int) -> None:
    record = logging.LogRecord("wizard.x", getattr(logging, level), __file__, 1, "a\n<0>b\x1b[0m", (), None)
    assert formatter("journal").format(record) == f"<{priority}>{level} wizard.x a <0>b [0m"
    assert formatter(TEXT, journal=True).format(record).startswith(f"<{priority}>{level}")
    found = formatter(JSON, journal=True).format(record)
    assert found.startswith(f'<{priority}>{{"time": "') and json.loads(found[3:])["level"] == level.lower()
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} [A-Z]+ wizard\.x ", formatter(TEXT).format(record))


def test_a_stream_that_the_journal_reads_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    out, into = os.pipe()
    with os.fdopen(into, "w") as stream, os.fdopen(out):
        status = os.fstat(into)
        for value, expected in ((f"{status.st_dev}:{status.st_ino}", True), ("1:2", False), ("", False)):
            monkeypatch.setenv("JOURNAL_STREAM", value)
            assert is_journal(stream) is expected
        monkeypatch.delenv("JOURNAL_STREAM")
        assert not is_journal(stream)
    assert not is_journal(io.StringIO())
