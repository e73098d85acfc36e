"""The child process: one request on its standard input, one answer on its standard output."""

import os
import sys
from collections.abc import Callable

from .answers import NotConverted, Reason
from .confinement import confine
from .framing import pack, unpack
from .work import Work


def main() -> None:
    """Answer the request."""
    work, *contents = unpack(sys.stdin.buffer.read())
    do = _ready(Work(work.decode()))
    confine()
    sys.stdout.buffer.write(pack(_answer(do, contents)))
    sys.stdout.buffer.flush()
    os._exit(0)  # there is nothing to tidy: the system takes its memory back faster


def _ready(work: Work) -> Callable[..., list[bytes]]:
    """Return what does this work, everything it needs being loaded: nothing can be once the child is confined."""
    if work is Work.PDF:
        from .pdfs import convert

        return convert
    if work is Work.ASSEMBLE:
        from .assembling import assemble

        return assemble
    from .photos import reader

    return reader(work)


def _answer(do: Callable[..., list[bytes]], contents: list[bytes]) -> list[bytes]:
    try:
        return do(*contents)
    except NotConverted as refused:
        return [refused.reason.encode()]
    except MemoryError:
        return [Reason.TOO_HEAVY.encode()]
    except Exception:  # whatever a library has to say of a hostile file
        return [Reason.BROKEN.encode()]
