"""One Litestream copies the databases of all towns, of one that comes meanwhile too, and no addresses."""

import re
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from tests.towns.towns import a_town
from wizard.cli import main
from wizard.db import connect
from wizard.migrations import documents, migrate

PROGRAM = shutil.which("litestream", path=str(Path(sys.executable).parent)) or ""
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
    subprocess.run([PROGRAM, "restore", "-o", target, replica.as_uri()], capture_output=True)
    if not target.exists():
        return ""
    with closing(sqlite3.connect(target)) as db:
        return str(db.execute("SELECT slug FROM told").fetchone()[0])


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
@pytest.mark.skipif(not PROGRAM, reason="Litestream is not installed")
def test_it_gives_back_each_town_and_one_that_came_meanwhile(folder: Path, tmp_path: Path, configuration: Path) -> None:
    fill(folder / "oudon")
    fill(folder / "ancenis")
    with (tmp_path / "log").open("ab") as log:
        process = subprocess.Popen([PROGRAM, "replicate", "-config", configuration], stdout=log, stderr=log)
    try:
        time.sleep(2)
        fill(a_town(folder, "couffe"))
        wanted = {(slug, name) for slug in ("oudon", "ancenis", "couffe") for name in FILES}
        deadline = time.monotonic() + 60
        while wanted:
            assert time.monotonic() < deadline, wanted
            wanted -= {
                (slug, name)
                for slug, name in wanted
                if given_back(tmp_path / "replica" / slug / name, tmp_path / "copie.db") == slug
            }
            time.sleep(0.5)
    finally:
        process.terminate()
        process.wait(30)
    assert not list((tmp_path / "replica").rglob("addresses*"))
