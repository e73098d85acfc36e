"""One socket, several web processes: whoever has the fewest connections takes the next one.

They all wake for a newcomer, and the same one is often the fastest: its keep-alive connections would give it all the
work of a machine whose other cores idle.
"""

import logging
import mmap
import time

from waitress.server import BaseWSGIServer

logger = logging.getLogger(__name__)

_COURTESY = 0.001
"""Seconds that one which has more leaves to the others; if none comes, they have enough to do, and it goes on."""


class Share:
    """How many connections each process has, in memory that they share: made before they are forked."""

    def __init__(self, processes: int) -> None:
        self._counts = memoryview(mmap.mmap(-1, processes * 8)).cast("q")

    def among(self, number: int, server: BaseWSGIServer) -> None:
        """Have the server of one of the processes leave a newcomer to those that have fewer connections.

        A fault in taking one is told and no more: waitress would take nobody after it, while the process lives on.
        """
        accept = server.handle_accept

        def take_turns() -> None:
            self._counts[number] = own = len(server.active_channels)
            try:
                if own > min(self._counts):
                    time.sleep(_COURTESY)
                accept()
            except Exception:
                logger.exception("a caller was not taken")
            self._counts[number] = len(server.active_channels)

        server.handle_accept = take_turns

    def tell(self, number: int, server: BaseWSGIServer) -> None:
        """Say how many connections the server has now: some ended."""
        self._counts[number] = len(server.active_channels)
