"""A root made of layers, as an image is; the first makes an image of Python of the machine itself.

Read with the standard library alone: `podman.py`, on the machine of the tests, imports it.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.deploy.containerfile import Config, Refused

# Of the machine's root, what a system is made of; the rest is another's, and is empty or is not there.
_SYSTEM = {"bin", "sbin", "lib", "lib32", "lib64", "libx32", "usr", "etc"}
_EMPTY = ["dev", "proc", "tmp", "run", "var", "srv", "opt", "root", "usr/local"]
_PYTHON = f"""
umask 022
mkdir -p /var/tmp /usr/local/bin
chmod 1777 /tmp /var/tmp
echo /opt/python/lib > /etc/ld.so.conf.d/000-python.conf
ldconfig
/opt/python/bin/python3 -m venv --without-pip /usr/local
echo /opt/packages > /usr/local/lib/python3.{sys.version_info.minor}/site-packages/packages.pth
printf '#!/bin/sh\\nexec /usr/local/bin/python3 -m pip "$@"\\n' > /usr/local/bin/pip
chmod +x /usr/local/bin/pip"""
# Its arguments: the root, its layers, what else to mount, and the command, which becomes the first process there.
_ENTER = r"""
set -e
root=$1 layers=$2 mounts=$3
shift 3
mount --make-rprivate /
mount -t overlay -o "$layers" container $root
mount --rbind /dev $root/dev
mount -t tmpfs none $root/dev/shm
mount -t proc none $root/proc
for folder in opt/python opt/packages; do mount --bind /$folder $root/$folder; done
eval "$mounts"
exec chroot $root "$@"
"""


class Layers:
    """Layers over the machine's root, of which `top` takes what is written."""

    def __init__(self, top: Path, *below: Path) -> None:
        self.top, self.below = top, below
        self.work, self.root = top.with_name(f"{top.name}.work"), top.with_name(f"{top.name}.root")
        for folder in (top, self.work, self.root):
            folder.mkdir(parents=True)

    def command(self, config: Config, words: list[str], mounts: str = "") -> list[str]:
        """Return what runs a command as the image says, in processes of its own."""
        lower = ":".join(str(one) for one in [*reversed(self.below), "/"])
        layers = f"lowerdir={lower},upperdir={self.top},workdir={self.work}"
        account = ["setpriv", f"--reuid={config.user}", f"--regid={config.user}", "--init-groups"]
        variables = [f"{name}={value}" for name, value in config.env.items()]
        enter = [
            "unshare",
            "-m",
            "-p",
            "--fork",
            "--kill-child",
            "sh",
            "-c",
            _ENTER,
            "sh",
            str(self.root),
            layers,
            mounts,
        ]
        return [*enter, *account, "env", "-i", "-C", config.workdir, *variables, *words]

    def run(self, config: Config, *words: str) -> None:
        """Run a command in it. Raises Refused when it fails."""
        done = subprocess.run(self.command(config, list(words)), stdin=subprocess.DEVNULL)
        if done.returncode:
            raise Refused(f"{words[-1]}: status {done.returncode}")

    def copy(self, context: Path, workdir: str, words: str) -> None:
        """Copy files of the project, and what is in its folders; all is root's. Raises Refused."""
        *sources, target = words.split()
        into = self.top / os.path.normpath(f"{workdir}/{target}").lstrip("/")
        folder = target.endswith("/")
        if not sources or words.startswith("-") or (len(sources) > 1 and not folder):
            raise Refused(f"COPY {words}")
        for source in sources:
            found = (context / source).resolve()
            if not found.is_relative_to(context) or not found.exists():
                raise Refused(f"COPY {words}: {source} is not in the project")
            if found.is_dir():
                shutil.copytree(found, into, symlinks=True, dirs_exist_ok=True)
            else:
                place = into / found.name if folder else into
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(found, place)


def python(top: Path) -> Path:
    """Return the layer that makes of this machine an image of Python, with the packages of the tests."""
    if top.exists():
        return top
    layers = Layers(top)
    for name in {path.name for path in Path("/").iterdir()} - _SYSTEM - set(_EMPTY):
        os.mknod(top / name, 0o020000, os.makedev(0, 0))  # how a layer says that there is none
    for name in _EMPTY:
        (top / name).mkdir(parents=True)
        os.setxattr(top / name, "trusted.overlay.opaque", b"y")
    for name in ("python", "packages"):
        (top / "opt" / name).mkdir()
    layers.run(Config(), "sh", "-ec", _PYTHON)
    return top
