"""`litestream` and `towns litestream`: the configuration of what copies the databases elsewhere as they change."""

import re

import click

from wizard.commands import Command, open_app
from wizard.commands.towns import the_folder
from wizard.services import replication
from wizard.settings import get_settings, load

_URL = re.compile(r"[a-z][a-z0-9+]*://\S+")


@click.command(
    cls=Command,
    help="Écrit les réglages de Litestream, qui copie les deux bases vers URL (s3://…, sftp://…) à mesure.",
)
@click.argument("url")
def litestream(url: str) -> None:
    """Print the configuration of Litestream."""
    _check(url)
    click.echo(replication.configuration(get_settings(open_app()), url), nl=False)


@click.command(
    cls=Command,
    help="""Écrit les réglages de Litestream, qui copie vers URL les deux bases de chaque commune, à venir comprises.

    Ce qui est effacé y reste aussi peu que le demande l'une d'elles (retention.backup_days).""",
)
@click.argument("url")
def litestream_of_all(url: str) -> None:
    """Print the configuration of Litestream for the towns of a folder."""
    _check(url)
    folder = the_folder()
    kept = [load(town.environ).retention.backup_days for town in folder.look().values() if not town.fault]
    click.echo(replication.configuration_of_all(folder.root, kept, url), nl=False)


def _check(url: str) -> None:
    """Refuse what is no address, without repeating it: there may be a secret in it."""
    if not _URL.fullmatch(url):
        raise click.ClickException("Ce n'est pas une adresse : attendu s3://…, sftp://… ou file:///….")
