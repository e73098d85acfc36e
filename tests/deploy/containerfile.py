"""What a Containerfile says: its instructions, read strictly, and what each changes in the image's settings.

Read with the standard library alone: `podman.py`, on the machine of the tests, imports it.
"""

import json
import re
import shlex
from dataclasses import dataclass, field

# An image of Python has its own in /usr/local; what a container gets when nobody says more.
PATH = "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
_INSTRUCTION = re.compile(r"([A-Z]+) +((?:[^\n]*\\\n)*[^\n]*)(?:\n+|$)")
_COMMENT = re.compile(r"^[ \t]*#.*\n?", re.MULTILINE)


class Refused(Exception):
    """An instruction that is not one, or that nobody here knows how to follow."""


@dataclass
class Config:
    """What an image says of the containers that are made of it."""

    user: str = "root"
    workdir: str = "/"
    env: dict[str, str] = field(default_factory=lambda: {"PATH": PATH})
    volumes: list[str] = field(default_factory=list)
    ports: list[str] = field(default_factory=list)
    stop_signal: str = "SIGTERM"
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)

    def take(self, name: str, words: str) -> None:
        """Take an instruction that changes no file. Raises Refused."""
        match name:
            case "USER":
                self.user = words
            case "WORKDIR":
                self.workdir = _absolute(words)
            case "ENV":
                self.env |= dict(_pair(word) for word in shlex.split(words))
            case "VOLUME":
                self.volumes += [_absolute(word) for word in words.split()]
            case "EXPOSE":
                self.ports += words.split()
            case "STOPSIGNAL":
                self.stop_signal = words
            case "ENTRYPOINT":
                self.entrypoint, self.command = _list(words), []
            case "CMD":
                self.command = _list(words)
            case _:
                raise Refused(f"{name} {words}")

    def words(self, asked: list[str]) -> list[str]:
        """Return what a container runs: what it is asked or, without that, what the image says."""
        return [*self.entrypoint, *(asked or self.command)]


def instructions(text: str) -> list[tuple[str, str]]:
    """Return the instructions, in order; each on one line. Raises Refused for what is none."""
    bare, place, found = _COMMENT.sub("", text).lstrip("\n"), 0, []
    while place < len(bare):
        read = _INSTRUCTION.match(bare, place)
        if not read:
            raise Refused(bare[place:].splitlines()[0])
        found.append((read[1], read[2].replace("\\\n", "").strip()))
        place = read.end()
    if [name for name, _words in found].count("FROM") != 1 or found[0][0] != "FROM":
        raise Refused("one FROM, first")
    return found


def _absolute(path: str) -> str:
    if not path.startswith("/"):
        raise Refused(f"{path}: not from the root")
    return path


def _pair(word: str) -> tuple[str, str]:
    name, equals, value = word.partition("=")
    if not equals or "$" in value:
        raise Refused(f"ENV {word}")
    return name, value


def _list(words: str) -> list[str]:
    """Return the words of the form in JSON: the other has a shell between the program and its signals."""
    try:
        read: list[str] = json.loads(words)
    except ValueError as error:
        raise Refused(words) from error
    return read
