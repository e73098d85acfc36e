"""One address on the network, many towns: the host asked for names the town, whose own application answers.

An application is made when its town is first asked for, and again when its files changed. What is wrong with a town
is told in the log, by its slug; those who ask for it read that it is unavailable, and no other town is disturbed.
"""

import logging
import mmap
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.wrappers import Response

from wizard.settings import SettingsError, get_settings
from wizard.towns import health, pages
from wizard.towns.door import Closed, Door, entered, has_left
from wizard.towns.folder import Folder, Town
from wizard.web import errors

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from wizard.towns.observing import Observed

logger = logging.getLogger(__name__)

# Seconds between two looks at the folder, and at a town that could not be served.
_EVERY, _AGAIN = 3.0, 10.0
# Seconds that a request waits for its town, which another is making.
_PATIENCE = 1.0


class Unavailable(Exception):
    """A town cannot be served now; the log says why."""


@dataclass
class _Place:
    """What a process has of a town."""

    town: Town
    app: Flask | None = None
    failed_at: float = float("-inf")
    lock: Lock = field(default_factory=Lock)


class Hosting:
    """The applications of the towns of a folder, made by `make`, as a WSGI application; `observed` counts for each."""

    def __init__(self, folder: Folder, make: Callable[[Town], Flask], observed: "Observed | None" = None) -> None:
        self._folder = folder
        self._make = make
        self._observed = observed
        self._places: dict[str, _Place] = {}
        self._by_host: dict[str, _Place] = {}
        self._looking = Lock()
        self._looked_at = float("-inf")
        self._changed_at = 0
        # How many towns could not be prepared, in memory that the processes share: the one that keeps house tries all.
        self._failed = memoryview(mmap.mmap(-1, 8)).cast("q")

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        self.look()
        place = self._by_host.get(host_of(environ.get("HTTP_HOST", "")))
        if place is None:
            return self._of_the_machine(environ)(environ, start_response)
        answer = partial(self._answer, place)
        if self._observed:
            return self._observed.answered(place.town.slug, answer, environ, start_response)
        return answer(environ, start_response)

    def _of_the_machine(self, environ: "WSGIEnvironment") -> Response:
        """Answer what is asked of no town: whether the machine is well, and what is measured of all."""
        match environ.get("PATH_INFO"):
            case "/healthz":
                return health.answer(self.root, self.towns(), self._failed[0])
            case "/metrics" if self._observed:
                return self._observed.page(environ, {town.slug: _is_up(town) for town in self.towns()})
        return pages.unknown()

    def _answer(self, place: _Place, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        try:
            with entered(place.town.folder, Door.PEOPLE):
                return _answered(self._app(place), environ, start_response)
        except Closed:
            if place.app is not None:  # one made now would write in a database that leaves
                return _answered(place.app, {**environ, errors.LEAVING: True}, start_response)
        except Unavailable:
            pass
        except OSError as error:
            logger.error("town %s cannot be served: %s", place.town.slug, error.strerror)
        posted = environ["REQUEST_METHOD"] == "POST"
        return pages.unavailable(int(_AGAIN), posted=posted)(environ, start_response)

    @property
    def root(self) -> Path:
        """Return the folder of the towns."""
        return self._folder.root

    def towns(self) -> list[Town]:
        """Return the towns there are."""
        self.look()
        return [place.town for place in self._places.values()]

    def app_of(self, slug: str) -> Flask:
        """Return the application of a town. Raises Unavailable."""
        place = self._places.get(slug)
        if place is None:
            raise Unavailable(slug)
        return self._app(place)

    def count_failures(self) -> None:
        """Tell the other processes how many towns this one could not prepare, though their folders are well."""
        tried = [place for place in self._places.values() if place.failed_at > float("-inf") and not place.town.fault]
        self._failed[0] = sum(place.app is None for place in tried)

    def warm(self) -> None:
        """Make one application, the first that can be: what towns share is then loaded, before the processes part."""
        for town in self.towns():
            with suppress(Unavailable):
                self.app_of(town.slug)
                return

    def look(self) -> None:
        """Look at the folder, every few seconds: towns that came, left or changed are so from now on.

        One that comes or leaves is seen at once: the folder itself changed.
        """
        changed = self._folder.changed_at()
        due = changed != self._changed_at or time.monotonic() - self._looked_at >= _EVERY
        if not due or not self._looking.acquire(blocking=False):
            return
        try:
            self._take(self._folder.look())
            self._changed_at = changed
        except OSError as error:
            logger.error("the folder of the towns cannot be read: %s", error.strerror)
        finally:
            self._looked_at = time.monotonic()
            self._looking.release()

    def _take(self, towns: dict[str, Town]) -> None:
        """Keep the places of the towns that did not change."""
        known = self._places
        self._places = {
            slug: known[slug] if slug in known and known[slug].town == town else _Place(town)
            for slug, town in towns.items()
        }
        # Of two towns that claim a host neither is served: both are at fault.
        self._by_host = {host: place for place in self._places.values() for host in place.town.hosts}

    def _app(self, place: _Place) -> Flask:
        if place.app is not None:
            return place.app
        if not place.lock.acquire(timeout=_PATIENCE):
            raise Unavailable(place.town.slug)
        try:
            place.app = place.app or self._made(place)
            return place.app
        finally:
            place.lock.release()

    def _made(self, place: _Place) -> Flask:
        """Make an application, unless that failed a moment ago. Raises Unavailable."""
        town = place.town
        if time.monotonic() - place.failed_at < _AGAIN:
            raise Unavailable(town.slug)
        app = None
        try:
            if town.fault:
                raise SettingsError(town.fault)
            app = self._make(town)
        except SettingsError as error:
            logger.error("town %s cannot be served: %s", town.slug, error.message)
        except Exception:
            logger.exception("town %s cannot be served", town.slug)
        if self._observed:
            self._observed.made(town.slug, well=app is not None)
        if app is None:
            place.failed_at = time.monotonic()
            raise Unavailable(town.slug)
        return app


def _is_up(town: Town) -> bool:
    return not town.fault and not has_left(town.folder)


def _answered(app: Flask, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    environ["wsgi.url_scheme"] = "https" if get_settings(app).secure else "http"
    return app(environ, start_response)


def host_of(header: str) -> str:
    """Return the name in a Host header, as the towns have theirs: without its port, in small letters."""
    host = header.strip().lower()
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    return name.removesuffix(".")
