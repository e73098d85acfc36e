"""`serve` and `demo`: the production server and the mail sender together."""

import errno
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import Flask

from wizard import server, settings
from wizard.addresses import Index, demonstration_files
from wizard.choices import AGENT_ROLES_ASKED
from wizard.commands import (
    Command,
    addresses,
    bring_up_to_date,
    open_app,
    open_database,
    refuse_several,
    towns_folder,
)
from wizard.commands.towns import ready_application
from wizard.db import transaction
from wizard.demo import agent, families, mailbox
from wizard.services import alarms, loading, pulse
from wizard.services.documents import examining, year_keys
from wizard.settings import get_settings
from wizard.towns import door
from wizard.towns.folder import Folder
from wizard.towns.hosting import Hosting
from wizard.towns.housekeeping import Housekeeping
from wizard.web import logs, metrics
from wizard.web.shared_routes import SharedRoutes
from wizard.works import Work

if TYPE_CHECKING:
    from wizard.towns.observing import Observed

_host = click.option("--host", default="127.0.0.1", show_default=True, help="Adresse où écouter.")
# What the works of all the towns are called, where doctor reads that they go on.
_HOUSE = "house"
# Of the four threads of a process: what is left is for the others.
_PER_TOWN = 2
Run = Callable[..., None]
_port = click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port où écouter.")

_processes = click.option(
    "--processes",
    default=server.PROCESSES,
    show_default=True,
    type=click.IntRange(1, 32),
    metavar="NOMBRE",
    help="Processus qui répondent : autant que de cœurs, ou un seul si la mémoire manque.",
)


@click.command(cls=Command, help="Sert le portail et envoie ses courriels, jusqu'à Ctrl-C.")
@_host
@_port
@_processes
@click.option(
    "--towns",
    "folder",
    metavar="DOSSIER",
    type=click.Path(path_type=Path),
    help="Sert toutes les communes de ce dossier.",
)
def serve(host: str, port: int, processes: int, folder: Path | None) -> None:
    """Serve the portal."""
    serve_all(host, port, processes, folder or towns_folder())


def serve_all(host: str, port: int, processes: int, folder: Path | None, run: Run = server.run) -> None:
    """Serve the towns of a folder or, without one, that of the environment, as `run` does."""
    if folder:
        _serve_towns(host, port, processes, folder, run)
    else:
        _serve(host, port, processes, lambda app: None, run)


@click.command(cls=Command, help="Prépare la commune de démonstration (adresses, agent), puis la sert.")
@_host
@_port
@_processes
def demo(host: str, port: int, processes: int) -> None:
    """Serve the demonstration town, complete."""
    refuse_several()
    if not settings.load().demonstration:
        raise click.ClickException("Réservé à la démonstration : donnez PORTAIL_DEMO=1, sur cette machine seulement.")
    _serve(host, port, processes, _prepare, server.run)


def _prepare(app: Flask) -> None:
    portal = get_settings(app)
    if not Index(portal.addresses).ready:
        addresses.replace(portal.addresses, demonstration_files())
    with open_database(app) as db:
        password = agent.prepare(db, portal.instance)
        families.prepare(db, portal.instance)
    click.echo(f"Site de la commune : {portal.public_url}/demo/mairie")
    click.echo(f"Agent de la mairie : {portal.public_url}/mairie ({agent.EMAIL}, mot de passe {password})")
    for role, email in agent.EMAILS.items():
        if email != agent.EMAIL:
            click.echo(f"Même mot de passe, {AGENT_ROLES_ASKED[role]} : {email}")
    click.echo(f"Leurs téléphones : {portal.public_url}/demo/telephone")
    click.echo(f"Trente familles d'exemple : {portal.public_url}/demo/familles")


def _serve(host: str, port: int, processes: int, prepare: Callable[[Flask], None], run: Run) -> None:
    """Bind the port before all else: everything may depend on its number."""
    with _alone(settings.load().database) as held, _listen(host, port) as listener, _letters() as letters:
        _refuse_served_with_others(settings.load().instance)
        overrides = _overrides(listener.getsockname()[1])
        if letters:
            overrides["PORTAIL_SMTP_URL"] = mailbox.address(letters)
        metrics.share(settings.load({**os.environ, **overrides}))
        loading.load()
        app = open_app(**overrides)
        portal = get_settings(app)
        if door.has_left(portal.instance):
            raise click.ClickException(f"{portal.town.name} est partie de {portal.instance} vers une autre machine.")
        with open_database(app) as db:
            bring_up_to_date(db)
            if portal.dossier.schools and not year_keys.can_be_made():
                click.echo(f"{examining.NO_KEY}.", err=True)
            with transaction(db):  # doctor tells what happened since this start
                alarms.forget(db)
        others: dict[str, Work] = {}
        if letters:
            others["mailbox"] = partial(mailbox.run, portal, letters)
            click.echo(f"Courriels : {portal.public_url}/demo/courriels")
        prepare(app)
        click.echo(f"Portail famille {portal.town.of} : {portal.public_url} (Ctrl-C pour arrêter)")
        logs.configure(portal.log)
        run(server.of_one(app, processes), listener, held, **others)
    click.echo("Arrêté.")


def _serve_towns(host: str, port: int, processes: int, root: Path, run: Run) -> None:
    """Serve all the towns of a folder; those that cannot be are told, and keep none of the others."""
    folder = Folder(root)
    towns = folder.look()
    with _alone(folder.root) as held, _listen(host, port) as listener:
        for town in towns.values():
            if town.fault:
                click.echo(f"{town.slug} : {town.fault}", err=True)
        click.echo(f"{len(towns)} commune(s) de {folder.root}, port {listener.getsockname()[1]} (Ctrl-C pour arrêter)")
        logs.configure(*filter(None, [os.environ.get("PORTAIL_LOG")]))
        loading.load()
        observed = _observed()
        hosting = Hosting(folder, partial(ready_application, SharedRoutes()), observed)
        hosting.warm()
        house = Housekeeping(hosting, observed)
        site = server.Site(
            hosting,
            "https",
            lambda beats, stop: house.run(pulse.Heard(stop, beats[_HOUSE])),
            heard=(_HOUSE,),
            per_host=_PER_TOWN,
            processes=processes,
        )
        run(site, listener, held)
    click.echo("Arrêté.")


def _observed() -> "Observed | None":
    """Return what counts for all the towns, when the environment gives the token of it."""
    token = os.environ.get("PORTAIL_METRICS_TOKEN")
    if not token:
        return None
    metrics.count_together()
    from wizard.towns.observing import Observed  # and what it takes: for those who want measures alone

    return Observed(token)


def _refuse_served_with_others(instance: Path) -> None:
    """Refuse a town that the server of the folder of several, above its own, serves already. Raises ClickException."""
    if pulse.read(instance.parent):
        raise click.ClickException(
            f"Un autre portail sert déjà les communes de {instance.parent} : arrêtez-le d'abord."
        )


@contextmanager
def _alone(database: Path) -> Iterator[pulse.Held]:
    """Be the only one who serves a database."""
    try:
        held = pulse.hold(database)
    except pulse.AlreadyServed as error:
        raise click.ClickException(f"Un autre portail sert déjà {database} : arrêtez-le d'abord.") from error
    try:
        yield held
    finally:
        held.release()


def _listen(host: str, port: int) -> socket.socket:
    try:
        return server.inherited() or server.listen(host, port)
    except OSError as error:
        reason = "il est déjà pris" if error.errno == errno.EADDRINUSE else error.strerror
        raise click.ClickException(
            f"Impossible d'écouter sur {host}, port {port} : {reason}. Choisissez-en un autre avec --port."
        ) from error


@contextmanager
def _letters() -> Iterator[socket.socket | None]:
    """Hold the socket of the demonstration's mailbox, unless the environment names the server of its mails."""
    if os.environ.get("PORTAIL_SMTP_URL") or not settings.load().demonstration:
        yield None
    else:
        with mailbox.listen() as letters:
            yield letters


def _overrides(port: int) -> dict[str, str]:
    """Return the variables that the port settles, where the environment says nothing."""
    overrides = {}
    if not os.environ.get("PORTAIL_PUBLIC_URL"):
        overrides["PORTAIL_PUBLIC_URL"] = f"http://localhost:{port}"
    return overrides
