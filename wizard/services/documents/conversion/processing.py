"""Has a child process do what a hostile file could turn against the portal: one at a time, within limits."""

import logging
import subprocess  # nosec B404
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from wizard.services.documents.conversion.child.answers import MEDIA_TYPES, Reason
from wizard.services.documents.conversion.child.framing import pack, unpack
from wizard.services.documents.conversion.child.work import Work
from wizard.services.documents.conversion.unreadable import Unreadable

logger = logging.getLogger(__name__)

# The package of the child by itself: the portal takes a second of processor to load, which no conversion should pay.
COMMAND = (
    *(sys.executable, "-I", "-W", "ignore", "-c"),
    "import sys; sys.path.insert(0, sys.argv[1]); from child.main import main; main()",
    str(Path(__file__).parent),
)
SECONDS = 30.0
"""By the clock, whatever the child waits for; its limit of processor time comes first."""

_LARGEST_ANSWER = 48 * 1024 * 1024
_WAIT = 15.0

# Of the four threads of a process, one at least is left for everyone else.
_converting, _here = threading.Lock(), threading.BoundedSemaphore(3)


def process(work: Work, contents: Sequence[bytes]) -> tuple[str, bytes, list[bytes]]:
    """Return a document's media type, its content, and its previews. Raises Unreadable."""
    with _turn():
        answer, status = _ask(pack([work.encode(), *contents]))
    try:
        outcome, *parts = unpack(answer)
        media_type = MEDIA_TYPES.get(outcome)
        if media_type is None:
            raise Unreadable(Reason(outcome.decode()))
        content, *previews = parts
    except ValueError:
        logger.warning("a conversion (%s) ended without an answer, status %s", work, status)
        raise Unreadable(Reason.TOO_HEAVY) from None
    return media_type, content, previews


@contextmanager
def _turn() -> Iterator[None]:
    """Wait for one's turn, not for long."""
    if not _here.acquire(blocking=False):
        raise Unreadable(Reason.BUSY)
    try:
        if not _converting.acquire(timeout=_WAIT):
            raise Unreadable(Reason.BUSY)
        try:
            yield
        finally:
            _converting.release()
    finally:
        _here.release()


def _ask(request: bytes) -> tuple[bytes, int]:
    """Return what a child answered, and how it ended: killed, if it takes too long or says too much."""
    pipe = subprocess.PIPE
    with subprocess.Popen(  # nosec B603
        COMMAND, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env={}, cwd="/"
    ) as child:
        assert child.stdin and child.stdout
        alarm = threading.Timer(SECONDS, child.kill)
        alarm.start()
        try:
            with suppress(BrokenPipeError):
                child.stdin.write(request)
                child.stdin.close()
            answer = child.stdout.read(_LARGEST_ANSWER)
        finally:
            alarm.cancel()
            child.kill()
    return answer, child.returncode
