"""A town leaves for another machine: copied while it is served, closed for the time of what changed since.

The databases are sent as they are written, then their logs, which hold all that changed: see `database_file.pinned`.
The mark that a town has left is on the disk before the other machine is told to open it: never do both serve it.
"""

import os
import secrets
import subprocess  # nosec B404: what runs is what the administrator typed
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

from wizard import private_files
from wizard.migrations import known
from wizard.settings import Settings
from wizard.stores import database_file
from wizard.towns import door
from wizard.towns.baggage import Baggage
from wizard.towns.door import Door
from wizard.towns.parcels import Cut, Link, Shipment

# Seconds that a work of the town is waited for, its slowest conversation with a server of mails above all.
_HOUSE = 120.0
# Of the seconds that a town may be closed, the part in which those who were inside go out.
_GOING_OUT = 0.5
# The log is sent again while more than this was written meanwhile, but not for ever.
_LITTLE, _ROUNDS = 1024 * 1024, 8
_ASKED, _AGAIN, _ANSWERED = 5, 2.0, 20.0


class NotLeaving(Exception):
    """The town stays, and is served from here; the message says why."""


class Unsettled(Exception):
    """The other machine was about to open the town, and does not answer: it is served from here no more."""


@dataclass(frozen=True)
class Left:
    """How a town left: the bytes sent while it was served, those sent while it was closed, for how many seconds."""

    before: int
    last: int
    seconds: float


def leave(settings: Settings, command: Sequence[str], at_most: float, tell: Callable[[str], None]) -> Left:
    """Move a town to where `command` runs `towns receive`, closed `at_most` seconds; `tell` says where that stands.

    Raises NotLeaving, Unsettled.
    """
    slug = settings.instance.name
    if door.is_expected(settings.instance):
        return _settled(settings.instance, command)
    number = secrets.token_hex(8)
    try:
        database_file.check(settings.database)
        database_file.check(settings.documents.file, database_file.DOCUMENTS)
        with _speaking(command) as (link, process):
            shared = not settings.addresses.is_relative_to(settings.instance) and str(settings.addresses)
            told = {"known": known(), "addresses": shared or None, "citycode": settings.town.citycode}
            link.say("move", slug=slug, number=number, **told)
            baggage = Baggage(settings, bool(_told(link, "go").get("addresses")), Shipment(link))
            return _sent(baggage, process, number, command, at_most, tell)
    except database_file.Damaged as damage:
        raise NotLeaving(f"sa base est abîmée ({damage})") from damage
    except Cut as cut:
        raise NotLeaving("l'autre machine ne répond plus, ou la fermeture aurait trop duré (--at-most)") from cut
    except door.Occupied as occupied:
        raise NotLeaving("quelqu'un y travaille encore : recommencez dans un instant") from occupied


def _sent(
    baggage: Baggage,
    process: "subprocess.Popen[bytes]",
    number: str,
    command: Sequence[str],
    at_most: float,
    tell: Callable[[str], None],
) -> Left:
    instance, link = baggage.settings.instance, baggage.ship.link
    with ExitStack() as stack:
        before = baggage.send_files()
        link.say("check")
        _told(link, "fine")
        tell("copie pendant qu'elle sert")
        for name, path in baggage.databases().items():
            # Opened before SQLite's own, closed after: closing it takes the locks of the whole process away.
            file = stack.enter_context(path.open("rb", buffering=0))
            stack.enter_context(database_file.pinned(path))
            before += baggage.ship.send(name, file)
        before += _caught_up(baggage)
        stack.enter_context(door.closed(instance, Door.HOUSE, _HOUSE))
        with _at_most(_HOUSE, process):
            before += _caught_up(baggage)
        began = _close(stack, instance, at_most * _GOING_OUT)
        with _at_most(began + at_most - time.monotonic(), process):
            stack.enter_context(database_file.still(*baggage.databases().values()))
            last = baggage.send_files() + baggage.send_logs()
            rows = {name: database_file.rows(path) for name, path in baggage.databases().items()}
            link.say("verify", rows=rows)
            _told(link, "ready")
        with _at_most(at_most, process):
            _open_there(instance, link, number, command)
        return Left(before, last, time.monotonic() - began)


def _caught_up(baggage: Baggage) -> int:
    """Send what was written meanwhile, have all of it on the disk there, and return how many bytes were sent."""
    sent = 0
    for _round in range(_ROUNDS):
        sent += (late := baggage.send_files() + baggage.send_logs())
        if late <= _LITTLE:
            break
    baggage.ship.link.say("settle")
    _told(baggage.ship.link, "fine")
    return sent


def _close(stack: ExitStack, instance: Path, patience: float) -> float:
    """Close the town to people, and return since when; it opens again each time that someone is slow to go out.

    Raises Occupied.
    """
    for later in range(_ASKED):
        time.sleep(_AGAIN if later else 0)
        began = time.monotonic()
        with suppress(door.Occupied):
            stack.enter_context(door.closed(instance, Door.PEOPLE, patience))
            return began
    raise door.Occupied(instance.name)


@contextmanager
def _at_most(seconds: float, process: "subprocess.Popen[bytes]") -> Iterator[None]:
    """Hang up when the block takes longer than so many seconds: the conversation is then cut."""
    too_long = Timer(seconds, process.kill)
    too_long.start()
    try:
        yield
    finally:
        too_long.cancel()


def _open_there(instance: Path, link: Link, number: str, command: Sequence[str]) -> None:
    """Leave, and have the other machine open; what is not heard then is asked again. Raises NotLeaving, Unsettled."""
    try:
        _mark(instance, number)
        link.say("open")
        _told(link, "opened")
        _mark(instance, f"{number}{door.ARRIVED}")
    except BaseException as error:
        if not door.has_left(instance):
            raise
        _settled(instance, command)
        if not isinstance(error, Exception):
            raise


def _settled(instance: Path, command: Sequence[str]) -> Left:
    """Ask the other machine whether it opened the town that left; if not, it never will.

    Raises NotLeaving, Unsettled.
    """
    number, _space, _arrived = (instance / door.LEFT).read_text(encoding="ascii").partition(" ")
    for _time in range(_ASKED):
        with suppress(Cut, OSError), _speaking(command) as (link, process), _at_most(_ANSWERED, process):
            link.say("opened?", slug=instance.name, number=number)
            word, told = link.hear()
            if word != "answer":
                raise Cut
            if told["opened"]:
                _mark(instance, f"{number}{door.ARRIVED}")
                return Left(0, 0, 0.0)
            (instance / door.LEFT).unlink()
            private_files.sync(instance)
            raise NotLeaving("l'autre machine ne l'a pas ouverte")
        time.sleep(_AGAIN)
    raise Unsettled


def _mark(instance: Path, words: str) -> None:
    """Write that the town has left, and how, on the disk."""
    draft = instance / f"{door.LEFT}.part"
    with open(draft, "w", encoding="ascii", opener=private_files.opener) as file:
        file.write(words)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(instance / door.LEFT)
    private_files.sync(instance)


@contextmanager
def _speaking(command: Sequence[str]) -> "Iterator[tuple[Link, subprocess.Popen[bytes]]]":
    """Run the command that speaks for the other machine. Raises OSError."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # nosec B603
    assert process.stdin and process.stdout
    try:
        yield Link(process.stdout, process.stdin), process
    finally:
        with suppress(OSError):
            process.stdin.close()
        process.stdout.close()
        try:
            process.wait(_AGAIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _told(link: Link, expected: str) -> dict[str, object]:
    """Return what goes with the word that is expected. Raises Cut; NotLeaving, in the words of the other machine."""
    word, told = link.hear()
    if word == "refused":
        raise NotLeaving(str(told.get("why")))
    if word != expected:
        raise Cut
    return told
