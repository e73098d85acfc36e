"""The doctor finds what is wrong, and says it in one line."""

import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from click.testing import Result
from sqlite_utils import Database

from wizard import create_app
from wizard.clock import now, stamp
from wizard.db import transaction
from wizard.services.outbox import enqueue

Run = Callable[..., Result]


@pytest.fixture
def healthy(db: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """An installation that lacks nothing but addresses."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(object(), hostname="127.0.0.1", port=port)
    controller.start()
    monkeypatch.setenv("PORTAIL_SMTP_URL", f"smtp://127.0.0.1:{port}")
    monkeypatch.setenv("PORTAIL_PUBLIC_URL", "https://famille.oudon.example")
    monkeypatch.setenv("PORTAIL_SECRET_KEY", "a key for these tests")
    yield db
    controller.stop()


def wrong(result: Result) -> list[str]:
    return [line.removeprefix("À VOIR  ") for line in result.output.splitlines() if line.startswith("À VOIR")]


def test_a_healthy_installation_has_nothing_to_look_at_but_its_addresses(run: Run, healthy: Database) -> None:
    result = run("doctor")
    (addresses,) = wrong(result)
    assert addresses.startswith("Adresses : ") and "addresses import" in addresses
    assert result.exit_code == 1 and "1 point(s) à voir" in result.output


def test_a_mail_that_waits_or_was_given_up_is_told(run: Run, healthy: Database, instance: Path) -> None:
    with create_app().app_context(), transaction(healthy):
        enqueue(healthy, "no_account", "camille@exemple.fr")
        enqueue(healthy, "activation", "luc@exemple.fr", link="", code="", lifetime=timedelta(1))
    hour_ago = stamp(now() - timedelta(hours=1))
    healthy.execute("UPDATE outbox SET created_at = ? WHERE name = 'no_account'", (hour_ago,))
    healthy.execute(
        "UPDATE outbox SET failed_at = ?, error = '550 luc@exemple.fr' WHERE name <> 'no_account'", (hour_ago,)
    )
    found = wrong(run("doctor"))
    assert any(line.startswith("Courriels : 1 en attente, le plus ancien du ") for line in found)
    assert "Courriels : 1 abandonné(s), dont : activation (550)." in found


def test_a_clock_that_went_back_is_told(run: Run, healthy: Database) -> None:
    with create_app().app_context(), transaction(healthy):
        enqueue(healthy, "no_account", "camille@exemple.fr")
    healthy.execute("UPDATE outbox SET created_at = ?", (stamp(datetime(2099, 1, 1, tzinfo=UTC)),))
    assert any(line.startswith("Horloge : en retard") for line in wrong(run("doctor")))


def test_a_damaged_database_is_told(run: Run, healthy: Database, instance: Path) -> None:
    healthy.close()
    with (instance / "portail.db").open("r+b") as file:
        file.seek(8192)
        file.write(bytes(range(256)) * 32)
    assert any("restaurez une sauvegarde" in line for line in wrong(run("doctor")))


def test_a_mail_server_that_does_not_answer_is_told(
    run: Run, healthy: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAIL_SMTP_URL", "smtp://127.0.0.1:1")
    assert any(line.startswith("SMTP : ") and "Connection refused" in line for line in wrong(run("doctor")))


def test_an_installation_that_nobody_can_reach_is_told(
    run: Run, healthy: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PORTAIL_PUBLIC_URL")
    assert any(line.startswith("Réglages : PORTAIL_PUBLIC_URL") for line in wrong(run("doctor")))


def test_a_database_not_made_yet_is_told(run: Run, instance: Path) -> None:
    assert any("lancez « migrate »" in line for line in wrong(run("doctor")))
    assert not (instance / "portail.db").exists()
