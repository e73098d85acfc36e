"""What static/portail.js does on a bad network: the same form is sent again until an answer is whole."""

import http.client
import itertools
import time
from collections.abc import Sequence
from typing import Any

from tests.net.courier import Answer, Courier
from tests.net.faults import FaultyProxy
from tests.net.strikes import Fault, Kind

# Seconds; the script waits a hundred times longer, then shows « Réessayer », which this parent presses now and then.
_PAUSES = (0.01, 0.02, 0.04, 0.08)
_THEN = 0.25
_TRIES = 60
# A client that will be left without an answer gives up sooner than one that has only to wait.
_SHORT, _LONG = 0.4, 15.0


class Persistent:
    """A parent behind a bad network, who loses no form and gives up none."""

    def __init__(self, proxy: FaultyProxy) -> None:
        self.proxy = proxy
        self.courier = Courier(proxy.port, patience=_LONG)

    def read(self, path: str) -> Answer:
        """Fetch a page as HTMX does."""
        return self.send(path, None)

    def send(self, path: str, values: dict[str, Any] | None, faults: Sequence[Fault] = ()) -> Answer:
        """Post a form as HTMX does, its first tries struck by `faults`; return the answer that came whole."""
        waiting, pauses = list(faults), itertools.chain(_PAUSES, itertools.repeat(_THEN))
        for _try in range(_TRIES):
            before = self.proxy.struck
            fault = waiting[0] if waiting else None
            if (answer := self._try(path, values, fault)) and answer.status <= 501:
                return answer
            if fault and self.proxy.struck > before:
                waiting.pop(0)
            time.sleep(next(pauses))
        raise AssertionError(f"no whole answer from {path} in {_TRIES} tries")

    def hang_up(self) -> None:
        self.courier.hang_up()

    def _try(self, path: str, values: dict[str, Any] | None, fault: Fault | None) -> Answer | None:
        if fault:
            self.courier.hang_up()
            self.proxy.plan = [fault]
            self.courier.patience = _SHORT if fault.kind in {Kind.STALL, Kind.LATE} else _LONG
        try:
            return self.courier.ask("GET" if values is None else "POST", path, values, htmx=True)
        except (OSError, http.client.HTTPException):
            return None
        finally:
            if fault:
                self.courier.hang_up()
                self.courier.patience = _LONG
