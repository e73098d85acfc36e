"""The command line: `portail-famille COMMAND`, the same as `flask --app wizard COMMAND`."""

import os
from pathlib import Path

import click
from flask import Flask

from wizard import env_file
from wizard.commands import Group
from wizard.commands.addresses import addresses
from wizard.commands.agents import agents
from wizard.commands.api import api
from wizard.commands.database import backup, doctor, migrate, restore
from wizard.commands.families import families
from wizard.commands.mail import mail
from wizard.commands.purge import purge
from wizard.commands.secrets import secrets
from wizard.commands.serving import demo, serve

_ENV_FILE = "PORTAIL_ENV_FILE"


@click.group(cls=Group, help="Le portail famille d'une commune : le servir, l'alimenter, le sauvegarder.")
@click.version_option(package_name="portail-famille", message="%(version)s")
@click.option(
    "--env-file",
    "file",
    envvar=_ENV_FILE,
    type=click.Path(path_type=Path),
    help="Lit les variables PORTAIL_… dans ce fichier ; celles de l'environnement l'emportent.",
)
def main(file: Path | None) -> None:
    """Group every command."""
    os.environ.pop(_ENV_FILE, None)
    if file:
        for name, value in env_file.read(file).items():
            os.environ.setdefault(name, value)


for _command in (serve, demo, migrate, addresses, families, agents, api, secrets, mail, purge, backup, restore, doctor):
    main.add_command(_command)


def init_app(app: Flask) -> None:
    """Give `flask --app wizard` the same commands."""
    for command in main.commands.values():
        app.cli.add_command(command)
