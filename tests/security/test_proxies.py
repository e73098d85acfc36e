"""Who is believed about a caller's address, and what is told of who is not."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database

from tests.support.client import ORIGIN, CheckedClient
from wizard import create_app
from wizard.services.alarms import Alarm
from wizard.stores import limits
from wizard.web import guards

KEY = "the key of the tests, long enough"


@pytest.fixture
def behind(instance: Path) -> Flask:
    """The portal behind a proxy at 192.0.2.9."""
    settings = {"PORTAIL_INSTANCE": instance, "PORTAIL_SECRET_KEY": KEY, "PORTAIL_PUBLIC_URL": ORIGIN}
    return create_app({**settings, "PORTAIL_TRUSTED_PROXY": "192.0.2.9"})


def network(app: Flask, peer: str, **headers: str) -> str:
    with app.test_request_context(environ_base={"REMOTE_ADDR": peer}, headers=headers):
        return guards.network()


@pytest.mark.parametrize(
    "told",
    [
        "203.0.113.7", " 203.0.113.7 ", "203.0.113.7:51234", "::ffff:203.0.113.7", "[::ffff:203.0.113.7]:51234",
        "198.51.100.1, 203.0.113.7", "127.0.0.1,203.0.113.7", "<x>, 203.0.113.7", '"203.0.113.7"',
    ],
)  # fmt: skip
@pytest.mark.parametrize("peer", ["192.0.2.9", "::ffff:192.0.2.9"])
def test_the_proxy_is_believed_about_the_last_address_however_written(behind: Flask, peer: str, told: str) -> None:
    assert network(behind, peer, **{"X-Forwarded-For": told}) == network(behind, "203.0.113.7")


@pytest.mark.parametrize(
    "told", ["2001:db8:1:2::7", "[2001:db8:1:2::7]:51234", "[2001:db8:1:2:3::9]", "2001:DB8:1:2::"]
)
def test_the_proxy_is_believed_about_an_ipv6_network(behind: Flask, told: str) -> None:
    assert network(behind, "192.0.2.9", **{"X-Forwarded-For": told}) == network(behind, "2001:db8:1:2::1")


@pytest.mark.parametrize("told", ["", "unknown", "_hidden", "203.0.113.7,", "203.0.113", "203.0.113.7:x", "[::1", "é"])
def test_what_is_no_address_leaves_that_of_the_proxy(behind: Flask, told: str) -> None:
    assert network(behind, "192.0.2.9", **{"X-Forwarded-For": told}) == network(behind, "192.0.2.9")


@pytest.mark.parametrize("peer", ["192.0.2.10", "::1", "", "unix"])
def test_nobody_else_is_believed(app: Flask, behind: Flask, peer: str) -> None:
    for portal in (app, behind):
        assert network(portal, peer, **{"X-Forwarded-For": "203.0.113.7"}) == network(portal, peer)


@pytest.mark.parametrize("header", ["For", "Proto", "Host", "Port", "By", "Server", "Prefix"])
def test_headers_of_a_proxy_from_elsewhere_raise_an_alarm_without_an_address(
    client: CheckedClient, db: Database, caplog: pytest.LogCaptureFixture, header: str
) -> None:
    assert client.get("/").status_code == 200
    assert "PORTAIL_TRUSTED_PROXY" not in caplog.text
    assert client.get("/", headers={f"X-Forwarded-{header}": "203.0.113.7"}).status_code == 200
    assert "PORTAIL_TRUSTED_PROXY" in caplog.text and "203.0.113" not in caplog.text
    assert limits.last_taken(db, Alarm.UNTRUSTED_PROXY) is not None
    kept = str(db.execute("SELECT * FROM limits").fetchall())
    assert "203.0.113" not in kept and "127.0.0.1" not in kept


def test_the_alarm_is_raised_once_an_hour(client: CheckedClient, caplog: pytest.LogCaptureFixture) -> None:
    def alarms() -> int:
        return caplog.text.count("PORTAIL_TRUSTED_PROXY")

    with time_machine.travel(datetime(2026, 11, 24, 9, tzinfo=UTC), tick=False) as clock:
        for _request in range(5):
            client.get("/", headers={"X-Forwarded-For": "203.0.113.7"})
        assert alarms() == 1
        clock.shift(timedelta(minutes=59))
        client.get("/", headers={"X-Forwarded-For": "203.0.113.7"})
        assert alarms() == 1
        clock.shift(timedelta(minutes=62))
        client.get("/", headers={"X-Forwarded-For": "203.0.113.7"})
        assert alarms() == 2


def test_the_proxy_itself_raises_no_alarm(behind: Flask, caplog: pytest.LogCaptureFixture) -> None:
    client = behind.test_client()
    headers = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    answer = client.get("/healthz", base_url=ORIGIN, headers=headers, environ_base={"REMOTE_ADDR": "192.0.2.9"})
    assert answer.status_code in {200, 503} and "PORTAIL_TRUSTED_PROXY" not in caplog.text


def test_a_database_that_cannot_be_written_keeps_nobody_from_the_page(
    client: CheckedClient, db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    db.execute("ALTER TABLE limits RENAME TO limits_elsewhere")
    for _request in range(3):
        assert client.get("/", headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 200
    assert caplog.text.count("PORTAIL_TRUSTED_PROXY") == 1
