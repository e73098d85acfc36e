"""`trial`: a release served to its own machine alone, and asked how each town is, before families come."""

import multiprocessing
import socket
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from http.client import HTTPConnection, HTTPException

import click

from wizard import server, settings
from wizard.commands import Command, towns_folder
from wizard.commands.serving import serve_all
from wizard.services import pulse
from wizard.towns import door
from wizard.towns.folder import Folder

_HERE = "127.0.0.1"
# Seconds that a town may take to be there, that an answer may, and before it is asked again.
_PATIENCE, _ANSWERED, _AGAIN = 20.0, 10.0, 0.5
_ASKED = ("/healthz", "/")
_fork = multiprocessing.get_context("fork")


@click.command(
    cls=Command,
    hidden=True,
    help="""Essaie cette version, portail arrêté : elle n'est servie qu'à cette machine, n'envoie ni n'efface rien, et
    c'est un échec si une commune ne répond pas comme il faut.""",
)
@click.option("--at", "port", type=click.IntRange(1, 65535), metavar="PORT", help="Interroge ce qui sert à ce port.")
def trial(port: int | None) -> None:
    """Try this release."""
    if port:
        _ask(port, lambda: True)
    else:
        serve_all(_HERE, 0, server.PROCESSES, towns_folder(), run=_tried)


def _tried(site: server.Site, listener: socket.socket, held: pulse.Held, **_others: object) -> None:
    """Serve the pages of a site, and nothing that it does by itself, while its towns are asked."""
    pages = replace(site, house=lambda _beats, stop: _rest(stop.wait), heard=())
    serving = _fork.Process(target=server.run, args=(pages, listener, held))
    serving.start()
    try:
        _ask(listener.getsockname()[1], serving.is_alive)
    finally:
        serving.terminate()
        serving.join()


def _rest(until: Callable[[], bool]) -> None:
    until()


def _ask(port: int, alive: Callable[[], bool]) -> None:
    """Ask every town that is served. Raises ClickException for the first that does not answer well, or for none."""
    hosts = _hosts()
    if not hosts:
        raise click.ClickException("Aucune commune n'est servie ici : rien ne dit que cette version va bien.")
    for host in hosts:
        deadline = time.monotonic() + _PATIENCE
        while trouble := _trouble(port, host):
            if not alive() or time.monotonic() > deadline:
                raise click.ClickException(f"{host} ne répond pas comme il faut ({trouble}).")
            time.sleep(_AGAIN)


def _hosts() -> list[str]:
    """Return a name of each town served: one that left for another machine answers from there."""
    root = towns_folder()
    if root is None:
        return [settings.load().hosts[0]]
    towns = Folder(root).look().values()
    return [town.hosts[0] for town in towns if town.hosts and not door.has_left(town.folder)]


def _trouble(port: int, host: str) -> str:
    """Return what is wrong with what a town answers, or nothing."""
    try:
        for path in _ASKED:
            with closing(HTTPConnection(_HERE, port, timeout=_ANSWERED)) as connection:
                connection.request("GET", path, headers={"Host": host})
                if (status := connection.getresponse().status) >= 400:
                    return f"{path} : {status}"
    except (OSError, HTTPException) as error:
        return f"{type(error).__name__} {error}"
    return ""
