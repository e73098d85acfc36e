"""A crowd that signs in at the same moment."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from wizard.services import passwords


@contextmanager
def no_place_left() -> Iterator[None]:
    """As many passwords being checked as the queue holds."""
    with ExitStack() as stack:
        while passwords._pool._places.acquire(blocking=False):
            stack.callback(passwords._pool._places.release)
        yield
