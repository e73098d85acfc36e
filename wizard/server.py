"""The production server: web processes on one port, the mail sender beside them, all watched over."""

import logging
import os
import resource
import select
import socket
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import waitress
from flask import Flask
from sqlite_utils import Database
from waitress import wasyncore

from wizard.db import connect
from wizard.services import bounces, loading, memory, outbox, passwords, pulse, replication, retention
from wizard.services.duplicates import finding
from wizard.settings import Settings, get_settings
from wizard.web.sharing import Share
from wizard.web.turns import Turns
from wizard.web.wire import Channel
from wizard.works import Work, run_apart, run_together

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

logger = logging.getLogger(__name__)

PROCESSES = 2
_THREADS = 4
_CONNECTIONS = 1000
_OPEN_FILES = 8192
_BACKLOG = 2048
# A phone that reads for five minutes sends its next step on the connection it has.
_KEEP_ALIVE = 330
# Seconds before work that failed begins again, then twice as many each time.
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 3600.0
# Seconds left to requests under way, once told to stop.
_DRAIN = 10.0
# Seconds without a word from anyone, after which memory is given back.
_QUIET = 1.0
# Seconds between two times that the house does: a few milliseconds, which nobody waits for in a process of its own.
_TIDIED = 2.0
# What a caller, or a proxy, had begun to say on a connection just accepted is heard.
_LAST_WORDS = 0.2
# Seconds within which a web process, which looks around once a second, is heard of again.
_SILENCE = 30.0
# Where systemd leaves the first socket that it listens on (sd_listen_fds(3)).
_FIRST_INHERITED = 3

Periodic = Callable[[Database, Settings, threading.Event], None]

# What the portal does by itself, until it is told to stop: each runs beside the others, in one process.
_PERIODIC: dict[str, Periodic] = {
    "mails": lambda db, _settings, stop: outbox.watch(db, stop),
    "duplicates": lambda db, _settings, stop: finding.watch(db, stop),
    "bounces": bounces.watch,
    "purge": retention.daily,
    "copies": lambda _db, settings, stop: replication.watch(settings, stop),
}


@dataclass(frozen=True)
class Site:
    """What is served.

    `scheme` is that of its addresses, unless the application says another; `house`, what it does by itself, in which
    the works named in `heard` tell that they go on; `per_host`, how many threads of a process one host may take;
    `processes`, how many answer.
    """

    application: "WSGIApplication"
    scheme: str
    house: Callable[[dict[str, pulse.Beat], threading.Event], None]
    heard: tuple[str, ...] = ()
    per_host: int = _THREADS
    processes: int = PROCESSES


def listen(host: str, port: int) -> socket.socket:
    """Return the socket that the web processes share.

    They inherit one socket: a second server on the port is refused, a process that is full leaves the newcomers
    to the other, and one that dies takes no waiting connection with it. With SO_REUSEPORT each has its own queue.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=_BACKLOG)


def inherited() -> socket.socket | None:
    """Return the socket that systemd listens on for the portal: callers wait in it while the portal starts again."""
    if os.environ.get("LISTEN_PID") != str(os.getpid()) or os.environ.get("LISTEN_FDS") != "1":
        return None
    os.set_inheritable(_FIRST_INHERITED, False)
    return socket.socket(fileno=_FIRST_INHERITED)


def of_one(app: Flask, processes: int) -> Site:
    """Return the site of one town."""
    app.url_map.update()  # sorted before the processes part: each would write all the routes
    scheme = "https" if get_settings(app).secure else "http"
    return Site(app, scheme, partial(_keep_house, app), tuple(_PERIODIC), processes=processes)


def run(site: Site, listener: socket.socket, held: pulse.Held, **others: Work) -> None:
    """Serve a site, and do what else there is to do beside it, until SIGTERM or SIGINT.

    Where one process answers, it does everything: each one more, by all that it writes, is twenty megabytes.
    """
    share = Share(site.processes)
    web = [f"web {number + 1}" for number in range(site.processes)]
    beats = held.begin([*web, *site.heard])
    works: dict[str, Work] = {name: partial(_web, site, listener, share, n, beats[name]) for n, name in enumerate(web)}
    works |= {"mail": partial(site.house, beats), **others}
    _allow_many_connections()
    loading.settle()
    if site.processes == 1:
        run_together(works)
    else:
        run_apart(works, listener.close)


def _allow_many_connections() -> None:
    """Raise the number of open files: 1,024, the usual one, is less than the connections of one process."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(_OPEN_FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _keep_house(app: Flask, beats: dict[str, pulse.Beat], stop: threading.Event) -> None:
    """Do the periodic work, each in a thread with a connection of its own, and give back what a turn leaves behind."""
    threads = [threading.Thread(target=_work, args=(app, work, beats[name], stop)) for name, work in _PERIODIC.items()]
    for thread in threads:
        thread.start()
    while not stop.wait(_TIDIED):
        memory.tidy()
    for thread in threads:
        thread.join()


def _work(app: Flask, work: Periodic, beat: pulse.Beat, stop: threading.Event) -> None:
    """Do one work, which is heard of until it is over."""
    _repeat(app, work, pulse.Heard(stop, beat))
    beat.end()


def _repeat(app: Flask, work: Periodic, stop: threading.Event) -> None:
    """Do one work until `stop`. A fault in it stops it for a while, and is told: never for good, never in silence."""
    settings, pause = get_settings(app), _FIRST_PAUSE
    while not stop.is_set():
        with app.app_context(), closing(connect(settings.database)) as db:
            try:
                return work(db, settings, stop)
            except Exception:
                logger.exception("periodic work failed, beginning again in %d s", pause)
        stop.wait(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


def _web(
    site: Site, listener: socket.socket, share: Share, number: int, beat: pulse.Beat, stop: threading.Event
) -> None:
    """Answer requests, in one process of several; once told to stop, finish those under way."""
    sockets: dict[int, wasyncore.dispatcher] = {}
    server = waitress.create_server(
        site.application,
        map=sockets,
        sockets=[listener],
        backlog=_BACKLOG,
        threads=_THREADS,
        connection_limit=_CONNECTIONS,
        asyncore_use_poll=True,
        channel_timeout=_KEEP_ALIVE,
        max_request_header_size=32 * 1024,
        max_request_body_size=64 * 1024 * 1024,  # in memory, see web/wire.py; web/guards.py refuses sooner, by a page
        outbuf_overflow=64 * 1024 * 1024,  # nor is a document that leaves put on the disk in clear
        url_scheme=site.scheme,
        clear_untrusted_proxy_headers=False,  # web/guards.py reads the one it believes, and tells of the others
        ident=None,
        log_socket_errors=False,
    )
    server.channel_class = Channel
    server.handle_close = partial(setattr, server, "accepting", False)  # another process, told first, closed the door
    share.among(number, server)
    server.task_dispatcher.queue = turns = Turns(site.per_host)
    passwords.shed_when(turns.behind)
    threading.Thread(target=lambda: stop.wait() and server.pull_trigger(), daemon=True).start()  # from its sleep
    rested = True
    while not stop.is_set():
        before = time.monotonic()
        wasyncore.loop(timeout=_QUIET, use_poll=True, map=sockets, count=1)
        share.tell(number, server)
        beat.promise(_SILENCE)
        quiet = time.monotonic() - before >= _QUIET
        if quiet and not rested:
            memory.tidy()
        rested = quiet
    _close_door(server, listener)
    told = time.monotonic()
    while (since := time.monotonic() - told) < _LAST_WORDS or (since < _DRAIN and _is_busy(server)):
        wasyncore.loop(timeout=0.1, use_poll=True, map=sockets, count=1)
    server.task_dispatcher.shutdown()
    wasyncore.close_all(sockets, ignore_all=True)


def _close_door(server: waitress.server.BaseWSGIServer, listener: socket.socket) -> None:
    """Take those who wait, then nobody: who comes later is refused at once, rather than cut at the end.

    At the door that systemd keeps open they wait for whoever is started next.
    """
    if os.environ.get("LISTEN_PID") not in (str(os.getppid()), str(os.getpid())):
        door = select.poll()
        door.register(listener, select.POLLIN)
        while door.poll(0) == [(listener.fileno(), select.POLLIN)] and len(server.active_channels) < _CONNECTIONS:
            server.handle_accept()
        with suppress(OSError):  # the other process did
            listener.shutdown(socket.SHUT_RDWR)
    server.accepting = False


def _is_busy(server: waitress.server.BaseWSGIServer) -> bool:
    """Whether a request is arriving, being answered, or its answer still leaving."""
    return any(
        channel.requests or channel.request is not None or channel.total_outbufs_len
        for channel in list(server.active_channels.values())
    )
