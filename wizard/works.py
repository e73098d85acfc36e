"""The works of a server: each in a process of its own, watched over, or all in one where memory is short."""

import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess

logger = logging.getLogger(__name__)

Work = Callable[[threading.Event], None]
"""What is done until the event it is given is set."""

_TOLD = {signal.SIGTERM, signal.SIGINT}
_WATCHED = {*_TOLD, signal.SIGCHLD}
# Seconds left to the works, once told to stop.
_STOP = 20.0
# Seconds between two looks at whether one of those done together ended.
_LOOK = 1.0
_fork = multiprocessing.get_context("fork")


@dataclass
class _Child:
    """One of the processes."""

    name: str
    work: Work
    process: BaseProcess | None = None
    started: float = field(default=0.0)


def run_apart(works: Mapping[str, Work], told: Callable[[], None]) -> None:
    """Do each in a process of its own until SIGTERM or SIGINT, when `told` is called; who dies is started again."""
    children = [_Child(name, work) for name, work in works.items()]
    signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
    try:
        for child in children:
            _start(child)
        while signal.sigwait(_WATCHED) == signal.SIGCHLD:
            _restart_the_dead(children)
    finally:
        told()
        _stop(children)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _WATCHED)


def run_together(works: Mapping[str, Work]) -> None:
    """Do all in this process until SIGTERM or SIGINT, or until one ends: whoever began it begins it again, all of it.

    Raises what one of them raised.
    """
    stop = threading.Event()
    signal.pthread_sigmask(signal.SIG_BLOCK, _TOLD)
    try:
        with ThreadPoolExecutor(len(works)) as threads:
            begun = [threads.submit(work, stop) for work in works.values()]
            while not any(one.done() for one in begun) and signal.sigtimedwait(_TOLD, _LOOK) is None:
                pass
            stop.set()
            if wait(begun, _STOP).not_done:
                logger.error("this process does not stop, ending it")
                os._exit(1)
            for one in begun:
                one.result()
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _TOLD)


def _start(child: _Child) -> None:
    child.started = time.monotonic()
    child.process = _fork.Process(target=_live, args=(child.work,), name=child.name)
    child.process.start()


def _restart_the_dead(children: list[_Child]) -> None:
    for child in children:
        if child.process is not None and not child.process.is_alive():
            logger.error("process %s ended with %s, starting it again", child.name, child.process.exitcode)
            child.process.join()
            if time.monotonic() - child.started < 5:
                time.sleep(1)  # it fails from the start: no frantic loop
            _start(child)


def _stop(children: list[_Child]) -> None:
    processes = [child.process for child in children if child.process is not None]
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + _STOP
    for process in processes:
        process.join(max(0.0, deadline - time.monotonic()))
        if process.is_alive():
            logger.error("process %s did not stop, killing it", process.name)
            process.kill()
            process.join()


def _live(work: Work) -> None:
    """Do a work in a child, until SIGTERM or until the parent is gone. Ctrl-C is the parent's business."""
    stop = threading.Event()
    threading.Thread(target=_wait_for_signal, args=(stop,), daemon=True).start()
    threading.Thread(target=_follow_parent, daemon=True).start()
    work(stop)


def _wait_for_signal(stop: threading.Event) -> None:
    signal.sigwait({signal.SIGTERM})
    stop.set()


def _follow_parent() -> None:
    """End at once with a parent that was killed: whoever starts the portal again finds its port and its database free.

    A request under way is cut, as the network might; its transaction is not committed.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
