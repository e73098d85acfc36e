"""`api`: the software that reads the families, by a token of its own."""

from datetime import timedelta

import click

from wizard.clock import now
from wizard.commands import Group, open_app, open_database
from wizard.french import figures
from wizard.services import consumers
from wizard.stores import api_consumers as store


@click.group(cls=Group, help="Les logiciels de la mairie qui lisent les familles (API).")
def api() -> None:
    """Group the commands on the consumers of the API."""


@api.command(help="Ajoute un logiciel et affiche son jeton, une seule fois.")
@click.argument("name")
def add(name: str) -> None:
    """Give a software a token."""
    with open_database(open_app()) as db:
        try:
            token = consumers.add(db, name)
        except store.ConsumerExists:
            raise click.ClickException(f"« {name} » existe déjà : choisissez un autre nom.") from None
    click.echo(f"Jeton de {name}, à copier maintenant, il ne sera plus affiché :", err=True)
    click.echo(token)


@api.command("list", help="Liste les logiciels : création, dernier appel, jeton révoqué ou non.")
def list_() -> None:
    """Tell where each consumer stands."""
    with open_database(open_app()) as db:
        for one in store.every(db):
            seen = f"dernier appel le {figures(one.seen_at)}" if one.seen_at else "aucun appel"
            state = f" – révoqué le {figures(one.revoked_at)}" if one.revoked_at else ""
            click.echo(f"{one.name} – créé le {figures(one.created_at)} – {seen}{state}")


@api.command(help="Révoque le jeton d'un logiciel : ses appels sont refusés aussitôt.")
@click.argument("name")
def revoke(name: str) -> None:
    """End a token."""
    with open_database(open_app()) as db:
        try:
            consumers.revoke(db, name)
        except consumers.UnknownConsumer:
            raise click.ClickException(f"Aucun jeton valable au nom de « {name} ».") from None
    click.echo(f"Jeton révoqué : {name}.")


@api.command(help="Montre ce que les logiciels ont lu, sans aucun nom de famille.")
@click.option("--days", type=click.IntRange(1, 3650), default=30, show_default=True, help="Depuis tant de jours.")
def journal(days: int) -> None:
    """Show the calls, the oldest first."""
    with open_database(open_app()) as db:
        for call in store.calls(db, now() - timedelta(days=days)):
            click.echo(f"{figures(call.at)} – {call.consumer} – {call.resource} – {call.items}")
