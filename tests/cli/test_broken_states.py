"""Each state in which an installation is broken: what `doctor` says of it, and what /healthz answers."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import Result
from flask import Flask
from sqlite_utils import Database

from tests.cli.told import wrong
from tests.journey.test_storage import held
from tests.support import litestream
from tests.support.waiting import wait_for
from wizard import create_app
from wizard.clock import now
from wizard.db import close_connections, connect, transaction
from wizard.services import leaps, pulse, regularly, replication
from wizard.services.outbox import enqueue
from wizard.services.regularly import Done
from wizard.services.replication import State
from wizard.settings import load

Run = Callable[..., Result]

_WORKS = ("web 1", "web 2", "mails", "purge")


@pytest.fixture
def whole(healthy: Database, instance: Path, addresses_of_the_town: Path) -> Iterator[Path]:
    """An installation that lacks nothing, and that no connection holds: its folder."""
    shutil.copy(addresses_of_the_town, instance / "addresses.db")
    healthy.close()
    yield instance
    close_connections()


@contextmanager
def mounted(folder: Path, *arguments: str) -> Iterator[None]:
    """Mount something over a folder, for the block."""
    done = subprocess.run(["mount", *arguments, str(folder)], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"only who may mount can try this: {done.stderr.strip()}")
    try:
        yield
    finally:
        close_connections()
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def read_only(instance: Path) -> Iterator[None]:
    with mounted(instance, "--bind", str(instance)):
        subprocess.run(["mount", "-o", "remount,bind,ro", str(instance)], check=True)
        yield


@contextmanager
def on_a_full_disk(instance: Path) -> Iterator[None]:
    kept = contents(instance)
    with mounted(instance, "-t", "tmpfs", "-o", "size=16m", "none"):
        put(instance, kept)
        fill(instance)
        yield


def contents(instance: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in instance.iterdir()}


def put(instance: Path, kept: dict[str, bytes]) -> None:
    for name, content in kept.items():
        (instance / name).write_bytes(content)
        (instance / name).chmod(0o600)


def fill(folder: Path) -> None:
    with (folder / "filling").open("wb", buffering=0) as filling, suppress(OSError):
        while filling.write(bytes(4096)):
            pass


@contextmanager
def on_a_disk_whose_room_the_log_keeps(instance: Path) -> Iterator[None]:
    """What is written next fits in the log as it is, and nothing fits after."""
    kept = contents(instance)
    with mounted(instance, "-t", "tmpfs", "-o", "size=16m", "none"):
        put(instance, kept)
        db = connect(instance / "portail.db")
        db.execute("INSERT INTO limits (bucket, level, filled_at) VALUES (hex(zeroblob(500000)), 0, 0)")
        db.execute("DELETE FROM limits")
        db.execute("PRAGMA wal_checkpoint(RESTART)")
        fill(instance)
        yield
        db.close()


@contextmanager
def damaged(instance: Path) -> Iterator[None]:
    with (instance / "portail.db").open("r+b") as file:
        file.seek(100)  # the page of the schema, past the header that says what the file is
        file.write(bytes(range(256)) * 15)
    yield


@contextmanager
def no_database_at_all(instance: Path) -> Iterator[None]:
    (instance / "portail.db").write_bytes(b"this is no database of any kind" * 1000)
    yield


@contextmanager
def missing(instance: Path) -> Iterator[None]:
    (instance / "portail.db").unlink()
    yield


@contextmanager
def outdated(instance: Path) -> Iterator[None]:
    with closing(connect(instance / "portail.db")) as db:
        db.execute("DELETE FROM _sqlite_migrations WHERE name LIKE 'm0027%'")
    yield


@contextmanager
def too_recent(instance: Path) -> Iterator[None]:
    with closing(connect(instance / "portail.db")) as db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " SELECT migration_set, 'm9999', applied_at FROM _sqlite_migrations LIMIT 1"
        )
    yield


def locked(instance: Path) -> AbstractContextManager[None]:
    return held(instance / "portail.db")


def locked_whole(instance: Path) -> AbstractContextManager[None]:
    close_connections()
    return held(instance / "portail.db", "PRAGMA locking_mode = EXCLUSIVE")


@contextmanager
def served(instance: Path) -> Iterator[dict[str, pulse.Beat]]:
    held = pulse.hold(instance / "portail.db")
    try:
        yield held.begin(_WORKS)
    finally:
        held.release()


def silent(name: str) -> Callable[[Path], AbstractContextManager[None]]:
    @contextmanager
    def state(instance: Path) -> Iterator[None]:
        with served(instance) as beats:
            beats[name].promise(-10.0)
            yield

    return state


@contextmanager
def replaced(instance: Path) -> Iterator[None]:
    with served(instance):
        shutil.copy(instance / "portail.db", instance / "another.db")
        (instance / "another.db").replace(instance / "portail.db")
        yield


@contextmanager
def deleted(instance: Path) -> Iterator[None]:
    with served(instance):
        (instance / "portail.db").unlink()
        yield


@contextmanager
def without_addresses(instance: Path) -> Iterator[None]:
    (instance / "addresses.db").unlink()
    yield


@contextmanager
def addresses_of_elsewhere(instance: Path) -> Iterator[None]:
    town = instance / "town.toml"
    written = town.read_text()
    assert '"44115"' in written and '"44521"' in written
    town.write_text(written.replace('"44115"', '"35238"').replace('"44521"', '"35000"'))
    yield


@contextmanager
def mails_that_wait(instance: Path) -> Iterator[None]:
    with closing(connect(instance / "portail.db")) as db, create_app().app_context(), transaction(db):
        for one in ("camille@exemple.fr", "luc@exemple.fr"):
            enqueue(db, "no_account", one)
            db.execute("UPDATE outbox SET error = '450 4.2.2 ' || recipient || ': full'")
    with time_machine.travel(now() + timedelta(minutes=16), tick=False):
        yield


@contextmanager
def a_clock_that_leapt(instance: Path) -> Iterator[None]:
    """As the purge found it: the last one is of eight days ago."""
    settings = load()
    regularly.note(settings.database, Done.PURGE, now() - timedelta(days=8))
    with closing(connect(instance / "portail.db")) as db:
        assert leaps.in_doubt(db, settings, now())
    yield


@contextmanager
def copied(instance: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Have Litestream copy what the portal has."""
    if not litestream.PROGRAM:
        pytest.skip("Litestream is not installed")
    settings, configuration = load(), instance.parent / "litestream.yml"
    configuration.write_text(replication.configuration(settings, f"file://{instance.parent}/replica"))
    with litestream.replicating(configuration) as program:
        wait_for(lambda: replication.state(settings.database) is State.COPIED)
        yield program


@contextmanager
def copies_that_were_stopped(instance: Path) -> Iterator[None]:
    with copied(instance):
        stop = [litestream.PROGRAM, "stop", "-socket", instance / "litestream.sock", instance / "portail.db"]
        subprocess.run(stop, check=True, capture_output=True)
        yield


@contextmanager
def copies_that_nobody_makes(instance: Path) -> Iterator[None]:
    with copied(instance) as program:
        program.kill()
        program.wait()
        yield


@dataclass(frozen=True)
class Broken:
    """A state; what is told of it, under which name, and how grave /healthz holds it."""

    state: Callable[[Path], AbstractContextManager[object]]
    name: str
    told: str
    status: int = 503


BROKEN = {
    "a folder that cannot be written": Broken(read_only, "database-read-only", "Base : elle ne s'écrit pas"),
    "a full disk": Broken(on_a_full_disk, "database-full", "Base : le disque est plein"),
    "a full disk whose log keeps some room": Broken(
        on_a_disk_whose_room_the_log_keeps, "database-full", "Base : le disque est plein"
    ),
    "damaged bytes": Broken(damaged, "database-damaged", "Base : elle est abîmée"),
    "a file that is no database": Broken(no_database_at_all, "database-damaged", "Base : elle est abîmée"),
    "no database": Broken(missing, "database-missing", "Base : elle n'existe pas : lancez « migrate »"),
    "an older schema": Broken(outdated, "database-outdated", "Base : 1 migration(s) en attente : lancez « migrate »"),
    "a later schema": Broken(too_recent, "database-too-recent", "Base : écrite par une version plus récente"),
    "a locked database": Broken(locked, "database-busy", "Base : un autre programme l'occupe"),
    "a database that cannot even be read": Broken(locked_whole, "database-busy", "Base : un autre programme l'occupe"),
    "a silent web process": Broken(silent("web 2"), "silent-web-2", "Service : « web 2 » ne répond plus"),
    "mails that nobody sends": Broken(silent("mails"), "silent-mails", "Service : « courriels » ne répond plus"),
    "a purge that hangs": Broken(silent("purge"), "silent-purge", "Service : « purge » ne répond plus"),
    "a database replaced": Broken(replaced, "database-replaced", "Service : la base a été remplacée"),
    "a database deleted": Broken(deleted, "database-replaced", "Service : la base a été remplacée ou effacée"),
    "no addresses": Broken(without_addresses, "addresses-missing", "Adresses : le fichier manque", 200),
    "addresses of another town": Broken(
        addresses_of_elsewhere, "addresses-of-another-town", "Adresses : celles d'Oudon (35238) n'y sont pas", 200
    ),
    "a clock that leapt ahead": Broken(a_clock_that_leapt, "clock-leapt", "Purge : l'heure a sauté au ", 200),
    "copies that were stopped": Broken(
        copies_that_were_stopped, "copy-stopped", "Copie : Litestream ne copie plus une des bases", 200
    ),
    "copies that nobody makes": Broken(
        copies_that_nobody_makes, "copy-silent", "Copie : Litestream ne répond plus", 200
    ),
    "mails that wait": Broken(mails_that_wait, "mails-waiting", "Courriels : 2 en attente, le plus ancien du", 200),
}


def asked(app: Flask, **environ: str) -> tuple[int, dict[str, object]]:
    answer = app.test_client().get("/healthz", base_url="https://famille.oudon.example", environ_base=environ)
    assert answer.status_code == 200 or answer.headers["Retry-After"] == "5"
    return answer.status_code, answer.json


def test_an_installation_that_lacks_nothing_has_nothing_to_look_at(run: Run, whole: Path) -> None:
    with served(whole):
        result = run("doctor")
        assert (wrong(result), result.exit_code) == ([], 0), result.output
        assert asked(create_app()) == (200, {"status": "ok"})


def test_a_server_whose_works_have_not_begun_is_starting(run: Run, whole: Path) -> None:
    held = pulse.hold(whole / "portail.db")
    told = run("doctor").output.splitlines()
    held.release()
    assert "  ok    Service : il démarre." in told


@pytest.mark.parametrize("named", BROKEN)
@pytest.mark.usefixtures("impatient")
def test_a_broken_state_is_told_by_doctor_and_by_healthz(run: Run, whole: Path, tmp_path: Path, named: str) -> None:
    broken = BROKEN[named]
    with broken.state(whole):
        result = run("doctor")
        status, answer = asked(create_app())
    assert result.exit_code == 1 and isinstance(result.exception, SystemExit), result.output
    assert {one for one in wrong(result) if one.startswith(broken.told)}
    assert ("abîmée" in result.output) == (broken.name == "database-damaged"), "no other is to be restored"
    reasons = {one["name"]: one["sentence"] for one in answer["reasons"]}
    assert status == broken.status and answer["status"] == ("down" if status == 503 else "degraded")
    assert reasons[broken.name].startswith(broken.told)
    assert str(whole) not in str(answer) and "@" not in str(answer), "files and addresses are for doctor alone"
    assert "  ok    SMTP : 127.0.0.1 répond et nous accepte." in result.output.splitlines(), "no check hides another"
    told = [f"# {named}", *wrong(result), *(f"{name}: {sentence}" for name, sentence in reasons.items())]
    told = re.sub(r"\d+", "0", "\n".join(told).replace(str(whole), "/town")).splitlines()
    (tmp_path / "broken.txt").write_text("\n".join([*told, ""]), "utf-8")
    expected = Path(__file__).with_name("broken.txt").read_text("utf-8").partition(f"{told[0]}\n")[2]
    assert told[1:] == expected.partition("\n#")[0].splitlines(), f"see {tmp_path}/broken.txt"
