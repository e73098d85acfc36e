"""A release that is tried answers its own machine, does nothing by itself, and says when it does not do."""

import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.serving.served import Served
from tests.support.commands import run
from tests.towns.towns import a_town
from wizard.db import connect
from wizard.towns import door

_KEY = {"PORTAIL_SECRET_KEY": "the secret key of a trial, long enough"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of two towns, of which one has left."""
    folder = tmp_path / "towns"
    a_town(folder, "oudon")
    (a_town(folder, "ancenis") / door.LEFT).write_text(f"elsewhere{door.ARRIVED}")
    return folder


def tried(*arguments: str, **settings: str | Path) -> subprocess.CompletedProcess[str]:
    return run("trial", *arguments, **{name: str(value) for name, value in settings.items()})


def test_a_portal_that_answers_is_good_and_nothing_was_done_but_that(instance: Path) -> None:
    for _time in range(2):
        done = tried(PORTAIL_INSTANCE=instance, **_KEY)
        assert done.returncode == 0, done.stderr
    assert not (instance / "portail.db.purged").exists(), "the purge is one of the works that a portal begins with"


def test_a_portal_that_cannot_start_is_told(instance: Path) -> None:
    assert tried(PORTAIL_INSTANCE=instance, **_KEY).returncode == 0
    with closing(connect(instance / "portail.db")) as db:
        db.execute("UPDATE _sqlite_migrations SET name = 'm9999' WHERE name LIKE 'm0001%'")
    done = tried(PORTAIL_INSTANCE=instance, **_KEY)
    assert done.returncode == 1 and "version plus récente" in done.stderr


def test_the_one_that_serves_is_asked_where_it_is(serve: Callable[..., Served]) -> None:
    served = serve()
    assert tried("--at", str(served.port), **served.settings).returncode == 0


def test_a_town_that_left_is_not_asked(folder: Path) -> None:
    done = tried(PORTAIL_TOWNS=folder)
    assert done.returncode == 0, done.stderr


def test_a_machine_without_a_town_proves_nothing(folder: Path) -> None:
    (folder / "oudon" / door.LEFT).touch()
    done = tried(PORTAIL_TOWNS=folder)
    assert done.returncode == 1 and "Aucune commune" in done.stderr


@pytest.mark.long
def test_one_town_that_does_not_answer_well_is_named(folder: Path) -> None:
    toml = a_town(folder, "couffe") / "town.toml"
    toml.write_text(toml.read_text("utf-8").replace("[mail]", "[courrier]"), "utf-8")
    done = tried(PORTAIL_TOWNS=folder)
    assert done.returncode == 1 and "couffe.example ne répond pas comme il faut (/healthz : 503)" in done.stderr
