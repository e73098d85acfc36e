"""What a password takes of memory is given back: a process holds for good no more than it shares."""

from collections.abc import Callable
from pathlib import Path
from typing import cast

from flask.testing import FlaskClient

from tests.security.remote import RemoteClient
from tests.serving.served import Served, wait_for
from tests.support.client import submit

# Megabytes: an argon2 hash is one block of 19, and what a process begins to do takes some.
HASH, WORKING = 19, 12


def test_the_memory_of_passwords_is_given_back_once_nobody_asks(serve: Callable[..., Served]) -> None:
    portal = serve(PORTAIL_DEMO="0")
    url = f"http://localhost:{portal.port}"
    visitor = cast(FlaskClient, RemoteClient(url))
    page = visitor.get("/connexion")
    before = {pid: megabytes(pid) for pid in portal.children()}
    peak = 0
    for number in range(12):
        assert submit(visitor, page, username=f"inconnue{number}@exemple.fr", password="x" * 12).status_code == 422
        peak = max(peak, *(megabytes(pid) - before[pid] for pid in before))
    assert peak > HASH
    wait_for(lambda: all(megabytes(pid) - before[pid] < WORKING for pid in before))


def megabytes(pid: int) -> int:
    """Return what a process holds in memory that no file gives back."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Anonymous:")) // 1024
