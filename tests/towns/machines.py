"""Two machines for a test: two networks with a cable between them, and SSH from one to the other."""

import ctypes
import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tests.support.commands import ROOT
from tests.support.waiting import wait_for

SSH = ROOT / "build" / "proxies" / "usr"
"""A server and a client of SSH, unpacked and not installed: `make proxies`."""
_NETWORK = 0x40000000  # CLONE_NEWNET
_WITH_THE_TEST = ("setpriv", "--pdeathsig", "KILL")
_LIBRARIES = {**os.environ, "LD_LIBRARY_PATH": ":".join(map(str, (SSH / "lib").glob("*-linux-gnu*")))}


def why_not() -> str:
    """Return why there can be none here, or nothing."""
    if os.geteuid():
        return "only root makes networks"
    if not (SSH / "sbin" / "dropbear").exists():
        return "no SSH: make proxies"
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


@contextmanager
def reached(machine: Machine, folder: Path) -> Iterator[list[str]]:
    """Let another machine in by SSH, with a key made for it in `folder`; give what its commands begin with.

    For those of this machine, whoever comes in is one whose home is that folder.
    """
    key, host, home = folder / "key", folder / "host", folder / "home"
    for made in (key, host):
        _of_ssh("dropbearkey", "-t", "ed25519", "-f", str(made))
    public = next(line for line in _of_ssh("dropbearkey", "-y", "-f", str(key)).splitlines() if line[:4] == "ssh-")
    (home / ".ssh").mkdir(mode=0o700, parents=True)
    (home / ".ssh" / "authorized_keys").write_text(public)
    (folder / "passwd").write_text(f"root:x:0:0::{home}:/bin/sh\n")
    door = [str(SSH / "sbin" / "dropbear"), "-F", "-E", "-m", "-s", "-p", f"{machine.address}:22", "-r", str(host)]
    lines = f"mount --bind {folder}/passwd /etc/passwd; exec {shlex.join(door)} -P {folder}/pid"
    with (folder / "ssh.log").open("wb") as log:
        server = subprocess.Popen([*machine.inside, "unshare", "-m", "sh", "-ec", lines], env=_LIBRARIES, stderr=log)
    try:
        wait_for((folder / "pid").exists)
        client = ["env", "LD_LIBRARY_PATH=" + _LIBRARIES["LD_LIBRARY_PATH"], str(SSH / "bin" / "dbclient")]
        yield [*client, "-y", "-y", "-i", str(key), f"root@{machine.address}"]
    finally:
        server.kill()
        server.wait()


def _of_ssh(program: str, *arguments: str) -> str:
    command = [str(SSH / "bin" / program), *arguments]
    return subprocess.run(command, env=_LIBRARIES, check=True, capture_output=True, text=True).stdout
