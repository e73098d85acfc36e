"""Memory: shared by the processes as long as none writes to it, given back when it is no longer used."""

import ctypes
import gc

_libc = ctypes.CDLL(None)
# As <malloc.h> of glibc numbers it; other libraries have no such function, nor need.
_M_ARENA_MAX = -8


def keep() -> None:
    """Keep what is loaded for good, just before the process forks.

    A garbage collector that walked it would stop a request for 20 ms now and then, and write to the pages that the
    processes share. One arena for all threads: glibc gives nothing back of the ends of the others.
    """
    _glibc("mallopt", _M_ARENA_MAX, 1)
    tidy()
    gc.freeze()


def tidy() -> None:
    """Give back at once what was needed to load something large: later, what is loaded next would lie in between."""
    gc.collect()
    give_back()


def give_back() -> None:
    """Give the system what malloc keeps for later, such as the 19 MB of the last password."""
    _glibc("malloc_trim", 0)


def _glibc(name: str, *arguments: int) -> None:
    if function := getattr(_libc, name, None):
        function(*arguments)
