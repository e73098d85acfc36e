"""The doctor finds what is wrong, and says it in one line."""

import contextlib
import os
import pwd
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import Result
from sqlite_utils import Database

from tests.cli.told import notes, wrong
from tests.support.smtp import Postman
from wizard import create_app
from wizard.addresses import demonstration_files
from wizard.clock import now, stamp
from wizard.db import transaction
from wizard.models import AgentRole
from wizard.services.alarms import Alarm
from wizard.services.checks import CHECKS, Check, Finding, examine
from wizard.services.checks.finding import good
from wizard.services.outbox import enqueue
from wizard.settings import Settings
from wizard.stores import agents, limits

Run = Callable[..., Result]


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
    database = instance / "portail.db"
    assert result.exit_code == 0 and lines == [
        "  ok    Réglages : Oudon, https://famille.oudon.example.",
        "  ok    Fichiers : au compte du portail, et lisibles de lui seul.",
        f"  ok    Base : {database} s'écrit, et est à jour.",
        f"  ok    Base : {database} est saine.",
        " note   Service : « serve » n'est pas lancé sur cette base.",
        "  ok    Courriels : 0 en attente.",
        "  ok    Horloge : 2026-11-28 09:05 UTC.",
        " note   Purge : pas encore faite : « serve » le fait chaque jour, « purge » tout de suite.",
        " note   Sauvegarde : « backup » n'a rien copié encore : lancez « backup » chaque nuit.",
        "  ok    Mandataire : aucun (PORTAIL_TRUSTED_PROXY).",
        "  ok    Nom : famille.oudon.example, le seul demandé.",
        "  ok    Secrets : chiffrés avec PORTAIL_SECRET_KEY.",
        f"  ok    Adresses : {instance / 'addresses.db'} est lisible, et a celles d'Oudon.",
        "  ok    SMTP : 127.0.0.1 répond et nous accepte.",
        "  ok    Domaine : oudon.example a un MX, un SPF et un DMARC.",
        lines[-1],
    ]
    assert lines[-1].startswith(" note   Certificat : famille.oudon.example n'a pas pu être appelé d'ici (")
    assert re.fullmatch(rf"  ok    Disque : \d+ Mo libres dans {re.escape(str(instance))}\.", disk)


@pytest.mark.parametrize(("megabytes", "enough"), [(500, False), (501, True)])
def test_a_disk_nearly_full_is_told(
    run: Run, healthy: Database, instance: Path, monkeypatch: pytest.MonkeyPatch, megabytes: int, enough: bool
) -> None:
    disk = shutil.disk_usage(instance)._replace(free=megabytes * 1024 * 1024)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: disk)
    told = f"Disque : {megabytes} Mo libres dans {instance}."
    assert ("  ok    " if enough else "À VOIR  ") + told in run("doctor").output.splitlines()


def test_a_database_of_another_version_is_told_and_what_it_may_lack_is_a_note(
    run: Run, healthy: Database, instance: Path
) -> None:
    healthy.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
        " SELECT migration_set, 'm9999', applied_at FROM _sqlite_migrations LIMIT 1"
    )
    later = f"Base : écrite par une version plus récente : mettez le portail à jour ({instance / 'portail.db'})."
    assert later in wrong(run("doctor"))
    healthy.execute("DELETE FROM _sqlite_migrations WHERE name = 'm9999' OR name LIKE 'm0007%'")
    for table in ("outbox", "limits"):
        healthy.execute(f"ALTER TABLE {table} RENAME TO {table}_of_another_version")
    result = run("doctor")
    assert f"Base : 1 migration(s) en attente : lancez « migrate » ({instance / 'portail.db'})." in wrong(result)
    assert "Courriels : pas regardé : la base ne se lit pas (no such table: outbox)." in notes(result)
    assert "SMTP" in result.output


def test_a_proxy_that_is_not_declared_is_told_with_what_to_do(
    run: Run, healthy: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits.take(healthy, Alarm.UNTRUSTED_PROXY, 1, 3600.0, datetime(2026, 11, 28, 9, 5, tzinfo=UTC))
    seen = "des requêtes portent X-Forwarded-… sans venir de PORTAIL_TRUSTED_PROXY (le 28/11/2026 à 09:05 UTC)"
    undeclared = "donnez l'adresse de votre mandataire ; sans elle, tous les visiteurs comptent pour un seul"
    assert f"Mandataire : {seen} : {undeclared}." in wrong(run("doctor"))
    monkeypatch.setenv("PORTAIL_TRUSTED_PROXY", "127.0.0.1")
    other = "si l'adresse de votre mandataire est juste, fermez le port du portail aux autres"
    assert f"Mandataire : {seen} : {other}." in wrong(run("doctor"))
    limits.forget(healthy, Alarm.UNTRUSTED_PROXY)
    assert "  ok    Mandataire : 127.0.0.1 (PORTAIL_TRUSTED_PROXY)." in run("doctor").output.splitlines()


def test_a_mail_that_waits_or_was_given_up_is_told(run: Run, healthy: Database) -> None:
    with create_app().app_context(), transaction(healthy):
        enqueue(healthy, "no_account", "camille@exemple.fr")
        for name in ("luc", "rose"):
            enqueue(healthy, "activation", f"{name}@exemple.fr", link="", code="", lifetime=timedelta(1))
    wrote = datetime(2026, 11, 28, 9, 5, tzinfo=UTC)
    healthy.execute("UPDATE outbox SET created_at = :at, due_at = :at WHERE name = 'no_account'", {"at": stamp(wrote)})
    healthy.execute(
        "UPDATE outbox SET failed_at = ?, error = '550 5.1.1 <luc@exemple.fr>: unknown' WHERE name <> 'no_account'",
        (stamp(wrote),),
    )
    with time_machine.travel(wrote + timedelta(minutes=16)):
        found = wrong(run("doctor"))
    assert "Courriels : 1 en attente, le plus ancien du 28/11/2026 à 09:05 UTC : voyez « mail list »." in found
    refused = "activation pour exemple.fr (550 5.1.1 … unknown)"
    assert f"Courriels : 2 abandonné(s), dont : {refused}; {refused}." in found
    with time_machine.travel(wrote + timedelta(minutes=15), tick=False):
        assert "  ok    Courriels : 1 en attente." in run("doctor").output.splitlines()


def test_one_full_mailbox_is_no_fault_but_two_are_and_so_is_a_mail_never_tried(run: Run, healthy: Database) -> None:
    wrote = datetime(2026, 11, 28, 9, 5, tzinfo=UTC)

    def waiting(name: str, error: str | None, minutes: int) -> str:
        with create_app().app_context(), transaction(healthy):
            enqueue(healthy, "no_account", f"{name}@exemple.fr")
        at = stamp(wrote - timedelta(minutes=minutes))
        newest = "WHERE id = (SELECT max(id) FROM outbox)"
        healthy.execute(f"UPDATE outbox SET created_at = :at, due_at = :at, error = :error {newest}", locals())
        with time_machine.travel(wrote, tick=False):
            (line,) = [line for line in run("doctor").output.splitlines() if "en attente" in line]
        return line

    assert waiting("camille", "450 full", 15) == "  ok    Courriels : 1 en attente."
    since = "en attente, le plus ancien du"
    assert waiting("camille", "450 full", 16).startswith(f" note   Courriels : 2 {since} 28/11/2026 à ")
    assert waiting("camille", "450 full", 4000).startswith(f" note   Courriels : 3 {since} 25/11/2026 à ")
    assert waiting("luc", "450 try again", 2).startswith(" note  "), "as servers do with who they do not know yet"
    assert waiting("rose", None, 2).startswith(" note  ")
    assert waiting("anne", None, 16).startswith("À VOIR  ")
    healthy.execute("DELETE FROM outbox WHERE error IS NULL")
    assert waiting("paul", "450 full", 16).startswith("À VOIR  ")


def test_one_address_refused_is_told_and_is_no_fault_but_two_are_until_another_mail_leaves(
    run: Run, healthy: Database, postman: Postman
) -> None:
    def refused(*recipients: str) -> str:
        postman.recipient_answers = {one: [f"550 5.1.1 <{one}>: no such user"] for one in recipients}
        with create_app().app_context(), transaction(healthy):
            for one in recipients:
                enqueue(healthy, "no_account", one)
        run("mail", "send")
        (line,) = [line for line in run("doctor").output.splitlines() if "abandonné" in line]
        return line

    told = "no_account pour exemple.fr (550 5.1.1 … no such user)"
    alone = f"Courriels : 1 abandonné(s), dont : {told}."
    assert refused("inconnue@exemple.fr") == f"  ok    {alone}"
    assert refused("autre@exemple.fr") == f"À VOIR  Courriels : 2 abandonné(s), dont : {told}; {told}."
    healthy.execute("UPDATE outbox SET failed_at = '2026-11-28T09:05:00+00:00'")
    with create_app().app_context(), transaction(healthy):
        enqueue(healthy, "no_account", "camille@exemple.fr")
    assert run("mail", "send").exit_code == 0
    assert f"  ok    Courriels : 2 abandonné(s), dont : {told}; {told}." in run("doctor").output.splitlines()
    listed = run("mail", "list").output
    assert "pour @exemple.fr – abandonné : 550 5.1.1 … no such user" in listed and "inconnue" not in listed


def test_five_of_the_mails_given_up_are_named(run: Run, healthy: Database) -> None:
    with create_app().app_context(), transaction(healthy):
        for number in range(7):
            enqueue(healthy, "no_account", f"camille{number}@exemple.fr")
    healthy.execute("UPDATE outbox SET failed_at = created_at, error = '550 no'")
    named = "; ".join(["no_account pour exemple.fr (550 no)"] * 5)
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
    refused = "ConnectionRefusedError [Errno 111] Connection refused"
    assert f"SMTP : 127.0.0.1 ne nous prend pas ({refused}) : voyez PORTAIL_SMTP_URL." in wrong(run("doctor"))


def test_an_installation_that_nobody_can_reach_is_told(
    run: Run, healthy: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PORTAIL_PUBLIC_URL")
    told = wrong(run("doctor"))
    assert "Réglages : PORTAIL_PUBLIC_URL vaut http://localhost:8000 : aucun parent n'y accède." in told


def test_a_database_not_made_yet_is_told(run: Run, instance: Path) -> None:
    what_to_do = "elle n'existe pas : lancez « migrate », ou restaurez une sauvegarde"
    assert f"Base : {what_to_do} ({instance / 'portail.db'})." in wrong(run("doctor"))
    assert not (instance / "portail.db").exists()


def test_health_that_nobody_may_open_is_told(run: Run, healthy: Database, instance: Path) -> None:
    town = instance / "town.toml"
    health = '[sante]\nen_ligne = "oui"\ndpo = "Anne Le Goff"\naipd = 2026-03-01\n'
    town.write_text(town.read_text().replace("[sante]\n", health))
    said = "Santé : demandée en ligne, et personne n'ouvre les plis"
    agents.add(healthy, "rose@oudon.example", AgentRole.CASEWORKER, "x", now())
    found = wrong(run("doctor"))
    assert any(line.startswith(said) for line in found), found
    agents.add(healthy, "sante@oudon.example", AgentRole.HEALTH, "x", now())
    assert not any(line.startswith("Santé") for line in wrong(run("doctor")))


def test_an_antivirus_that_does_not_answer_is_told(run: Run, healthy: Database, instance: Path) -> None:
    town = instance / "town.toml"
    absent = instance / "clamd.ctl"
    assert "Antivirus : " not in run("doctor").output
    town.write_text(town.read_text().replace("[documents]\n", f'[documents]\nantivirus = "{absent}"\n'))
    (line,) = [line for line in wrong(run("doctor")) if line.startswith("Antivirus")]
    assert (
        line.startswith("Antivirus : ne répond pas, les documents sont reçus sans être analysés")
        and str(absent) in line
    )


def test_a_name_that_is_refused_is_a_note(run: Run, healthy: Database) -> None:
    limits.take(healthy, Alarm.REFUSED_HOST, 1, 3600.0, datetime(2026, 11, 28, 9, 5, tzinfo=UTC))
    (line,) = [line for line in notes(run("doctor")) if line.startswith("Nom")]
    assert line.startswith(
        "Nom : un autre nom que famille.oudon.example a été demandé, et refusé (le 28/11/2026 à 09:05 UTC)"
    )
    assert "PORTAIL_PUBLIC_URL" in line


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives a file to another account")
def test_a_file_of_another_account_is_told_with_whose_it_should_be(run: Run, healthy: Database, instance: Path) -> None:
    nobody = pwd.getpwnam("nobody").pw_uid
    for path in (instance, *instance.iterdir()):
        os.chown(path, nobody, -1)
    assert not [line for line in wrong(run("doctor")) if line.startswith("Fichiers")]
    os.chown(instance / "portail.db", 0, -1)  # as « sudo portail-famille migrate » leaves it
    files = f"{instance / 'portail.db'}"
    told = f"Fichiers : à rendre au compte nobody, celui du portail, par « chown nobody » : {files}"
    assert any(line.startswith(told) for line in wrong(run("doctor")))


@pytest.mark.parametrize(
    ("command", "subject", "days"), [(["purge"], "Purge", 3), (["backup", "copy.db"], "Sauvegarde", 8)], ids=str
)
def test_the_last_purge_and_the_last_backup_are_told_and_are_a_fault_once_old(
    run: Run, healthy: Database, tmp_path: Path, command: list[str], subject: str, days: int
) -> None:
    def told() -> str:
        (line,) = [line for line in run("doctor").output.splitlines() if f"  {subject} : " in line]
        return line

    done = datetime(2026, 11, 20, 9, 5, tzinfo=UTC)
    assert told().startswith(" note ")
    with time_machine.travel(done, tick=False) as hand, contextlib.chdir(tmp_path):
        assert run(*command).exit_code == 0
        assert told() == f"  ok    {subject} : la dernière est du 20/11/2026 à 09:05 UTC."
        hand.move_to(done + timedelta(days=days))
        assert told().startswith("  ok  ")
        hand.move_to(done + timedelta(days=days, seconds=1))
        assert told().startswith(f"À VOIR  {subject} : la dernière est du 20/11/2026") and f"« {command[0]} »" in told()
        hand.move_to(done - timedelta(days=300))  # the hour at which it was done was not right
        assert told().startswith(f"À VOIR  {subject} : la dernière est du 20/11/2026")


def test_a_check_that_fails_is_told_and_hides_no_other(healthy: Database) -> None:
    def broken(_settings: Settings) -> Iterator[Finding]:
        yield good("Rien", "vu avant")
        raise OverflowError("date value out of range")

    app = create_app()
    with app.app_context():
        first, *others = examine(app.config["PORTAIL"], (Check("Rien", broken), *CHECKS))
    assert first.fault and first.detail == "OverflowError : date value out of range"
    assert {one.subject for one in others} >= {"Base", "Courriels", "Adresses", "SMTP", "Disque"}


def test_a_table_that_is_not_read_is_a_fault_of_its_own_when_the_database_is_well(run: Run, healthy: Database) -> None:
    healthy.execute("ALTER TABLE outbox RENAME TO outbox_elsewhere")
    assert "Courriels : pas regardé : la base ne se lit pas (no such table: outbox)." in wrong(run("doctor"))


def test_what_was_known_before_and_what_others_do_is_no_failure_of_a_release(
    run: Run, healthy: Database, instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = tmp_path / "known"
    assert run("doctor").exit_code == 1, "there are no addresses"
    assert run("doctor", "--known", known).exit_code == 0
    assert known.read_text("utf-8") == "/addresses-missing"
    monkeypatch.setenv("PORTAIL_SMTP_URL", "smtp://127.0.0.1:1")
    result = run("doctor", "--known", known)
    assert result.exit_code == 0 and len(wrong(result)) == 2, "the server of mails is not of the release"
    (instance / "portail.db").chmod(0o644)
    assert run("doctor", "--known", known).exit_code == 1
    assert known.read_text("utf-8") == "/addresses-missing"


def test_what_keeps_families_from_being_served_is_a_failure_whenever_it_began(
    run: Run, healthy: Database, tmp_path: Path
) -> None:
    healthy.execute("DELETE FROM _sqlite_migrations WHERE name LIKE 'm0027%'")
    for _time in range(2):
        assert run("doctor", "--known", tmp_path / "known").exit_code == 1
