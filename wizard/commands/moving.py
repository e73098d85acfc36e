"""`towns move` and `towns receive`: a town goes from one machine to another, served but for two seconds."""

import shlex
import sqlite3
import sys

import click

from wizard.commands import Command, bring_up_to_date, open_database, sentence
from wizard.commands.towns import application_of, the_folder
from wizard.settings import get_settings
from wizard.towns import door
from wizard.towns.arriving import receive as receive_town
from wizard.towns.leaving import NotLeaving, Unsettled, leave
from wizard.towns.parcels import Cut, Link

_MOST = 2.0


@click.command(
    cls=Command,
    help="""Déménage une commune vers une autre machine, pendant qu'elle est servie.

    --to est la commande qui lance « towns receive » sur l'autre machine, par exemple
    « ssh root@autre portail-famille towns receive » : le README dit avec quelle clé. La commune est fermée le temps
    d'envoyer ce qui a changé pendant la copie, puis servie de là-bas. Si quoi que ce soit échoue, elle reste ici.""",
)
@click.argument("slug", metavar="COMMUNE")
@click.option("--to", "command", required=True, metavar="COMMANDE", help="Ce qui lance « towns receive » là-bas.")
@click.option(
    "--at-most", type=click.FloatRange(0.1, 600), default=_MOST, show_default=True, metavar="SECONDES",
    help="Fermeture au-delà de laquelle la commune reste ici.",
)  # fmt: skip
def move(slug: str, command: str, at_most: float) -> None:
    """Move a town."""
    town = the_folder().of(slug)
    if door.has_left(town.folder) and not door.is_expected(town.folder):
        raise click.ClickException(f"{slug} est déjà partie vers une autre machine.")
    app = application_of(town)
    if not get_settings(app).database.exists():  # nobody asked for it yet
        with door.entered(town.folder, door.Door.HOUSE), open_database(app) as db:
            bring_up_to_date(db)
    try:
        left = leave(get_settings(app), shlex.split(command), at_most, lambda now: click.echo(f"{slug} : {now}…"))
    except (NotLeaving, sqlite3.Error, OSError) as error:
        reason = f"{error}." if isinstance(error, NotLeaving) else sentence(error)
        raise click.ClickException(f"{slug} n'a pas déménagé, et reste servie d'ici : {reason}") from error
    except Unsettled as error:
        raise click.ClickException(
            f"{slug} n'est plus servie d'ici, et l'autre machine ne dit pas si elle l'est de là-bas : "
            "relancez la même commande dès qu'elle répond."
        ) from error
    sizes = f"{left.before / 1024**2:.1f} Mo envoyés pendant qu'elle servait, {left.last / 1024:.0f} Ko ensuite"
    click.echo(f"{slug} est servie de l'autre machine : fermée {left.seconds:.2f} s ; {sizes}.")
    click.echo(f"Dirigez-y son nom, puis « towns remove {slug} » ici : ses fichiers y sont encore.")


@click.command(
    cls=Command, help="Reçoit la commune que « towns move » envoie d'une autre machine ; c'est lui qui le lance."
)
def receive() -> None:
    """Receive a town."""
    try:
        receive_town(the_folder(), Link(sys.stdin.buffer, sys.stdout.buffer), application_of)
    except Cut as cut:
        raise click.ClickException("l'autre machine s'est tue : rien n'est gardé de la commune.") from cut
