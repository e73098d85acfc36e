"""What a process holds for good is little: what a password takes is given back, what all need is read once."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import cast

from flask.testing import FlaskClient

from tests.security.remote import RemoteClient
from tests.serving.served import Served
from tests.support.client import submit
from tests.support.commands import ROOT
from tests.support.waiting import wait_for

# Megabytes: an argon2 hash is one block of 19, and what a process begins to do takes some.
HASH, WORKING = 19, 12
# What is read before the processes part: an image of the drawings, or what sorting words takes, would be four more.
READ = 11
# Each is megabytes, in each process, for what few ask, or for a page of text.
LARGE = {"dns", "holidays", "openpyxl", "pikepdf", "pypdfium2", "prometheus_client"}
_LOAD = """
import sys
from pathlib import Path
from wizard import french, server
from wizard.commands import serving
from wizard.services import loading, memory
from wizard.values import countries

def anonymous():
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Anonymous:"))

countries.proposed()
memory.tidy()
before = anonymous()
loading.load()
memory.tidy()
print(anonymous() - before, *sys.modules)
"""


def test_the_memory_of_passwords_is_given_back_once_nobody_asks(serve: Callable[..., Served]) -> None:
    portal = serve(PORTAIL_DEMO="0")
    url = f"http://localhost:{portal.port}"
    visitor = cast(FlaskClient, RemoteClient(url))
    page = visitor.get("/connexion")
    before = {pid: megabytes(pid) for pid in portal.children(3)}
    peak = 0
    for number in range(12):
        assert submit(visitor, page, username=f"inconnue{number}@exemple.fr", password="x" * 12).status_code == 422
        peak = max(peak, *(megabytes(pid) - before[pid] for pid in before))
    assert peak >= HASH
    wait_for(lambda: all(megabytes(pid) - before[pid] < WORKING for pid in before))


def test_what_processes_share_is_small_and_made_of_what_they_all_need() -> None:
    done = subprocess.run([sys.executable, "-c", _LOAD], cwd=ROOT, capture_output=True, text=True, check=True)
    read, *modules = done.stdout.split()
    assert int(read) < READ * 1024
    assert not LARGE & set(modules)


def megabytes(pid: int) -> int:
    """Return what a process holds in memory that no file gives back."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Anonymous:")) // 1024
