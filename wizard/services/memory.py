"""Memory that is given back to the system when it is no longer used."""

import ctypes
import gc

_libc = ctypes.CDLL(None)
# As <malloc.h> of glibc numbers it; other libraries have no such function, nor need.
_M_ARENA_MAX = -8


def in_one_arena() -> None:
    """Have all threads to come share one arena: glibc gives nothing back of the ends of the others."""
    _glibc("mallopt", _M_ARENA_MAX, 1)


def tidy() -> None:
    """Give back what was needed for something large, and what goes round in circles, forms and mails above all.

    At once after a load: what is loaded next would lie in between.
    """
    gc.collect()
    give_back()


def give_back() -> None:
    """Give the system what malloc keeps for later, such as the 19 MB of the last password."""
    _glibc("malloc_trim", 0)


def _glibc(name: str, *arguments: int) -> None:
    if function := getattr(_libc, name, None):
        function(*arguments)
