"""What podman does of README's lines, on a machine that has neither podman nor the network.

`build` follows the Containerfile; `run` starts what the image says as the first process of a container, with a root and
an address of its own, on a network where the machine is 10.88.0.1. The image of Python that FROM names is made of the
machine itself (`layers.py`), where pip finds the packages. What is asked beyond that is refused.
"""

import argparse
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from tests.deploy import layers
from tests.deploy.containerfile import Config, Refused, instructions

STORE = Path("/var/lib/containers")
_BASE = r"docker\.io/library/python:3\.\d+-slim"
_PIP = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": "/dev/null"}
_BRIDGE = """
ip link add podman0 type bridge
ip addr add 10.88.0.1/16 dev podman0
ip link set podman0 up"""
_NETWORK = """
ip link show podman0 > /dev/null 2>&1 || {{ {bridge}
}}
ip netns add {name}
ip link add {name} type veth peer name eth0 netns {name}
ip link set {name} master podman0 up
ip -n {name} addr add {address}/16 dev eth0
ip -n {name} link set lo up
ip -n {name} link set eth0 up"""
_SERVING, _ONCE = "10.88.0.2", "10.88.0.3"
# Callers of a port of the machine are, in the container, the machine itself.
_PUBLISHED = [
    "systemd-socket-activate",
    "-l",
    "{outside}",
    "/lib/systemd/systemd-socket-proxyd",
    f"{_SERVING}:{{inside}}",
]


def build(asked: argparse.Namespace) -> int:
    """Follow a Containerfile. Raises Refused, also when a command fails."""
    steps = instructions(Path(asked.file).read_text(encoding="utf-8"))
    if not re.fullmatch(_BASE, steps[0][1]):
        raise Refused(f"FROM {steps[0][1]}")
    image = STORE / asked.tag
    shutil.rmtree(image, ignore_errors=True)
    root, config = layers.Layers(image / "layer", layers.python(STORE / "python")), Config()
    for name, words in steps[1:]:
        print(f"{name} {words}", flush=True)
        if name == "RUN":
            built = Config(config.user, config.workdir, config.env | _PIP)
            root.run(built, "/bin/sh", "-c", words)
        elif name == "COPY":
            root.copy(Path(asked.context).resolve(), config.workdir, words)
        else:
            config.take(name, words)
            (root.top / config.workdir.lstrip("/")).mkdir(parents=True, exist_ok=True)
    (image / "config.json").write_text(json.dumps(asdict(config)), encoding="utf-8")
    return 0


def run(asked: argparse.Namespace) -> int:
    """Run a command of an image, or what it says by itself; return its status."""
    image, name = STORE / asked.image, asked.name or "once"
    config = Config(**json.loads((image / "config.json").read_text(encoding="utf-8")))
    config.env |= _variables(asked.env_file)
    words = [asked.entrypoint, *asked.words] if asked.entrypoint else config.words(asked.words)
    root = layers.Layers(STORE / "containers" / name / "layer", STORE / "python", image / "layer")
    command = root.command(config, words, _volumes(root.root, image / "layer", asked.volume))
    if asked.detach:
        _begin(root.top.parent, command, config.stop_signal, asked)
        return 0
    read = None if asked.interactive else subprocess.DEVNULL
    status = subprocess.run([*_connected(name, _ONCE), *command], stdin=read).returncode
    subprocess.run(["ip", "netns", "delete", name], check=True)
    shutil.rmtree(root.top.parent)
    return status


def _begin(container: Path, command: list[str], stop_signal: str, asked: argparse.Namespace) -> None:
    """Start a container that stays, in a network of its own, with its ports; `stop` and `rm` end them."""
    begun = [_lasting([*_connected(asked.name, _SERVING), *command], container)]
    for port in asked.publish:
        outside, _colon, inside = port.rpartition(":")
        begun.append(_lasting([word.format(outside=outside, inside=inside) for word in _PUBLISHED], container / "port"))
    known = {"signal": stop_signal, "patience": asked.stop_timeout, "processes": begun}
    (container / "container.json").write_text(json.dumps(known), encoding="utf-8")


def _connected(name: str, address: str) -> list[str]:
    """Make the network of a container, and return what enters it."""
    subprocess.run(["sh", "-ec", _NETWORK.format(name=name, address=address, bridge=_BRIDGE)], check=True)
    return ["nsenter", f"--net=/run/netns/{name}"]


def _lasting(command: list[str], folder: Path) -> int:
    """Start what outlives this, and return the number of its process; its status will be beside its log."""
    folder.mkdir(exist_ok=True)
    shell = f"{shlex.join(command)} & echo $! > {folder}/pid; wait $!; echo $? > {folder}/status"
    with (folder / "log").open("wb") as log:
        subprocess.Popen(["setsid", "sh", "-c", shell], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    while not (folder / "pid").exists() or not (read := (folder / "pid").read_text(encoding="utf-8")):
        time.sleep(0.01)
    return int(read)


def _variables(file: str | None) -> dict[str, str]:
    """Read a file of variables as podman does: quotes are part of a value. Raises Refused."""
    lines = Path(file).read_text(encoding="utf-8").splitlines() if file else []
    pairs = [line.partition("=") for line in lines if line.strip() and not line.startswith("#")]
    if wrong := [name for name, _equals, _value in pairs if not re.fullmatch(r"\S+", name)]:
        raise Refused(f"{wrong[0]}: no name of a variable")
    return {name: value for name, _equals, value in pairs}


def _volumes(root: Path, image: Path, volumes: list[str]) -> str:
    """Return what mounts the volumes: one that is new begins as what the image has there, its owner included."""
    mounts = []
    for volume in volumes:
        name, place = volume.split(":")
        kept, begun = STORE / "volumes" / name, image / place.lstrip("/")
        kept.parent.mkdir(exist_ok=True)
        if not kept.exists():
            subprocess.run(["cp", "-a", begun, kept] if begun.is_dir() else ["mkdir", kept], check=True)
        mounts.append(f"mkdir -p {root}{place}; mount --bind {kept} {root}{place}")
    return "\n".join(mounts)


def stop(asked: argparse.Namespace) -> int:
    """Send a container the signal of its image, then kill it if it is too long to end."""
    container = STORE / "containers" / asked.name
    known = json.loads((container / "container.json").read_text(encoding="utf-8"))
    outside = known["processes"][0]
    first = int(Path(f"/proc/{outside}/task/{outside}/children").read_text(encoding="utf-8"))
    os.kill(first, signal.Signals[known["signal"]])
    deadline = time.monotonic() + known["patience"]
    while not (container / "status").exists():
        if time.monotonic() > deadline:
            with suppress(ProcessLookupError):
                os.kill(first, signal.SIGKILL)
        time.sleep(0.02)
    return 0


def wait(asked: argparse.Namespace) -> int:
    """Print the status of a container that ended."""
    print((STORE / "containers" / asked.name / "status").read_text(encoding="utf-8").strip())
    return 0


def logs(asked: argparse.Namespace) -> int:
    """Print what a container said."""
    print((STORE / "containers" / asked.name / "log").read_text(encoding="utf-8"))
    return 0


def remove(asked: argparse.Namespace) -> int:
    """Forget a container that ended, and all that it wrote elsewhere than in its volumes."""
    container = STORE / "containers" / asked.name
    for process in json.loads((container / "container.json").read_text(encoding="utf-8"))["processes"][1:]:
        os.kill(process, signal.SIGKILL)
    subprocess.run(["ip", "netns", "delete", asked.name], check=True)
    shutil.rmtree(container)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("podman", allow_abbrev=False)
    commands = parser.add_subparsers(required=True)
    built = commands.add_parser("build", allow_abbrev=False)
    built.set_defaults(do=build)
    built.add_argument("-f", dest="file", required=True)
    built.add_argument("-t", dest="tag", required=True)
    built.add_argument("context")
    started = commands.add_parser("run", allow_abbrev=False)
    started.set_defaults(do=run)
    # Neither is of use here: nobody types, and nothing is to be started again.
    for unused in ("--rm", "-t"):
        started.add_argument(unused, action="store_true")
    started.add_argument("--restart")
    started.add_argument("-i", dest="interactive", action="store_true")
    started.add_argument("-d", dest="detach", action="store_true")
    started.add_argument("--name")
    started.add_argument("--env-file")
    started.add_argument("-v", dest="volume", action="append", default=[])
    started.add_argument("-p", dest="publish", action="append", default=[])
    started.add_argument("--entrypoint")
    started.add_argument("--stop-timeout", type=float, default=10.0)
    started.add_argument("image")
    started.add_argument("words", nargs=argparse.REMAINDER)
    for name, do in (("stop", stop), ("wait", wait), ("logs", logs), ("rm", remove)):
        one = commands.add_parser(name)
        one.set_defaults(do=do)
        one.add_argument("name")
    return parser.parse_args()


if __name__ == "__main__":
    given = _arguments()
    try:
        sys.exit(given.do(given))
    except (Refused, subprocess.CalledProcessError) as error:
        sys.exit(f"Error: {error}")
