"""The national geocoder, asked by the server only, with the town's own index behind it for any failure."""

import json
import threading
from collections import OrderedDict
from contextlib import suppress
from dataclasses import replace
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from socket import SHUT_RDWR, socket
from time import monotonic
from typing import Any
from urllib.parse import urlencode, urlsplit

from wizard.addresses.communes import commune_of
from wizard.addresses.national.features import suggestion_of
from wizard.addresses.search.index import Index
from wizard.addresses.search.query import readings
from wizard.addresses.suggestion import Resolution, Suggestion
from wizard.addresses.words import fold, split

TIMEOUT = 1.5  # seconds for a whole answer, however it dribbles in
LARGEST = 512 * 1024
SHORTEST, LONGEST = 3, 200  # characters that the service accepts
RATE = 20  # requests a second for each of the two processes; the service allows 50 to an address
FAILURES, PAUSE, LONGEST_PAUSE = 3, 30.0, 300.0  # failures in a row, then seconds without asking
KEPT, FRESH = 500, 300.0  # answers kept, and for how many seconds


class Unavailable(Exception):
    """The service did not answer, or not something that can be used."""


class Geocoder:
    """Searches as an Index does, with the national service first. Shared by threads."""

    def __init__(self, base_url: str, index: Index) -> None:
        self.index = index
        self.url = urlsplit(base_url.rstrip("/") + "/search")
        self.lock = threading.Lock()
        self.kept: OrderedDict[tuple[str, int], tuple[float, tuple[Suggestion, ...]]] = OrderedDict()
        self.allowance, self.counted = float(RATE), monotonic()
        self.failures, self.closed_until = 0, 0.0

    @property
    def ready(self) -> bool:
        """Addresses can always be looked for."""
        return True

    def search(self, text: str, limit: int = 5) -> tuple[Suggestion, ...]:
        """Return the addresses that a text may mean; those of the town's own index when the service fails."""
        try:
            return self._ask(text, limit) or self.index.search(text, limit)
        except Unavailable:
            return self.index.search(text, limit)

    def find(self, address_id: str) -> Suggestion | None:
        """Return the address with this id in the town's own index: the service does not search by id."""
        return self.index.find(address_id)

    def resolve(self, text: str, address_id: str | None = None) -> Resolution:
        """Return what a form meant; an address that the town's index lacks is asked for again by its text."""
        local = self.index.resolve(text, address_id)
        if local.suggestion is not None:
            return local
        try:
            found = self._ask(text, 5)
        except Unavailable:
            return local
        same = [one for one in found if split(fold(one.label)) == split(fold(text))]
        chosen = [one for one in same if one.id == address_id]
        if len(chosen or same) == 1:
            (one,) = chosen or same
            return Resolution(one.check, one)
        return replace(local, alternatives=found or local.alternatives)

    def _ask(self, text: str, limit: int) -> tuple[Suggestion, ...]:
        text = " ".join(text.split())[:LONGEST]
        if len(text) < SHORTEST or not text[0].isalnum():
            raise Unavailable
        key = (fold(text), limit)
        if (kept := self._remembered(key)) is not None:
            return kept
        self._take_turn()
        try:
            features = self._fetch(text, limit)
        except (OSError, HTTPException, ValueError) as error:
            self._failed()
            raise Unavailable from error
        number = next((r.number + r.typed_suffix for r in readings(text)[:1] if r.names_a_street), "")
        found = tuple(one for feature in features if (one := suggestion_of(feature, number)))
        self._remember(key, found)
        return found

    def _fetch(self, text: str, limit: int) -> list[Any]:
        """Return the features that the service answers; errors of the network, HTTP and the format go through."""
        make = HTTPSConnection if self.url.scheme == "https" else HTTPConnection
        connection = make(self.url.hostname or "", self.url.port, timeout=TIMEOUT)
        started = monotonic()
        connection.connect()
        watchdog = threading.Timer(TIMEOUT - (monotonic() - started), _cut, [connection.sock])
        watchdog.start()
        try:
            connection.request("GET", f"{self.url.path}?{self._query(text, limit)}")
            response = connection.getresponse()
            body = response.read(LARGEST)
            if response.status == 429:
                self._pause(_seconds(response.headers.get("Retry-After")))
            if response.status == 400:
                return []
            if response.status != 200:
                raise ValueError(response.status)
            features = json.loads(body)["features"]
        except (KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError("no collection of features") from error
        finally:
            watchdog.cancel()
            connection.close()
        if not isinstance(features, list):
            raise ValueError("no list of features")
        return features

    def _query(self, text: str, limit: int) -> str:
        asked: dict[str, object] = {"q": text, "limit": limit, "index": "address", "autocomplete": 1}
        town = commune_of(self.index.area.town)
        if town and town.lat is not None:
            asked |= {"lat": town.lat, "lon": town.lon}
        return urlencode(asked)

    def _take_turn(self) -> None:
        """Refuse while the service is left alone, and beyond the rate it allows."""
        with self.lock:
            now = monotonic()
            self.allowance = min(RATE, self.allowance + RATE * (now - self.counted))
            self.counted = now
            if now < self.closed_until or self.allowance < 1:
                raise Unavailable
            self.allowance -= 1
            if self.failures >= FAILURES:
                self.closed_until = now + PAUSE  # one request tries again; the others wait for what it finds

    def _failed(self) -> None:
        with self.lock:
            self.failures += 1
            if self.failures >= FAILURES:
                self.closed_until = max(self.closed_until, monotonic() + PAUSE)

    def _pause(self, seconds: float) -> None:
        with self.lock:
            self.closed_until = max(self.closed_until, monotonic() + seconds)

    def _remembered(self, key: tuple[str, int]) -> tuple[Suggestion, ...] | None:
        with self.lock:
            since, found = self.kept.get(key, (0.0, ()))
            return found if since and monotonic() - since < FRESH else None

    def _remember(self, key: tuple[str, int], found: tuple[Suggestion, ...]) -> None:
        with self.lock:
            self.failures, self.closed_until = 0, 0.0
            self.kept[key] = monotonic(), found
            if len(self.kept) > KEPT:
                self.kept.popitem(last=False)


def _cut(sock: socket) -> None:
    """End a conversation that lasts too long, whatever it waits for."""
    with suppress(OSError):
        sock.shutdown(SHUT_RDWR)


def _seconds(retry_after: str | None) -> float:
    """Return how long the service asks to be left alone; five seconds when it does not say."""
    if retry_after and retry_after.isascii() and retry_after.isdigit():
        return min(float(retry_after), LONGEST_PAUSE)
    return 5.0
