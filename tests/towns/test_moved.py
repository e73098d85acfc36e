"""`towns move` and `towns receive`: all that a town has arrives, or nothing does; one machine at most serves it."""

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from tests.serving.served import Served
from tests.support.commands import FROM_NOTHING, run
from tests.support.waiting import wait_for
from tests.towns.conftest import write_to
from tests.towns.towns import Visitor, a_town, write_variables
from wizard import env_file
from wizard.db import connect, transaction
from wizard.stores import database_file
from wizard.towns import door
from wizard.towns.door import Door
from wizard.towns.hosting import Hosting

Move = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """The folder of the other machine."""
    (tmp_path / "ailleurs").mkdir()
    return tmp_path / "ailleurs"


@pytest.fixture
def oudon(hosting: Hosting, folder: Path) -> Path:
    """A town in use, with a mail that waits and all that lies beside its databases."""
    hosting.look()
    write_to(hosting, "oudon", "parent@exemple.fr")
    town = folder / "oudon"
    with closing(connect(town / "documents.db")) as kept, transaction(kept):
        row = {"document": 1, "page": 1, "year": "2026", "key": b"k", "sealed": os.urandom(300_000)}
        kept.table("contents").insert(row | {"kept_at": "2026-11-24T03:49:00+00:00"})
    (town / "years.keys").write_text("{}")
    (town / "portail.db.retraits").write_text("a seal\n")
    (town / "portail.db.saved").touch()
    os.utime(town / "portail.db.saved", (1_700_000_000, 1_700_000_000))
    (town / "maildir" / "new").mkdir(parents=True)
    (town / "maildir" / "new" / "1").write_text("a mail that came back")
    (town / "portail.db.serve").write_text("this machine's")
    return town


def receive(there: Path) -> list[str]:
    return [*FROM_NOTHING, "--towns", str(there), "towns", "receive"]


@pytest.fixture
def move(folder: Path, there: Path) -> Move:
    """Move a town there."""

    def move(slug: str = "oudon", *options: str, to: Sequence[str] = ()) -> "subprocess.CompletedProcess[str]":
        other = shlex.join(to or receive(there))
        patient = options or ("--at-most", "30")  # however busy the machine of the tests
        return run("--towns", str(folder), "towns", "move", slug, "--to", other, *patient)

    return move


def rows(town: Path) -> list[dict[str, int]]:
    return [database_file.rows(town / name) for name in ("portail.db", "documents.db")]


def is_served(folder: Path) -> bool:
    """Whether a machine would serve the town: it has it whole, and its door opens."""
    if not (folder / "oudon" / "town.toml").exists():
        return False
    try:
        with door.entered(folder / "oudon", Door.PEOPLE):
            return True
    except door.Closed:
        return False


def test_all_that_a_town_has_arrives_and_it_is_served_from_there_alone(
    oudon: Path, folder: Path, there: Path, move: Move, serve: Callable[..., Served]
) -> None:
    before = rows(oudon)
    done = move()
    assert done.returncode == 0, done.stderr
    assert re.search(r"fermée 0,\d\d s|fermée \d\.\d\d s", done.stdout)
    new = there / "oudon"
    assert rows(new) == before and before[0]["outbox"] == 1 and before[1]["contents"] == 1
    for name, table in (("portail.db", database_file.PORTAL), ("documents.db", database_file.DOCUMENTS)):
        database_file.check(new / name, table)
    for name in ("town.toml", "portail.env", "years.keys", "portail.db.retraits", "maildir/new/1"):
        assert (new / name).read_bytes() == (oudon / name).read_bytes(), name
    assert (new / "portail.db.saved").stat().st_mtime == 1_700_000_000
    assert not (new / "portail.db.serve").exists() and not (new / door.LEFT).exists()
    assert not [path for path in (new, *new.rglob("*")) if path.stat().st_mode & 0o077 and path != new / "maildir"]
    assert is_served(there) and not is_served(folder)
    here, other = serve(folder), serve(there)
    assert Visitor(here.port, "oudon.example").get("/").status_code == 503
    assert Visitor(here.port, "ancenis.example").get("/").status_code == 200
    assert Visitor(other.port, "oudon.example").get("/").status_code == 200


def test_a_town_that_left_is_told_and_no_command_works_on_it(oudon: Path, folder: Path, move: Move) -> None:
    move()
    alone = {**env_file.read(oudon / "portail.env"), "PORTAIL_INSTANCE": str(oudon)}
    for words, status in (("towns list", 0), ("towns check", 0), ("--town oudon purge", 1), ("serve --port 0", 1)):
        towns, given = ([], alone) if "serve" in words else (["--towns", str(folder)], {})
        done = run(*towns, *words.split(), **given)
        assert done.returncode == status and "part" in done.stdout + done.stderr, words


def test_databases_that_are_elsewhere_in_the_folder_arrive_under_their_usual_names(
    folder: Path, there: Path, move: Move
) -> None:
    town = a_town(folder, "couffe")
    (town / "bases").mkdir()
    (town / "adresses.db").write_bytes(b"those of the town")
    given = env_file.read(town / "portail.env")
    places = {"PORTAIL_DATABASE": "bases/a.db", "PORTAIL_DOCUMENTS": "bases/b.db", "PORTAIL_ADDRESSES": "adresses.db"}
    write_variables(town, given | {name: str(town / place) for name, place in places.items()})
    (town / "bases" / "a.db.retraits").write_text("a seal\n")
    done = move("couffe")
    assert done.returncode == 0, done.stderr
    assert env_file.read(there / "couffe" / "portail.env") == given
    names = {path.relative_to(there / "couffe").as_posix() for path in (there / "couffe").rglob("*.db*")}
    assert {"portail.db", "documents.db", "addresses.db", "portail.db.retraits"} <= names
    assert not (there / "couffe" / "bases").exists()


def test_addresses_that_both_machines_have_are_not_sent(folder: Path, there: Path, addresses: Path, move: Move) -> None:
    a_town(folder, "couffe", PORTAIL_ADDRESSES=str(addresses))
    assert move("couffe").returncode == 0
    assert env_file.read(there / "couffe" / "portail.env")["PORTAIL_ADDRESSES"] == str(addresses)
    assert not (there / "couffe" / "addresses.db").exists()


@pytest.mark.parametrize(
    "why",
    [
        *("there", "key", "documents.db", "wrong command"),
        *(pytest.param(why, marks=pytest.mark.long) for why in ("host", "portail.db", "no command", "too long")),
    ],
)
def test_a_town_that_cannot_go_stays_and_says_why(oudon: Path, folder: Path, there: Path, move: Move, why: str) -> None:
    options, to, said = [], receive(there), ""
    match why:
        case "there":
            a_town(there, "oudon")
            said = "existe déjà sur l'autre machine"
        case "host":
            a_town(there, "autre", PORTAIL_PUBLIC_URL="https://oudon.example")
            said = "une autre commune a la même adresse"
        case "key":
            a_town(there, "autre", PORTAIL_SECRET_KEY="the secret key of oudon, long enough")
            said = "une autre commune a la même clé"
        case "portail.db" | "documents.db":  # past what is read to count its rows
            with (oudon / why).open("r+b") as file:
                file.seek(100_000)
                file.write(os.urandom(40_960))
            said = "sa base est abîmée"
        case "no command":
            to, said = ["/nowhere/ssh"], "/nowhere/ssh"
        case "wrong command":
            to, said = ["echo", "Welcome"], "ne répond plus"
        case "too long":
            options, said = ["--at-most", "0.1"], "aurait trop duré"
            to = [sys.executable, "-c", f"{_SLOW}\n", *receive(there)]
    before = sorted(there.iterdir())
    done = move("oudon", *options, to=to)
    assert done.returncode == 1 and said in done.stderr and "reste servie d'ici" in done.stderr, done.stderr
    assert is_served(folder) and sorted(there.iterdir()) == before


# A machine that takes half a second to say that what came is right.
_SLOW = """
import subprocess, sys, time
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE)
for line in child.stdout:
    time.sleep(0.5 if b"ready" in line else 0)
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "word",
    [
        "open",
        *(
            pytest.param(word, marks=pytest.mark.long)
            for word in ("move", "piece", "verify", "fine", "ready", "opened")
        ),
    ],
)
def test_a_line_cut_at_any_word_leaves_one_machine_that_serves(
    oudon: Path, folder: Path, there: Path, move: Move, word: str, tmp_path: Path
) -> None:
    relay = [sys.executable, "-m", "tests.towns.relay", word, str(tmp_path / "scar"), *receive(there)]
    before = rows(oudon)
    done = move(to=relay)
    assert (tmp_path / "scar").exists()
    moved = word == "opened"  # was said, and not heard: asked again, it is known
    assert (done.returncode == 0) is moved, done.stderr
    assert is_served(there) is moved and is_served(folder) is not moved
    if not moved:
        wait_for(lambda: not any(there.iterdir()))
        assert move().returncode == 0 and rows(there / "oudon") == before
        assert is_served(there) and not is_served(folder)


@pytest.mark.parametrize(("how", "said"), [("bend", "ne répond plus"), ("forget", "n'est pas arrivé entier")])
def test_what_does_not_arrive_as_it_left_opens_nowhere(
    oudon: Path, folder: Path, there: Path, move: Move, hosting: Hosting, how: str, said: str, tmp_path: Path
) -> None:
    relay = [sys.executable, "-m", "tests.towns.relay", how, str(tmp_path / "scar"), *receive(there)]
    with closing(connect(oudon / "portail.db")):  # the mail just written is in the log alone
        write_to(hosting, "oudon", "autre@exemple.fr")
        done = move(to=relay)
    assert done.returncode == 1 and said in done.stderr and is_served(folder), done.stderr
    wait_for(lambda: not any(there.iterdir()))


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("word", ["open", "opened"])
def test_a_machine_not_heard_again_is_asked_later_and_none_serves_meanwhile_unless_it_did(
    oudon: Path, folder: Path, there: Path, move: Move, word: str, tmp_path: Path
) -> None:
    """It is told to open, and the line is cut for good: who moves the town asks again once there is one."""
    scar, gone = tmp_path / "scar", tmp_path / "line"
    gone.write_text(
        f"#!/bin/sh\ntest ! -e {scar} && exec {shlex.join([sys.executable, '-m', 'tests.towns.relay'])} "
        f"{word} {scar} {shlex.join(receive(there))}\n"
    )
    gone.chmod(0o755)
    done = move(to=[str(gone)])
    assert done.returncode == 1 and "relancez la même commande" in done.stderr
    assert not is_served(folder) and is_served(there) is (word == "opened")
    assert "relancez « towns move », qui tranche" in told(folder, 1)
    done = move()
    assert (done.returncode == 0) is (word == "opened"), done.stderr
    assert is_served(folder) is (word == "open") and is_served(there) is (word == "opened")
    assert ("partie vers une autre machine" in told(folder, 0)) is (word == "opened")


def told(folder: Path, status: int) -> str:
    done = run("--towns", str(folder), "towns", "check")
    assert done.returncode == status, done.stdout
    return done.stdout


@pytest.mark.long
def test_a_town_that_arrived_and_left_again_is_not_opened_where_it_came_from(
    oudon: Path, folder: Path, there: Path, move: Move
) -> None:
    """Who moved it did not hear that it had arrived, and asks once it is no more there."""
    assert move().returncode == 0
    number = (oudon / door.LEFT).read_text().partition(" ")[0]
    (oudon / door.LEFT).write_text(number)
    (there / "oudon").rename(there / ".oudon.retiree-20261124-034900")
    assert move().returncode == 0 and not is_served(folder)
    assert "déjà partie" in move().stderr


@pytest.mark.slow
@pytest.mark.parametrize("who", [pytest.param("who moves", marks=pytest.mark.long), "who receives"])
def test_a_process_killed_while_the_town_is_closed_leaves_it_where_it_was(
    oudon: Path, folder: Path, there: Path, who: str, tmp_path: Path
) -> None:
    stopped = tmp_path / "stopped"
    code = _STOPPED.format(stopped=str(stopped))
    to = shlex.join([sys.executable, "-c", code, *receive(there)])
    command = [*FROM_NOTHING, "--towns", str(folder), "towns", "move", "oudon", "--to", to, "--at-most", "60"]
    mover = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    wait_for(stopped.exists)
    assert not is_served(folder) and not is_served(there)
    os.kill(mover.pid if who == "who moves" else int(stopped.read_text()), signal.SIGKILL)
    wait_for(lambda: is_served(folder))
    mover.communicate(timeout=60)
    wait_for(lambda: not any(there.iterdir()))
    assert not is_served(there)


# The other machine is ready, and nobody hears it.
_STOPPED = """
import os, subprocess, sys, time
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE)
for line in child.stdout:
    if b"ready" in line:
        open("{stopped}.part", "w").write(str(os.getpid()))
        os.rename("{stopped}.part", "{stopped}")
        while os.getppid() > 1 and child.poll() is None:
            time.sleep(0.1)
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()
"""


def test_what_is_left_of_a_machine_that_fell_is_swept_by_the_next_arrival(oudon: Path, there: Path, move: Move) -> None:
    (there / ".oudon.0123456789abcdef.venue").mkdir()
    (there / ".oudon.0123456789abcdef.venue" / "portail.db").write_bytes(b"half of it")
    assert move().returncode == 0
    assert [path.name for path in there.iterdir()] == ["oudon"]
