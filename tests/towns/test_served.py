"""`serve --towns`, as its administrator runs it: each town by its host, over real connections."""

import os
import signal
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from tests.serving.served import Served
from tests.support import commands
from tests.support.waiting import wait_for
from tests.towns.towns import Visitor, a_town
from wizard import env_file
from wizard.db import connect


def test_the_towns_of_a_folder_are_served_each_by_its_host(serve: Callable[..., Served], folder: Path) -> None:
    served = serve(folder)
    assert "Mésanger" in Visitor(served.port, "mesanger.example").get("/").text
    assert Visitor(served.port, "ancenis.example:443").get("/healthz").status_code == 200
    assert Visitor(served.port, "vertou.example").get("/").status_code == 421
    assert "3 commune(s)" in served.said
    assert served.stop() == 0


def test_a_town_that_comes_is_served_without_a_restart(serve: Callable[..., Served], folder: Path) -> None:
    served = serve(folder)
    couffe = Visitor(served.port, "couffe.example")
    assert couffe.get("/").status_code == 421
    a_town(folder, "couffe")
    wait_for(lambda: couffe.get("/").status_code == 200)


def test_a_fault_is_told_at_start_and_keeps_no_other_town(serve: Callable[..., Served], folder: Path) -> None:
    a_town(folder, "couffe", PORTAIL_PUBLIC_URL="http://couffe.example")
    served = serve(folder)
    assert Visitor(served.port, "oudon.example").get("/").status_code == 200
    assert "couffe : PORTAIL_PUBLIC_URL" in served.said


def test_a_monitor_of_the_machine_hears_of_a_town_that_cannot_be_prepared_though_nobody_asks_for_it(
    serve: Callable[..., Served], folder: Path
) -> None:
    right = (folder / "oudon" / "town.toml").read_text()
    (folder / "oudon" / "town.toml").write_text("[town")
    machine = Visitor(serve(folder).port, "127.0.0.1")
    wait_for(lambda: '"degraded"' in machine.get("/healthz").text)
    (folder / "oudon" / "town.toml").write_text(right)
    wait_for(lambda: machine.get("/healthz").text == '{"status":"ok"}')


def alone(folder: Path) -> dict[str, str]:
    """Return the variables of a town served as if it were the only one."""
    return {**env_file.read(folder / "oudon" / "portail.env"), "PORTAIL_INSTANCE": str(folder / "oudon")}


def test_a_town_served_with_others_is_not_served_alone(serve: Callable[..., Served], folder: Path) -> None:
    assert Visitor(serve(folder).port, "oudon.example").get("/").status_code == 200
    for words, environ in ((["serve"], alone(folder)), (["--towns", str(folder), "--town", "oudon", "serve"], {})):
        done = commands.run(*words, "--port", "0", **environ)
        assert done.returncode == 1 and f"Un autre portail sert déjà les communes de {folder}" in done.stderr


def test_a_town_served_alone_is_served_with_others_once_that_ends(
    serve: Callable[..., Served], folder: Path, tmp_path: Path
) -> None:
    one = Served(tmp_path, alone(folder), "serve", "--port", "0")
    try:
        wait_for(lambda: "Ctrl-C" in one.said)
        served = serve(folder)
        oudon, ancenis = (Visitor(served.port, f"{slug}.example") for slug in ("oudon", "ancenis"))
        assert oudon.get("/").status_code == 503 and ancenis.get("/").status_code == 200
        assert "town oudon cannot be served: un autre « serve » la sert déjà" in served.said
    finally:
        one.stop()
    wait_for(lambda: oudon.get("/").status_code == 200)


def test_a_town_whose_database_is_held_keeps_only_its_own_waiting(serve: Callable[..., Served], folder: Path) -> None:
    """Each of its requests waits five seconds: twice as many as all the threads of the process there is."""
    served = serve(folder, "--processes", "1")
    for host in ("oudon.example", "ancenis.example"):
        assert Visitor(served.port, host).post("/inscription").status_code == 303
    with closing(connect(folder / "oudon" / "portail.db")) as db, ThreadPoolExecutor(8) as people:
        db.execute("BEGIN IMMEDIATE")
        held = [people.submit(Visitor(served.port, "oudon.example").post, "/inscription") for _ in range(8)]
        time.sleep(0.5)
        waits = []
        for _ in range(8):
            began = time.monotonic()
            assert Visitor(served.port, "ancenis.example").post("/inscription").status_code == 303
            waits.append(time.monotonic() - began)
        db.execute("ROLLBACK")
        assert {one.result().status_code for one in held} <= {303, 503}
    assert statistics.median(waits) < 3.0


def test_a_town_that_comes_whole_is_served_at_its_first_request(
    serve: Callable[..., Served], folder: Path, tmp_path: Path
) -> None:
    """Whichever of the web processes answers, and however short a while ago it looked at the folder."""
    served = serve(folder)
    for slug in ("couffe", "vertou", "ligne"):
        visitors = [Visitor(served.port, f"{slug}.example") for _ in range(8)]
        assert {one.get("/").status_code for one in visitors} == {421}
        a_town(tmp_path, slug).rename(folder / slug)
        assert {one.get("/").status_code for one in visitors} == {200}


def run(folder: Path, *words: str) -> str:
    done = commands.run("--towns", str(folder), *words)
    return done.stdout + done.stderr


def test_doctor_and_check_say_who_serves_a_town_of_the_folder_and_who_is_silent(
    serve: Callable[..., Served], folder: Path
) -> None:
    assert " note   Service : « serve » n'est pas lancé sur ce dossier." in run(folder, "towns", "check")
    served = serve(folder)
    assert Visitor(served.port, "oudon.example").get("/").status_code == 200
    assert Visitor(served.port, "127.0.0.1").get("/healthz").text == '{"status":"ok"}'
    all_well = "  ok    Service : web 1, web 2, travaux : chacun répond."
    assert all_well in run(folder, "towns", "check") and all_well in run(folder, "--town", "oudon", "doctor")
    house = served.children(3)[2]
    os.kill(house, signal.SIGSTOP)
    with (folder / ".serve").open("r+b") as beats:  # nothing was heard of it since 1970
        beats.seek(3 * 32)
        assert beats.read(5) == b"house"
        beats.seek(3 * 32)
        beats.write(f"{'house':<12}{1:>19}\n".encode())
    machine = Visitor(served.port, "127.0.0.1").get("/healthz")
    assert machine.status_code == 503 and "silent-house" in machine.text
    silent = "À VOIR  Service : « travaux » ne répond plus : relancez le portail"
    assert silent in run(folder, "--town", "oudon", "doctor") and silent in run(folder, "towns", "check")
    assert commands.run("--towns", str(folder), "towns", "check").returncode == 1
    os.kill(house, signal.SIGCONT)
    served.stop()
    assert " note   Service : « serve » n'est pas lancé" in run(folder, "--town", "oudon", "doctor")
