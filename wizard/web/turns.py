"""Whose request is answered next: of several towns, none takes all the threads, nor fills the queue of another.

The oldest that waits, unless its host has its share of threads already: a town whose disk is slow, or whose families
all sign in at once, is waited for by its own.
"""

from collections import Counter, deque
from threading import get_ident
from typing import Any


class Turns(deque[Any]):
    """The queue of waitress' threads, which look at it and take from it under a lock; `most` is a host's share."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most
        self._answering: dict[int, str] = {}

    def __bool__(self) -> bool:
        """Whether there is something to answer for the thread that asks: it has ended what it did."""
        self._answering.pop(get_ident(), None)
        return self._next() is not None

    def popleft(self) -> Any:
        """Take what comes next."""
        at = self._next() or 0
        task = self[at]
        del self[at]
        self._answering[get_ident()] = _host(task)
        return task

    def behind(self) -> int:
        """Return how many wait for the host that this thread answers for."""
        host = self._answering.get(get_ident())
        return sum(_host(task) == host for task in tuple(self))

    def _next(self) -> int | None:
        answering = Counter(self._answering.values())
        return next((at for at, task in enumerate(self) if answering[_host(task)] < self._most), None)


def _host(channel: Any) -> str:
    """Return the host that a connection's request asks for."""
    requests = getattr(channel, "requests", None)
    return str(requests[0].headers.get("HOST", "")).lower() if requests else ""
