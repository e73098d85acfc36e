"""What an upgrade may rely on: a portal that stops and starts under its callers, files replaced under a portal."""

import os
import shutil
import socket
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.net.courier import Courier
from tests.serving.caller import Caller
from tests.support.commands import FROM_NOTHING, ROOT
from tests.support.waiting import PATIENCE, wait_for

# As systemd does: the number of the process, known to it alone, and the socket in the third place.
ACTIVATED = ["bash", "-c", 'exec 3<&"$0"; export LISTEN_PID=$$ LISTEN_FDS=1; exec "$@"']


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """The socket that a supervisor keeps from one start to the next."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        yield listener


@contextmanager
def started(listener: socket.socket, instance: Path, root: Path = ROOT) -> Iterator[subprocess.Popen[bytes]]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PORTAIL_")}
    port, fd = listener.getsockname()[1], listener.fileno()
    settings = {"PORTAIL_INSTANCE": str(instance), "PORTAIL_PUBLIC_URL": f"http://localhost:{port}"}
    settings |= {"PORTAIL_TRUSTED_NETWORKS": "127.0.0.0/8", "PYTHONPATH": str(root)}
    with (instance / "serve.log").open("ab") as log:
        process = subprocess.Popen(
            [*ACTIVATED, str(fd), *FROM_NOTHING, "serve"],
            cwd=root, env=environment | settings, stdout=log, stderr=log, pass_fds=[fd],
        )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        assert process.wait(PATIENCE) == 0, (instance / "serve.log").read_text()


def a_caller(listener: socket.socket) -> Caller:
    """Return someone behind a proxy that opens a connection for each request."""
    return Caller(Courier(listener.getsockname()[1], patience=PATIENCE), keep=False)


def test_files_replaced_under_a_portal_change_nothing(listener: socket.socket, instance: Path, tmp_path: Path) -> None:
    copy = tmp_path / "release"
    for part in ("wizard", "templates", "static"):
        shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    with started(listener, instance, copy):
        caller = a_caller(listener)
        caller.ask("GET", "/healthz")  # it answers: all that it needs is read
        for file in [path for path in copy.rglob("*") if path.is_file() and "conversion" not in path.parts]:
            file.write_bytes(b"{{ another_version() }} raise SystemExit\n")
        titles = {caller.sign_up(f"camille{number}@exemple.fr") for number in range(3)}
    assert titles == {"Confirmation de création de votre espace"} and set(caller.answered) == {200, 303}


@pytest.mark.long
def test_a_portal_started_again_on_its_supervisor_s_socket_fails_no_request(
    listener: socket.socket, instance: Path
) -> None:
    over, callers = threading.Event(), [a_caller(listener) for _caller in range(4)]

    def insist(caller: Caller) -> None:
        while not over.is_set():
            caller.begin_a_sign_up()

    with ThreadPoolExecutor(len(callers)) as crowd:
        calls = [crowd.submit(insist, caller) for caller in callers]
        for _start in range(3):
            with started(listener, instance):
                before = sum(caller.answered.total() for caller in callers)
                wait_for(lambda before=before: sum(caller.answered.total() for caller in callers) > before + 40)
        with started(listener, instance):
            over.set()
            for call in calls:
                call.result()
    answered = sum((caller.answered for caller in callers), Counter[int]())
    assert set(answered) == {200, 303} and answered.total() > 120
