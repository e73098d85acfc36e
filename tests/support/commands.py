"""`portail-famille …` in processes of their own, each born with the code loaded: to load it is most of a start.

The tests have one more process, which has loaded the code and does nothing: each command is a child of it. Who looks at
the start itself runs the command from nothing, as tests/deploy does.
"""

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Lock
from typing import IO, Any

from sqlite_utils import Database

from tests.support.made_once import COMPILED, share
from tests.support.outbox import KEY
from wizard import create_app
from wizard.cli import main
from wizard.migrations import migrate
from wizard.services import loading

ROOT = Path(__file__).parents[2]
FROM_NOTHING = [sys.executable, "-c", "from wizard.cli import main; main()"]
SHARING_NOTHING = ("env",)
"""What a command whose memory is measured is begun `inside`: no other process then has part of it."""
_MOST = 1 << 17  # of a request, an environment above all


class Command:
    """A command under way, told and stopped as one of `subprocess.Popen`."""

    def __init__(self, arguments: list[str], environ: Mapping[str, str], out: IO[Any], err: IO[Any]) -> None:
        request = {"arguments": arguments, "environ": {**environ}}
        self.args, self.returncode = arguments, None
        self.pid = int(_asked(request, out.fileno(), err.fileno()))
        self._over = os.pidfd_open(self.pid)

    def poll(self) -> int | None:
        """Return its exit code, once it has ended."""
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Return its exit code when it ends."""
        if self.returncode is None:
            if not select.select([self._over], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
            self.returncode = int(_asked({"ended": self.pid}))
            os.close(self._over)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it has not ended."""
        if self.poll() is None:
            signal.pidfd_send_signal(self._over, number)

    def terminate(self) -> None:
        """Ask it to stop."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


Begun = Command | subprocess.Popen[bytes]


def begin(*arguments: str, environ: Mapping[str, str], log: IO[bytes], inside: Sequence[str] = ()) -> Begun:
    """Begin a command, whatever it says kept in `log`; `inside`, what begins it elsewhere."""
    if inside or "LD_PRELOAD" in environ:  # read before any code is
        return subprocess.Popen([*inside, *FROM_NOTHING, *arguments], cwd=ROOT, env=environ, stdout=log, stderr=log)
    return Command([*arguments], environ, log, log)


def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Return what a command said, once it has ended; `environ` is added to that of the tests."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        code = Command([*arguments], {**os.environ, **environ}, out, err).wait(60)
        said = [file.seek(0) or file.read() for file in (out, err)]
    return subprocess.CompletedProcess(arguments, code, *said)


_lock = Lock()


def _asked(request: dict[str, object], *files: int) -> str:
    with _lock:
        nursery = _nursery()
        socket.send_fds(nursery, [json.dumps(request).encode()], files)
        return nursery.recv(_MOST).decode()


@cache
def _nursery() -> socket.socket:
    """Start the process that others are born of; it ends with this one, which alone holds the other end."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        nursery = subprocess.Popen(
            [sys.executable, "-u", "-m", "tests.support.commands", str(theirs.fileno()), str(COMPILED.folder or "")],
            cwd=ROOT, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
        )  # fmt: skip
    atexit.register(nursery.wait)
    atexit.register(ours.close)  # first
    return ours


def _born(parent: socket.socket) -> Iterator[dict[str, Any]]:
    """Give, in a child, the request that it is born of; nothing in the first process, which ends with its parent."""
    while True:
        message, files, _flags, _address = socket.recv_fds(parent, _MOST, 2)
        if not message:
            return
        request = json.loads(message)
        if pid := request.get("ended"):
            answer = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        elif not (answer := os.fork()):
            parent.close()
            for place, file in enumerate(files, 1):
                os.dup2(file, place)
                os.close(file)
            yield request
            return
        for file in files:
            os.close(file)
        parent.send(str(answer).encode())


def _load(templates: str) -> None:
    """Read all that a portal reads, once; share what the portals of the tests share."""
    COMPILED.folder = Path(templates) if templates else None
    share()
    loading.load()
    settings = {"INSTANCE": ROOT / "instance", "PUBLIC_URL": "http://localhost", "SECRET_KEY": KEY}
    create_app({f"PORTAIL_{name}": value for name, value in settings.items()}, {})
    migrate(Database(memory=True))
    loading.settle()


if __name__ == "__main__":
    _load(sys.argv[2])
    for request in _born(socket.socket(fileno=int(sys.argv[1]))):
        os.environ.clear()
        os.environ.update(request["environ"])
        sys.argv = ["portail-famille", *request["arguments"]]
        main()
