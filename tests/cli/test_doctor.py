"""The doctor finds what is wrong, and says it in one line."""

import re
import shutil
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from aiosmtpd.controller import Controller
from click.testing import Result
from sqlite_utils import Database

from wizard import create_app
from wizard.addresses import demonstration_files
from wizard.clock import now, stamp
from wizard.db import transaction
from wizard.models import AgentRole
from wizard.services.doctor import UNTRUSTED_PROXY
from wizard.services.outbox import enqueue
from wizard.stores import agents, limits

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


def test_each_thing_looked_at_is_told_in_a_line(run: Run, healthy: Database, instance: Path) -> None:
    run("addresses", "import", *demonstration_files())
    with time_machine.travel(datetime(2026, 11, 28, 9, 5, tzinfo=UTC)):
        result = run("doctor")
    *lines, disk = result.output.splitlines()
    assert result.exit_code == 0 and lines == [
        "  ok    Réglages : Oudon, https://famille.oudon.example.",
        "  ok    Fichiers : lisibles par le compte du portail seul.",
        f"  ok    Base : {instance / 'portail.db'} est saine et à jour.",
        "  ok    Courriels : 0 en attente.",
        "  ok    Horloge : 2026-11-28 09:05 UTC.",
        "  ok    Mandataire : aucun (PORTAIL_TRUSTED_PROXY).",
        "  ok    Secrets : chiffrés avec PORTAIL_SECRET_KEY.",
        f"  ok    Adresses : {instance / 'addresses.db'} est lisible.",
        "  ok    SMTP : le serveur de courriel répond et nous accepte.",
    ]
    assert re.fullmatch(rf"  ok    Disque : \d+ Mo libres dans {re.escape(str(instance))}\.", disk)


@pytest.mark.parametrize(("megabytes", "enough"), [(500, False), (501, True)])
def test_a_disk_nearly_full_is_told(
    run: Run, healthy: Database, instance: Path, monkeypatch: pytest.MonkeyPatch, megabytes: int, enough: bool
) -> None:
    disk = shutil.disk_usage(instance)._replace(free=megabytes * 1024 * 1024)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: disk)
    told = f"Disque : {megabytes} Mo libres dans {instance}."
    assert ("  ok    " if enough else "À VOIR  ") + told in run("doctor").output.splitlines()


def test_a_database_of_another_version_is_told_and_what_it_may_lack_is_not_read(run: Run, healthy: Database) -> None:
    healthy.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
        " SELECT migration_set, 'm9999', applied_at FROM _sqlite_migrations LIMIT 1"
    )
    assert "Base : écrite par une version plus récente : mettez le portail à jour." in wrong(run("doctor"))
    healthy.execute("DELETE FROM _sqlite_migrations WHERE name = 'm9999' OR name LIKE 'm0007%'")
    for table in ("outbox", "limits"):
        healthy.execute(f"ALTER TABLE {table} RENAME TO {table}_of_another_version")
    result = run("doctor")
    assert "Base : 1 migration(s) en attente : lancez « migrate »." in wrong(result)
    assert "Courriels" not in result.output and "SMTP" in result.output


def test_a_proxy_that_is_not_declared_is_told_with_what_to_do(
    run: Run, healthy: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits.take(healthy, UNTRUSTED_PROXY, 1, 3600.0, datetime(2026, 11, 28, 9, 5, tzinfo=UTC))
    seen = "des requêtes portent X-Forwarded-… sans venir de PORTAIL_TRUSTED_PROXY (le 28/11 à 09:05 UTC)"
    undeclared = "donnez l'adresse de votre mandataire ; sans elle, tous les visiteurs comptent pour un seul"
    assert f"Mandataire : {seen} : {undeclared}." in wrong(run("doctor"))
    monkeypatch.setenv("PORTAIL_TRUSTED_PROXY", "127.0.0.1")
    other = "si l'adresse de votre mandataire est juste, fermez le port du portail aux autres"
    assert f"Mandataire : {seen} : {other}." in wrong(run("doctor"))
    limits.forget(healthy, UNTRUSTED_PROXY)
    assert "  ok    Mandataire : 127.0.0.1 (PORTAIL_TRUSTED_PROXY)." in run("doctor").output.splitlines()


def test_a_mail_that_waits_or_was_given_up_is_told(run: Run, healthy: Database) -> None:
    with create_app().app_context(), transaction(healthy):
        enqueue(healthy, "no_account", "camille@exemple.fr")
        enqueue(healthy, "activation", "luc@exemple.fr", link="", code="", lifetime=timedelta(1))
    wrote = datetime(2026, 11, 28, 9, 5, tzinfo=UTC)
    healthy.execute("UPDATE outbox SET created_at = ? WHERE name = 'no_account'", (stamp(wrote),))
    healthy.execute(
        "UPDATE outbox SET failed_at = ?, error = '550 luc@exemple.fr' WHERE name <> 'no_account'", (stamp(wrote),)
    )
    with time_machine.travel(wrote + timedelta(minutes=16)):
        found = wrong(run("doctor"))
    assert "Courriels : 1 en attente, le plus ancien du 28/11 à 09:05 UTC." in found
    assert "Courriels : 1 abandonné(s), dont : activation (550)." in found
    with time_machine.travel(wrote + timedelta(minutes=15), tick=False):
        assert "  ok    Courriels : 1 en attente." in run("doctor").output.splitlines()


def test_one_address_refused_is_told_and_is_no_fault_once_another_mail_left(run: Run, healthy: Database) -> None:
    with create_app().app_context(), transaction(healthy):
        enqueue(healthy, "no_account", "inconnue@exemple.fr")
        enqueue(healthy, "no_account", "camille@exemple.fr")
    healthy.execute("UPDATE outbox SET failed_at = '2026-11-28T09:05:00+00:00', error = '550 no' WHERE id = 1")
    assert "Courriels : 1 abandonné(s), dont : no_account (550)." in wrong(run("doctor"))
    healthy.execute("UPDATE outbox SET sent_at = '2026-11-28T09:06:00+00:00' WHERE id = 2")
    result = run("doctor")
    assert "  ok    Courriels : 1 abandonné(s), dont : no_account (550)." in result.output.splitlines()


def test_five_of_the_mails_given_up_are_named(run: Run, healthy: Database) -> None:
    with create_app().app_context(), transaction(healthy):
        for _ in range(7):
            enqueue(healthy, "no_account", "camille@exemple.fr")
    healthy.execute("UPDATE outbox SET failed_at = created_at, error = '550 no'")
    named = "; ".join(["no_account (550)"] * 5)
    assert f"Courriels : 7 abandonné(s), dont : {named}." in wrong(run("doctor"))


@pytest.mark.parametrize(("ahead", "late"), [(60, False), (61, True)])
def test_a_clock_that_went_back_is_told(run: Run, healthy: Database, ahead: int, late: bool) -> None:
    with create_app().app_context(), transaction(healthy):
        enqueue(healthy, "no_account", "camille@exemple.fr")
    noted = stamp(datetime(2026, 11, 28, 9, 5, tzinfo=UTC) + timedelta(seconds=ahead))
    healthy.execute("UPDATE outbox SET created_at = ?", (noted,))
    with time_machine.travel(datetime(2026, 11, 28, 9, 5, tzinfo=UTC), tick=False):
        found = wrong(run("doctor"))
    assert (f"Horloge : en retard : le portail a déjà noté le {noted}. Réglez l'heure." in found) is late


def test_a_damaged_database_is_told(run: Run, healthy: Database, instance: Path) -> None:
    healthy.close()
    with (instance / "portail.db").open("r+b") as file:
        file.seek(8192)
        file.write(bytes(range(256)) * 32)
    told = rf"Base : {re.escape(str(instance / 'portail.db'))} est abîmée \([^()]+\) : restaurez une sauvegarde\."
    assert any(re.fullmatch(told, line) for line in wrong(run("doctor")))


def test_a_mail_server_that_does_not_answer_is_told(
    run: Run, healthy: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAIL_SMTP_URL", "smtp://127.0.0.1:1")
    refused = "ConnectionRefusedError : [Errno 111] Connection refused"
    assert f"SMTP : le serveur de courriel ne nous prend pas ({refused})." in wrong(run("doctor"))


def test_an_installation_that_nobody_can_reach_is_told(
    run: Run, healthy: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PORTAIL_PUBLIC_URL")
    told = wrong(run("doctor"))
    assert "Réglages : PORTAIL_PUBLIC_URL vaut http://localhost:8000 : aucun parent n'y accède." in told


def test_a_database_not_made_yet_is_told(run: Run, instance: Path) -> None:
    assert f"Base : {instance / 'portail.db'} n'existe pas : lancez « migrate »." in wrong(run("doctor"))
    assert not (instance / "portail.db").exists()


def test_health_that_nobody_may_open_is_told(run: Run, healthy: Database, instance: Path) -> None:
    town = instance / "town.toml"
    health = '[sante]\nen_ligne = "oui"\ndpo = "Anne Le Goff"\naipd = 2026-03-01\n'
    town.write_text(town.read_text().replace("[sante]\n", health))
    said = "Santé : demandée en ligne, et personne n'ouvre les plis"
    agents.add(healthy, "rose@oudon.example", AgentRole.INSTRUCTEUR, "x", now())
    found = wrong(run("doctor"))
    assert any(line.startswith(said) for line in found), found
    agents.add(healthy, "sante@oudon.example", AgentRole.HEALTH, "x", now())
    assert not any(line.startswith("Santé") for line in wrong(run("doctor")))
