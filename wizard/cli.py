"""The command line: `portail-famille COMMAND`, the same as `flask --app wizard COMMAND`."""

import os
from pathlib import Path

import click
from flask import Flask

from wizard import env_file
from wizard.commands import TOWNS, Group
from wizard.commands.addresses import addresses
from wizard.commands.agents import agents
from wizard.commands.api import api
from wizard.commands.database import backup, doctor, migrate, restore
from wizard.commands.families import families
from wizard.commands.mail import mail
from wizard.commands.moving import move, receive
from wizard.commands.purge import purge
from wizard.commands.replication import litestream, litestream_of_all
from wizard.commands.secrets import secrets
from wizard.commands.serving import demo, serve
from wizard.commands.towns import towns
from wizard.commands.trying import trial
from wizard.towns import door
from wizard.towns.folder import Folder

_ENV_FILE, _TOWNS = "PORTAIL_ENV_FILE", "PORTAIL_TOWNS"


@click.group(cls=Group, help="Le portail famille d'une commune : le servir, l'alimenter, le sauvegarder.")
@click.version_option(package_name="portail-famille", message="%(version)s")
@click.option(
    "--env-file",
    "file",
    envvar=_ENV_FILE,
    type=click.Path(path_type=Path),
    help="Lit les variables PORTAIL_… dans ce fichier ; celles de l'environnement l'emportent.",
)
@click.option(
    "--towns",
    "folder",
    envvar=_TOWNS,
    metavar="DOSSIER",
    type=click.Path(path_type=Path),
    help="Dossier de plusieurs communes, pour « serve », « towns » et --town.",
)
@click.option(
    "--town", metavar="NOM", help="La commune de --towns dont la commande s'occupe, par le nom de son dossier."
)
@click.pass_context
def main(context: click.Context, file: Path | None, folder: Path | None, town: str | None) -> None:
    """Group every command."""
    os.environ.pop(_ENV_FILE, None)
    os.environ.pop(_TOWNS, None)
    given = env_file.read(file) if file else {}
    of_towns = given.pop(_TOWNS, "")
    folder = folder or (Path(of_towns) if of_towns else None)
    for name, value in given.items():
        os.environ.setdefault(name, value)
    if town:
        _choose(context, folder, town)
    else:
        context.meta[TOWNS] = folder


def _choose(context: click.Context, folder: Path | None, slug: str) -> None:
    """Have the command find the variables of one town, and of no other; nobody moves it meanwhile."""
    if folder is None:
        raise click.ClickException("--town : donnez aussi --towns, le dossier des communes.")
    town = Folder(folder).of(slug)
    if not town.environ:
        raise click.ClickException(f"{slug} : {town.fault}")
    try:
        context.with_resource(door.entered(town.folder, door.Door.HOUSE))
    except door.Closed as closed:
        raise click.ClickException(f"{slug} part vers une autre machine, ou en est partie.") from closed
    for name in [name for name in os.environ if name.startswith("PORTAIL_")]:
        del os.environ[name]
    os.environ.update(town.environ)


_COMMANDS = (
    serve, demo, migrate, addresses, families, agents, api, secrets, mail,
    purge, backup, litestream, restore, doctor, towns, trial,
)  # fmt: skip

towns.add_command(litestream_of_all, "litestream")
towns.add_command(move)
towns.add_command(receive)
for _command in _COMMANDS:
    main.add_command(_command)


def init_app(app: Flask) -> None:
    """Give `flask --app wizard` the same commands."""
    for command in main.commands.values():
        app.cli.add_command(command)
