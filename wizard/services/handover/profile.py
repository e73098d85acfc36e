"""A profile: what one software of the town takes, and what it does not."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from wizard.services.handover.families import Family
from wizard.stores.exports import Held

Row = tuple[str, ...]
"""The cells of a line, all of them text."""


@dataclass(frozen=True)
class Sheet:
    """A table of the file: its name, and what its columns are called."""

    name: str
    head: Row


@dataclass(frozen=True)
class Finding:
    """What does not pass, or not as it is: about whom (their numbers), in words; `stopped` is left out of the file."""

    people: tuple[int, ...]
    words: str
    stopped: bool = True


@dataclass(frozen=True)
class Handed:
    """What a file holds of a family: lines, each of a sheet; who and which rights they are; what they lack."""

    rows: tuple[tuple[str, Row], ...]
    held: Held
    findings: tuple[Finding, ...]


Rows = Iterable[tuple[str, Row]]
Tell = Callable[[Family], Handed]


@dataclass(frozen=True)
class Profile:
    """One kind of file. `start` reads all the families once, where one depends on the others.

    `notes` are what never passes, whoever it is about.
    """

    slug: str
    label: Any
    extension: str
    sheets: tuple[Sheet, ...]
    start: Callable[[Iterator[Family]], Tell]
    write: Callable[[IO[bytes], tuple[Sheet, ...], Rows], None]
    notes: tuple[Any, ...] = ()


def alone(tell: Tell) -> Callable[[Iterator[Family]], Tell]:
    """Return the `start` of a profile in which a family is told whatever the others are."""
    return lambda _families: tell
