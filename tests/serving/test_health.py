"""What a running portal tells of itself, to who watches it and to who keeps it."""

import json
import os
import re
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

from tests.serving.served import Served
from tests.serving.test_server import get
from tests.support.commands import run
from tests.support.waiting import wait_for
from wizard.clock import now
from wizard.services import pulse

Serve = Callable[..., Served]
WORKS = ["web 1", "web 2", "courriels", "doublons", "purge", "copies"]


def health(served: Served) -> tuple[int, list[str]]:
    """Return the status of /healthz, and the names of what it tells but addresses, which this town has none of."""
    status, body = get(served.port)
    reasons = [one["name"] for one in json.loads(body).get("reasons", ())]
    return status, [name for name in reasons if name != "addresses-missing"]


def service(served: Served) -> str:
    """Return what doctor says of the server."""
    return next(line for line in run("doctor", **served.settings).stdout.splitlines() if "  Service : " in line)


def test_each_work_is_heard_of_and_one_that_is_not_is_told(serve: Serve, instance: Path) -> None:
    served, beats = serve(), instance / "portail.db.serve"
    assert health(served) == (200, [])
    wait_for(lambda: "retours" not in service(served))  # there is no mailbox to read
    assert service(served) == f"  ok    Service : {', '.join(WORKS)} : chacun répond."
    assert beats.stat().st_mode & 0o777 == 0o600
    with beats.open("r+b") as file:  # the purge is not to be heard of again for a day
        line = next(one for one in file.read().splitlines(keepends=True) if one.startswith(b"purge"))
        file.seek(file.seek(0) or beats.read_bytes().index(line))
        file.write(line.replace(line.split()[1], b"1234567890"))
    wait_for(lambda: health(served) == (503, ["silent-purge"]))
    assert service(served).startswith("À VOIR  Service : « purge » ne répond plus : relancez le portail")


def test_no_work_is_waited_for_much_longer_than_it_takes(serve: Serve, instance: Path) -> None:
    """A web process looks around once a second; a mail, or who is declared twice, may take a quarter of an hour."""
    between = {"web 1": (0, 31), "web 2": (0, 31), "mails": (61, 960), "duplicates": (61, 960)}
    get(serve().port)

    def promised() -> bool:
        found = pulse.read(instance / "portail.db")
        seconds = {name: (until - now()).total_seconds() for name, until in found.works.items()} if found else {}
        return all(least < seconds.get(name, 0) <= most for name, (least, most) in between.items())

    wait_for(promised)  # a minute is granted to each to begin


def test_a_process_that_hangs_is_told_by_the_other(serve: Serve, instance: Path) -> None:
    served, beats = serve(), instance / "portail.db.serve"
    get(served.port)
    stopped = served.children(4)[0]
    os.kill(stopped, signal.SIGSTOP)
    try:
        with beats.open("r+b") as file:  # half a minute later
            file.seek(beats.read_bytes().index(b"web 1"))
            file.write(b"web 1".ljust(12) + b"1234567890".rjust(19))
        wait_for(lambda: health(served) == (503, ["silent-web-1"]))
    finally:
        os.kill(stopped, signal.SIGCONT)
    wait_for(lambda: health(served) == (200, []))


def test_a_database_replaced_under_it_is_told_until_it_starts_again(serve: Serve, instance: Path) -> None:
    served = serve()
    assert health(served) == (200, [])
    shutil.copy(instance / "portail.db", instance / "another.db")
    (instance / "another.db").replace(instance / "portail.db")
    wait_for(lambda: health(served) == (503, ["database-replaced"]))
    assert re.match("À VOIR  Service : la base a été remplacée ou effacée", service(served))
    served.stop()
    assert service(served).startswith(" note   Service : « serve » n'est pas lancé")
    assert health(serve()) == (200, [])
