"""What two machines say to each other while a town moves: lines of JSON, and the bytes of files after some of them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import IO, Any

_BLOCK = 128 * 1024
_LONGEST_LINE = 1024 * 1024


class Cut(Exception):
    """The other machine is heard no more, or says what is not understood."""


@dataclass(frozen=True)
class Link:
    """The two ends of a conversation with the other machine."""

    hears: IO[bytes]
    says: IO[bytes]

    def say(self, word: str, **told: Any) -> None:
        """Say a word. Raises Cut."""
        self._write(json.dumps({"word": word, **told}).encode() + b"\n")
        self._flush()

    def hear(self) -> tuple[str, dict[str, Any]]:
        """Return the next word, and what goes with it. Raises Cut."""
        try:
            line = self.hears.readline(_LONGEST_LINE)
            told: dict[str, Any] = json.loads(line)
            return str(told.pop("word")), told
        except (OSError, ValueError, AttributeError, KeyError) as error:
            raise Cut from error

    def send(self, name: str, at: int, block: bytes) -> None:
        """Send a piece of a file. Raises Cut."""
        told = {"word": "piece", "name": name, "at": at, "size": len(block), "digest": digest(block).hex()}
        self._write(json.dumps(told).encode() + b"\n" + block)

    def take(self, told: dict[str, Any]) -> bytes:
        """Return the piece that was announced. Raises Cut for another than was sent, or one larger than any is."""
        if told["size"] not in range(_BLOCK + 1):
            raise Cut
        block = self.hears.read(told["size"])
        if digest(block).hex() != told["digest"]:
            raise Cut
        return block

    def _write(self, data: bytes) -> None:
        try:
            self.says.write(data)
        except (OSError, ValueError) as error:
            raise Cut from error

    def _flush(self) -> None:
        try:
            self.says.flush()
        except (OSError, ValueError) as error:
            raise Cut from error


@dataclass
class Shipment:
    """What the other machine has of each file, block by block: what changed since is sent, and nothing else."""

    link: Link
    known: dict[str, list[bytes]] = field(default_factory=dict)

    def send(self, name: str, file: IO[bytes], at: int = 0) -> int:
        """Send what changed of a file, last written `at`, and return how many bytes that is. Raises Cut, OSError."""
        known, number, size, sent = self.known.setdefault(name, []), 0, 0, 0
        for number, block in enumerate(_blocks(file), 1):
            size += len(block)
            if known[number - 1 : number] != [own := digest(block)]:
                self.link.send(name, (number - 1) * _BLOCK, block)
                known[number - 1 : number] = [own]
                sent += len(block)
        del known[number:]
        self.link.say("size", name=name, size=size, at=at)
        return sent

    def drop(self, name: str) -> None:
        """Have a file deleted there. Raises Cut."""
        self.known.pop(name, None)
        self.link.say("drop", name=name)


def digest(data: bytes) -> bytes:
    """Return what tells two blocks apart."""
    return blake2b(data, digest_size=16).digest()


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while block := file.read(_BLOCK):
        yield block
