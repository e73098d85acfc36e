"""What a check finds: how grave it is, a name for programs, a sentence for people."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from wizard.settings import Settings


class Level(StrEnum):
    """How grave a finding is."""

    GOOD = "good"
    NOTE = "note"
    """Nothing is known to be wrong: it could not be asked, or was not done yet."""
    WRONG = "wrong"
    """To be seen to; families are served meanwhile."""
    DOWN = "down"
    """Families are not served, or what they do is not kept."""


@dataclass(frozen=True)
class Finding:
    """One thing looked at.

    `sentence` says what is the matter, then what to do, and may be read by anyone when it is of a quick check;
    `detail`, a file or an error, is for whoever keeps the machine.
    """

    subject: str
    level: Level
    name: str
    sentence: str
    detail: str = ""

    @property
    def fault(self) -> bool:
        """Whether there is something to do about it."""
        return self.level in {Level.WRONG, Level.DOWN}


Look = Callable[[Settings], Iterable[Finding]]


@dataclass(frozen=True)
class Check:
    """One look at the installation, in an application context. `quick` ones are for /healthz too: they take
    milliseconds, and ask nothing of the network. What `of_others` look at, be it the network, the hour or who calls, no
    release of the portal changes.
    """

    subject: str
    look: Look
    quick: bool = False
    of_others: bool = False


def good(subject: str, sentence: str) -> Finding:
    """Return a finding of what is as it should be."""
    return Finding(subject, Level.GOOD, "ok", sentence)


def wrong(subject: str, name: str, sentence: str) -> Finding:
    """Return a finding of what is to be seen to."""
    return Finding(subject, Level.WRONG, name, sentence)


def note(subject: str, name: str, sentence: str) -> Finding:
    """Return a finding that is only told."""
    return Finding(subject, Level.NOTE, name, sentence)
