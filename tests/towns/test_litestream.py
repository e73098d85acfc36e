"""One Litestream copies the databases of all towns, of one that comes meanwhile too, and no addresses."""

import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from tests.serving.served import Served
from tests.support import litestream
from tests.support.litestream import replicating
from tests.support.waiting import wait_for
from tests.towns.towns import a_town
from wizard.cli import main
from wizard.db import connect
from wizard.migrations import documents, migrate
from wizard.services import replication
from wizard.services.replication import State

FILES = ("portail.db", "documents.db")


@pytest.fixture
def configuration(folder: Path, tmp_path: Path) -> Path:
    keep_for(folder / "oudon", 30)
    result = CliRunner().invoke(main, ["--towns", str(folder), "towns", "litestream", f"file://{tmp_path}/replica"])
    assert result.exit_code == 0, result.output
    (tmp_path / "litestream.yml").write_text(result.output)
    return tmp_path / "litestream.yml"


def keep_for(town: Path, days: int) -> None:
    """Have a town keep its copies for so many days."""
    file = town / "town.toml"
    file.write_text(re.sub(r"^backup_days = .*$", f"backup_days = {days}", file.read_text(), flags=re.MULTILINE))


def fill(town: Path) -> None:
    """Make the files of a town, its name in each."""
    for name in (*FILES, "addresses.db"):
        with closing(connect(town / name)) as db:
            if name == "documents.db":
                migrate(db, documents)
            db.execute("CREATE TABLE told (slug)")
            db.execute("INSERT INTO told VALUES (?)", [town.name])


def given_back(replica: Path, target: Path) -> str:
    target.unlink(missing_ok=True)
    subprocess.run([litestream.PROGRAM, "restore", "-o", target, replica.as_uri()], capture_output=True)
    if not target.exists():
        return ""
    with closing(sqlite3.connect(target)) as db:
        return str(db.execute("SELECT slug FROM told").fetchone()[0])


def until_copied(replica: Path, told: dict[str, str]) -> None:
    """Wait until the databases of each folder of the replica tell what they should."""
    wanted = {(folder, name) for folder in told for name in FILES}
    deadline = time.monotonic() + 60
    while wanted:
        assert time.monotonic() < deadline, wanted
        wanted -= {
            (folder, name)
            for folder, name in wanted
            if given_back(replica / folder / name, replica.parent / "copie.db") == told[folder]
        }
        time.sleep(0.5)


def test_what_is_erased_leaves_it_as_soon_as_the_town_that_keeps_it_the_least_asks(configuration: Path) -> None:
    assert yaml.safe_load(configuration.read_text())["snapshot"]["retention"] == f"{29 * 24}h"


def test_a_town_that_cannot_be_read_is_named_and_keeps_none_of_the_others(folder: Path, tmp_path: Path) -> None:
    keep_for(folder / "oudon", 30)
    (folder / "ancenis" / "town.toml").write_text("[town")
    (folder / "mesanger" / "portail.env").write_text("PORTAIL_PUBLIC_URL=nowhere\n")
    result = CliRunner().invoke(main, ["--towns", str(folder), "towns", "litestream", f"file://{tmp_path}/replica"])
    assert result.exit_code == 0 and yaml.safe_load(result.stdout)["snapshot"]["retention"] == f"{29 * 24}h"
    said = result.stderr.splitlines()
    assert [line.partition(" : ")[0] for line in said] == ["À VOIR  ancenis", "À VOIR  mesanger"]
    assert "town.toml, ligne 1" in said[0] and "PORTAIL_PUBLIC_URL" in said[1]


@pytest.mark.slow
@litestream.needed
def test_it_gives_back_each_town_and_one_that_came_meanwhile(folder: Path, tmp_path: Path, configuration: Path) -> None:
    fill(folder / "oudon")
    fill(folder / "ancenis")
    with replicating(configuration):
        time.sleep(2)
        fill(a_town(folder, "couffe"))
        until_copied(tmp_path / "replica", {slug: slug for slug in ("oudon", "ancenis", "couffe")})
    assert not list((tmp_path / "replica").rglob("addresses*"))


def removed(folder: Path, slug: str) -> Result:
    result = CliRunner().invoke(main, ["--towns", str(folder), "towns", "remove", slug], input=f"{slug}\n")
    assert result.exit_code == 0, result.output
    return result


@pytest.mark.slow
@litestream.needed
def test_who_removes_a_town_is_told_every_name_under_which_it_is_copied(
    folder: Path, tmp_path: Path, configuration: Path
) -> None:
    fill(folder / "oudon")
    replica = tmp_path / "replica"
    with replicating(configuration):
        until_copied(replica, {"oudon": "oudon"})
        told = removed(folder, "oudon").output.splitlines()[-1]
        (aside,) = folder.glob(".oudon.retiree-*")
        until_copied(replica, {aside.name: "oudon"})
    assert all(one.name in told.rpartition("là où il copie, ")[2] for one in replica.iterdir())


def test_without_litestream_who_removes_a_town_hears_nothing_of_it(folder: Path) -> None:
    assert "Litestream" not in removed(folder, "oudon").output


LETS_GO = """
import os, signal, sys
from pathlib import Path
from wizard.services import replication

with replication.paused(Path(sys.argv[1])):
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.slow
@litestream.needed
def test_who_serves_them_has_it_copy_again_what_a_killed_purge_left(
    folder: Path, configuration: Path, serve: Callable[..., Served]
) -> None:
    fill(folder / "oudon")
    database = folder / "oudon" / "portail.db"
    with replicating(configuration):
        wait_for(lambda: replication.state(database) is State.COPIED)
        subprocess.run([sys.executable, "-c", LETS_GO, database])
        assert replication.state(database) is State.STOPPED
        serve(folder)
        wait_for(lambda: replication.state(database) is State.COPIED)
    assert not list(folder.glob("litestream.*.paused"))
