"""`litestream` and `towns litestream`: the configuration of what copies the databases elsewhere as they change."""

import re
from collections.abc import Iterable, Iterator

import click

from wizard.commands import Command, open_app
from wizard.commands.towns import the_folder
from wizard.services import replication
from wizard.settings import SettingsError, get_settings, load
from wizard.towns.folder import Town

_NOT_COUNTED = (
    "Ce qui en est effacé peut rester dans la copie plus longtemps qu'elle ne le demande : corrigez-la, puis relancez."
)
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
    kept = list(_kept(folder.look().values()))
    click.echo(replication.configuration_of_all(folder.root, kept, url), nl=False)


def _kept(towns: Iterable[Town]) -> Iterator[int]:
    """Yield for how many days each town keeps what is erased; say of which one it cannot be read, and go on."""
    for town in towns:
        try:
            if not town.environ:
                raise SettingsError(town.fault)
            yield load(town.environ).retention.backup_days
        except SettingsError as error:
            # Beside the configuration, which is often sent to a file: no part of it.
            click.echo(f"À VOIR  {town.slug} : {error.message} {_NOT_COUNTED}", err=True)


def _check(url: str) -> None:
    """Refuse what is no address, without repeating it: there may be a secret in it."""
    if not _URL.fullmatch(url):
        raise click.ClickException("Ce n'est pas une adresse : attendu s3://…, sftp://… ou file:///….")
