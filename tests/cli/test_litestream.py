"""Litestream follows what we write for it, copies both databases, lets go of them for a purge, and gives them back."""

import random
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event

import pytest
import yaml
from click.testing import Result
from sqlite_utils import Database

from tests.cli.told import wrong
from tests.support import litestream
from tests.support.litestream import replicating
from tests.support.waiting import wait_for
from wizard.db import connect
from wizard.migrations import documents, migrate
from wizard.services import replication
from wizard.services.replication import State
from wizard.settings import load

Run = Callable[..., Result]
NAME = "Kervarrec"


@pytest.fixture
def served(db: Database, instance: Path) -> Database:
    """The portal's database, open, and the documents' beside it."""
    with closing(connect(instance / "documents.db")) as vault:
        migrate(vault, documents)
    return db


@pytest.fixture
def configured(run: Run, served: Database, tmp_path: Path) -> Path:
    result = run("litestream", f"file://{tmp_path}/replica/")
    assert result.exit_code == 0, result.output
    (tmp_path / "litestream.yml").write_text(result.output)
    return tmp_path / "litestream.yml"


def test_it_names_both_databases_and_keeps_nothing_that_the_ledger_forgot(configured: Path, instance: Path) -> None:
    read = yaml.safe_load(configured.read_text())
    assert read == {
        "socket": {"enabled": True, "path": f"{instance}/litestream.sock"},
        "snapshot": {"interval": "24h", "retention": f"{89 * 24}h"},
        "dbs": [
            {
                "path": f"{instance}/{name}",
                "monitor-interval": "250ms",
                "replica": {"url": f"file://{configured.parent}/replica/{name}", "sync-interval": "500ms"},
            }
            for name in ("portail.db", "documents.db")
        ],
    }


@pytest.mark.parametrize("url", ["", "replica", "s3:", "s3://", "deux mots://x", "s3:/clé:unsecret@seau"])
@pytest.mark.parametrize("towns", [(), ("towns",)])
def test_what_is_no_address_is_refused_and_not_repeated(run: Run, db: Database, towns: tuple[str], url: str) -> None:
    result = run(*towns, "litestream", url)
    assert result.exit_code == 1 and "Ce n'est pas une adresse : attendu s3://" in result.output
    assert "secret" not in result.output


def given_back(configuration: Path, database: Path, target: Path) -> list[str]:
    """Restore a database from the replica, and return the names of the people in it."""
    target.unlink(missing_ok=True)
    command = [litestream.PROGRAM, "restore", "-config", configuration, "-o", target, database]
    if subprocess.run(command, capture_output=True).returncode or not target.exists():
        return []
    with closing(sqlite3.connect(target)) as db:
        people = db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'people'").fetchone()[0]
        return [name for (name,) in db.execute("SELECT birth_name FROM people")] if people else ["documents"]


def held(instance: Path, name: str) -> bool:
    return any(name.encode() in file.read_bytes() for file in instance.glob("portail.db*") if file.is_file())


def version(database: Path) -> int:
    with closing(sqlite3.connect(database)) as db:
        return int(db.execute("PRAGMA user_version").fetchone()[0])


def remember(db: Database, name: str) -> None:
    db.execute("INSERT INTO people (birth_name, given_name, created_at) VALUES (?, 'Loïc', '')", [name])


@pytest.mark.slow
@litestream.needed
def test_it_gives_both_databases_back_to_restore(run: Run, configured: Path, served: Database, instance: Path) -> None:
    copy = configured.parent / "copie.db"
    with replicating(configured):
        remember(served, NAME)
        wait_for(lambda: given_back(configured, instance / "portail.db", copy) == [NAME])
        wait_for(lambda: given_back(configured, instance / "documents.db", Path(f"{copy}.documents")))
    served.close()
    (instance / "portail.db").unlink()
    result = run("restore", copy)
    assert result.exit_code == 0 and "n'est pas là" not in result.output, result.output
    with closing(connect(instance / "portail.db")) as db:
        assert [name for (name,) in db.execute("SELECT birth_name FROM people")] == [NAME]


@pytest.mark.slow
@litestream.needed
def test_beside_it_a_purge_leaves_nothing_of_who_was_deleted_and_it_goes_on(
    run: Run, configured: Path, served: Database, instance: Path
) -> None:
    copy = configured.parent / "copie.db"
    with replicating(configured):
        remember(served, NAME)
        wait_for(lambda: given_back(configured, instance / "portail.db", copy) == [NAME])
        served.execute("DELETE FROM people")
        assert held(instance, NAME)
        result = run("purge")
        assert result.exit_code == 0 and not held(instance, NAME), result.output
        remember(served, "Martin")
        wait_for(lambda: given_back(configured, instance / "portail.db", copy) == ["Martin"])
        with closing(sqlite3.connect(instance / "documents.db")) as vault:
            vault.execute("PRAGMA user_version = 7")
        wait_for(lambda: given_back(configured, instance / "documents.db", copy) and version(copy) == 7)


@pytest.mark.slow
@litestream.needed
def test_a_purge_that_cannot_ask_it_to_let_go_says_that_the_log_is_not_empty(
    run: Run, configured: Path, served: Database, instance: Path
) -> None:
    with replicating(configured):
        remember(served, NAME)
        wait_for(lambda: given_back(configured, instance / "portail.db", configured.parent / "copie.db") == [NAME])
        served.execute("DELETE FROM people")
        (instance / "litestream.sock").unlink()
        result = run("purge")
        assert result.exit_code == 1 and "encore lu" in result.output and held(instance, NAME)
    result = run("purge")
    assert result.exit_code == 0 and not held(instance, NAME), result.output


LETS_GO = """
import sys, time
from pathlib import Path
from wizard.services import replication

with replication.paused(Path(sys.argv[1])):
    print("let go of", flush=True)
    time.sleep(600)
"""


@pytest.mark.slow
@litestream.needed
def test_what_a_purge_killed_meanwhile_had_it_let_go_of_is_copied_again(
    run: Run, configured: Path, served: Database, instance: Path
) -> None:
    database, copy = instance / "portail.db", configured.parent / "copie.db"
    with replicating(configured):
        wait_for(lambda: given_back(configured, database, copy) == [] and copy.exists())
        with subprocess.Popen([sys.executable, "-c", LETS_GO, database], stdout=subprocess.PIPE) as purge:
            assert purge.stdout and purge.stdout.readline()
            watch_once()
            assert notes(instance) and replication.state(database) is State.COPIED, "it is at it, for an instant"
            purge.kill()
        remember(served, NAME)
        assert run("purge").exit_code == 0
        (told,) = (one for one in wrong(run("doctor")) if one.startswith("Copie"))
        assert told == f"Copie : Litestream ne copie plus une des bases : relancez-le ({database})."
        watch_once()
        assert not notes(instance) and replication.state(database) is State.COPIED
        wait_for(lambda: given_back(configured, database, copy) == [NAME])


@pytest.mark.slow
@litestream.needed
def test_one_that_was_not_there_to_be_asked_again_is_asked_later_or_copies_by_itself(
    configured: Path, served: Database, instance: Path
) -> None:
    database = instance / "portail.db"
    with replicating(configured) as program:
        wait_for(lambda: replication.state(database) is State.COPIED)
        with replication.paused(database):
            program.kill()
            program.wait()
        assert notes(instance) and replication.state(database) is State.SILENT
        watch_once()
        assert notes(instance)
    (instance / "litestream.sock").unlink()
    watch_once()
    assert not notes(instance) and replication.state(database) is State.NONE


@pytest.mark.slow
@litestream.needed
def test_what_cannot_be_written_down_is_not_let_go_of(configured: Path, served: Database, instance: Path) -> None:
    database = instance / "portail.db"
    with replicating(configured):
        wait_for(lambda: replication.state(database) is State.COPIED)
        with no_larger_files(), replication.paused(database):
            assert replication.state(database) is State.COPIED and not notes(instance)


@contextmanager
def no_larger_files() -> Iterator[None]:
    """Have each write of this process fail, as on a full disk."""
    before, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def notes(instance: Path) -> list[Path]:
    return list(instance.glob("litestream.*.paused"))


def watch_once() -> None:
    """Do what the server does at its start, and each minute."""
    (stop := Event()).set()
    replication.watch(load(), stop)


WRITER = """
import sys, time
from pathlib import Path
from wizard.db import connect, transaction

db = connect(Path(sys.argv[1]))
for number in range(int(sys.argv[2]), 100_000):
    with transaction(db):
        db.execute("INSERT INTO people (birth_name, given_name, created_at) VALUES (?, '', ?)", [number, time.time()])
    time.sleep(0.005)
"""


def lost_when_killed(configured: Path, served: Database, instance: Path) -> float:
    """Return how many seconds before both were killed the first line that is lost was written; 0 when none is."""
    copy, names = configured.parent / "copie.db", "SELECT birth_name FROM people"
    there = {name for (name,) in served.execute(names)}
    with replicating(configured) as program:
        wait_for(lambda: set(given_back(configured, instance / "portail.db", copy)) == there and copy.exists())
        writer = subprocess.Popen([sys.executable, "-c", WRITER, instance / "portail.db", str(len(there))])
        wait_for(lambda: served.execute("SELECT count(*) FROM people").fetchone() > (len(there) + 100,))
        time.sleep(random.uniform(1, 4))
        writer.kill()
        killed = time.time()
        program.kill()
        writer.wait()
    restored = set(given_back(configured, instance / "portail.db", copy))
    written = dict(served.execute("SELECT birth_name, created_at FROM people").fetchall())
    assert len(written) > len(there) + 100 and restored <= set(written)
    lost = [float(at) for name, at in written.items() if name not in restored]
    return killed - min(lost) if lost else 0


@pytest.mark.slow
@litestream.needed
def test_killed_with_who_writes_it_has_lost_the_last_second_at_most(
    configured: Path, served: Database, instance: Path
) -> None:
    # Three quarters of a second by its settings. A machine at work elsewhere makes it longer, and never shorter.
    assert any(lost_when_killed(configured, served, instance) <= 1 for _time in range(4))
