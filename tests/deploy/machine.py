"""A machine of its own for a test: Debian's systemd, an empty network, and a disk whose changes end with it.

It is made of namespaces of this one: what is installed here is there, read-only; /etc is a copy, what a town installs
and writes is in memory. Nothing that is done there is seen here, and all its processes end with the test's.
"""

import ctypes
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PROXIES = ROOT / "build" / "proxies"
_WITH_THE_TEST = ("setpriv", "--pdeathsig", "KILL")
_NETWORK = 0x40000000  # CLONE_NEWNET

# A group of processes of its own, for systemd to make others in; given back at the end.
_OUTSIDE = """
set -e
mount --make-rprivate /
mount -t cgroup2 none /sys/fs/cgroup
group=/sys/fs/cgroup/portail-$$
mkdir $group
echo $$ > $group/cgroup.procs
setpriv --pdeathsig KILL unshare -n -p -C --fork --kill-child --mount-proc sh -c "$0" "$@" || true
echo $$ > /sys/fs/cgroup/cgroup.procs
find $group -depth -type d -exec rmdir {} +
"""
# The units that a service stands on, and no other: those of this machine would set up its kernel and its devices.
_UNITS = ["sysinit", "basic", "sockets", "timers", "multi-user", "shutdown", "network-online", "network", "umount"]
_INSIDE = r"""
set -e
source=$1 python=$2 packages=$3
umount /sys/fs/cgroup
mount -t cgroup2 none /sys/fs/cgroup
mount -t tmpfs none /mnt
cp -a /etc /mnt/
mount -o remount,ro,bind /
mount --bind /mnt/etc /etc
for folder in /run /var /opt /srv /usr/local/sbin; do mount -t tmpfs -o mode=755 none $folder; done
mkdir -p /opt/source /opt/python /opt/packages /run/units /var/tmp /var/cache/ldconfig /var/log/nginx /var/lib/nginx
chmod 1777 /var/tmp
mount --bind $source /opt/source
mount --bind $python /opt/python
mount --bind $packages /opt/packages
mount -t tmpfs -o mode=1777 none /tmp
echo /opt/python/lib > /etc/ld.so.conf.d/000-python.conf
ldconfig
rm -rf /etc/systemd/system
mkdir /etc/systemd/system
for unit in $UNITS; do cp /lib/systemd/system/$unit.target /run/units/; done
cp /lib/systemd/system/systemd-journald.service /lib/systemd/system/systemd-journald.socket /run/units/
mkdir /run/units/sockets.target.wants
ln -s ../systemd-journald.socket /run/units/sockets.target.wants/
printf '[Journal]\nStorage=volatile\nReadKMsg=no\nAudit=no\n' > /etc/systemd/journald.conf
ip link set lo up
export container=test SYSTEMD_UNIT_PATH=/etc/systemd/system:/run/units
exec /lib/systemd/systemd --system --unit=multi-user.target --log-level=warning
"""


def why_not() -> str:
    """Return why there can be none here, or nothing."""
    if os.geteuid():
        return "only root makes a machine of its own"
    needed = ["unshare", "nsenter", "/lib/systemd/systemd", "systemctl", "useradd", "ip", "openssl"]
    if missing := [name for name in needed if not shutil.which(name)]:
        return f"not installed: {', '.join(missing)}"
    tried = subprocess.run(["unshare", "-m", "-n", "-p", "-C", "--fork", "true"], capture_output=True)
    return "" if tried.returncode == 0 else "no namespaces here"


class Machine:
    """One such machine, started; `stop` ends it."""

    def __init__(self, work: Path) -> None:
        self.log = (work / "machine.log").open("ab")
        packages = sysconfig.get_path("purelib")
        self.outside = subprocess.Popen(
            [*_WITH_THE_TEST, "unshare", "-m", "sh", "-c", _OUTSIDE, _INSIDE, "sh", ROOT, sys.base_prefix, packages],
            env={"PATH": os.environ["PATH"], "UNITS": " ".join(_UNITS)}, stdout=self.log, stderr=self.log,
        )  # fmt: skip
        self.first = self._first()
        self.until(lambda: self.run("systemctl is-active multi-user.target", check=False).stdout == "active\n")

    def _first(self) -> int:
        """Return the number that its first process has here."""
        parent = self.outside.pid
        for command in ("unshare", "systemd"):
            parent = int(self.until(lambda parent=parent, command=command: _child(parent, command)))
        return parent

    def until(self, condition: Callable[[], Any]) -> Any:
        """Return what `condition` answers once it is true."""
        deadline = time.monotonic() + 60
        while not (answer := condition()):
            assert time.monotonic() < deadline and self.outside.poll() is None, Path(self.log.name).read_text()
            time.sleep(0.05)
        return answer

    def run(self, lines: str, check: bool = True, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run lines of shell there, as root, until one fails."""
        done = subprocess.run(
            ["nsenter", "-t", str(self.first), "-m", "-n", "-p", "--wd=/", "sh", "-ec", lines],
            env=self.environment, capture_output=True, text=True, timeout=300, **options,
        )  # fmt: skip
        assert not check or done.returncode == 0, f"{lines}\n{done.stdout}{done.stderr}"
        return done

    @property
    def environment(self) -> dict[str, str]:
        proxies = "/opt/source/build/proxies/usr"
        path = f"/opt/python/bin:{proxies}/sbin:{proxies}/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
        return {"PATH": path, "LC_ALL": "C.UTF-8", "PIP_NO_INDEX": "1"}

    def callers(self, count: int) -> ThreadPoolExecutor:
        """Return threads whose sockets are in its network."""
        return ThreadPoolExecutor(count, initializer=_enter, initargs=(f"/proc/{self.first}/ns/net",))

    def stop(self) -> None:
        os.kill(self.first, 9)
        self.outside.wait(30)
        self.log.close()


def _child(parent: int, command: str) -> int | None:
    """Return the child of a process that runs `command`."""
    for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
        with suppress(OSError):  # it ended meanwhile
            if Path(f"/proc/{child}/comm").read_text().strip() == command:
                return int(child)
    return None


def _enter(network: str) -> None:
    with open(network) as file:
        if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), _NETWORK):
            raise OSError(ctypes.get_errno(), network)
