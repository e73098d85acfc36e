"""Two machines for a test: two networks with a cable between them, and a line such as ssh's from one to the other.

python -m tests.towns.machines ADDRESS PORT              says what it hears to whoever listens there, and back
python -m tests.towns.machines ADDRESS PORT COMMAND…     listens there, and has a COMMAND of its own answer each caller
"""

import ctypes
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tests.serving.served import wait_for

_NETWORK = 0x40000000  # CLONE_NEWNET
_WITH_THE_TEST = ("setpriv", "--pdeathsig", "KILL")


def why_not() -> str:
    """Return why there can be none here, or nothing."""
    if os.geteuid():
        return "only root makes networks"
    return "" if all(map(shutil.which, ("ip", "unshare", "nsenter", "setpriv"))) else "no tools for networks"


class Machine:
    """A network of its own, at an address."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.first = subprocess.Popen([*_WITH_THE_TEST, "unshare", "-n", "sleep", "infinity"])
        wait_for(lambda: os.readlink(self.network) != os.readlink("/proc/self/ns/net"))
        wait_for(lambda: Path(f"/proc/{self.first.pid}/comm").read_text() == "sleep\n")

    @property
    def network(self) -> str:
        return f"/proc/{self.first.pid}/ns/net"

    @property
    def inside(self) -> list[str]:
        """What a command begins with, to run there."""
        return ["nsenter", "-t", str(self.first.pid), "-n", *_WITH_THE_TEST]

    def threads(self, count: int) -> ThreadPoolExecutor:
        """Return threads whose sockets, and those of whom they start, are in its network."""
        return ThreadPoolExecutor(count, initializer=_enter, initargs=(self.network,))


def _enter(network: str) -> None:
    with open(network) as file:
        if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), _NETWORK):
            raise OSError(ctypes.get_errno(), network)


@contextmanager
def two() -> Iterator[tuple[Machine, Machine]]:
    """Two machines that reach each other."""
    pair = Machine("10.77.0.1"), Machine("10.77.0.2")
    ends = "ip link add name cable netns {} type veth peer name cable netns {}".format(*(one.first.pid for one in pair))
    try:
        subprocess.run(ends.split(), check=True)
        for one in pair:
            lines = f"ip link set lo up; ip address add {one.address}/24 dev cable; ip link set cable up"
            subprocess.run([*one.inside, "sh", "-ec", lines], check=True)
        yield pair
    finally:
        for one in pair:
            one.first.kill()
            one.first.wait()


def main() -> None:
    address, port, *command = sys.argv[1:]
    if command:
        with socket.create_server((address, int(port))) as door:
            print("listening", flush=True)
            while True:
                caller, _from = door.accept()
                with caller:
                    subprocess.Popen(command, stdin=caller, stdout=caller)
    with socket.create_connection((address, int(port))) as line:
        threading.Thread(target=_speak, args=(line,), daemon=True).start()
        while heard := line.recv(65536):
            os.write(1, heard)


def _speak(line: socket.socket) -> None:
    while said := os.read(0, 65536):
        line.sendall(said)
    line.shutdown(socket.SHUT_WR)


if __name__ == "__main__":
    main()
