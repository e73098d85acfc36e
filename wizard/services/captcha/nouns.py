"""The nouns of the security check: their drawings' places on the sheet, and those that look alike."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
SHEET = HERE / "icons.png"
CELL = 96
COLUMNS = 24


@dataclass(frozen=True)
class Noun:
    text: str
    sources: tuple[str, ...]
    first_cell: int
    looks_like: frozenset[str]

    @property
    def cells(self) -> range:
        return range(self.first_cell, self.first_cell + len(self.sources))


@cache
def all_nouns() -> tuple[Noun, ...]:
    data = tomllib.loads((HERE / "nouns.toml").read_text("utf-8"))
    nouns: list[Noun] = []
    cell = 0
    for text, sources in data["drawings"].items():
        nouns.append(Noun(text, tuple(sources), cell, _look_alikes(text, data["confusable"])))
        cell += len(sources)
    return tuple(nouns)


def _look_alikes(text: str, confusable: Mapping[str, list[list[str]]]) -> frozenset[str]:
    lines = [line for line in confusable["lines"] if text in line]
    return frozenset(other for line in lines for other in line if other != text)


def fingerprint() -> str:
    """Return a digest of what the sheet was drawn from; it is written in it, so that a stale sheet shows."""
    listed = "\n".join(source for noun in all_nouns() for source in noun.sources)
    return hashlib.sha256(listed.encode()).hexdigest()
