"""What anyone may ask of the portal's health: from where, by which name, how often."""

import logging
import time
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database

from tests.journey.test_storage import held
from wizard import clock
from wizard.services import alarms
from wizard.services.alarms import Alarm

ELSEWHERE = "203.0.113.7"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "portail", "evil.example"])
@pytest.mark.parametrize("address", ["127.0.0.1", "127.1.2.3", "::1"])
def test_this_machine_asks_by_any_name(own_portal: Flask, host: str, address: str) -> None:
    answer = own_portal.test_client().get("/healthz", base_url=f"https://{host}", environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == 200 and "evil" not in answer.text


@pytest.mark.parametrize(("address", "path"), [(ELSEWHERE, "/healthz"), ("127.0.0.1", "/"), ("", "/healthz")])
def test_nobody_else_does_and_nothing_else_is_asked_so(own_portal: Flask, address: str, path: str) -> None:
    answer = own_portal.test_client().get(path, base_url="https://evil.example", environ_base={"REMOTE_ADDR": address})
    assert (answer.status_code, answer.data) == (400, b"")


def test_a_refused_name_is_told_once_an_hour_without_it(
    own_portal: Flask, db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    client = own_portal.test_client()
    with time_machine.travel(clock.now(), tick=False) as hand:
        for number in range(5):
            client.get("/", base_url=f"https://evil{number}.example")
        told = [record for record in caplog.records if "PORTAIL_PUBLIC_URL" in record.getMessage()]
        assert [record.levelno for record in told] == [logging.WARNING] and "evil" not in caplog.text
        with own_portal.app_context():
            assert alarms.last(db, Alarm.REFUSED_HOST) == clock.now()
        hand.shift(timedelta(hours=1, seconds=1))
        client.get("/", base_url="https://evil.example")
    assert caplog.text.count("PORTAIL_PUBLIC_URL") == 2


def test_it_answers_soon_while_another_process_writes_and_looks_once_in_two_seconds(own_portal: Flask) -> None:
    client = own_portal.test_client()
    with time_machine.travel(clock.now(), tick=False) as hand:
        assert client.get("/healthz").status_code == 200
        with held(Path(own_portal.config["PORTAIL"].database)):
            assert client.get("/healthz").status_code == 200, "what was seen is still good"
            hand.shift(timedelta(seconds=2))
            begun = time.monotonic()
            refused = client.get("/healthz")
            assert time.monotonic() - begun < 4
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
        assert refused.json["status"] == "down" and refused.json["reasons"][0]["name"] == "database-busy"
        hand.shift(timedelta(seconds=2))
        assert client.get("/healthz").status_code == 200


def test_it_leaves_the_database_as_it_is(own_portal: Flask, db: Database) -> None:
    client = own_portal.test_client()
    tables, (version,) = db.table_names(), db.execute("PRAGMA data_version").fetchone()
    with time_machine.travel(clock.now(), tick=False) as hand:
        for _time in range(3):
            assert client.get("/healthz").status_code == 200
            hand.shift(timedelta(seconds=2))
    assert db.table_names() == tables and db.execute("PRAGMA data_version").fetchone() == (version,)
