"""`secrets`: the installation's key, and what is encrypted under it."""

import click

from wizard.commands import Group, open_app, open_database, told_of_seals
from wizard.services import resealing
from wizard.settings import get_settings


@click.group(cls=Group, help="La clé secrète, et ce qu'elle chiffre.")
def secrets() -> None:
    """Group the commands on secrets."""


@secrets.command(help="Chiffre de nouveau, avec les clés d'aujourd'hui, ce que les anciennes (…_OLD) avaient chiffré.")
def rotate() -> None:
    """Bring what is encrypted under the present key."""
    app = open_app()
    settings = get_settings(app)
    with open_database(app) as db:
        done = resealing.reseal(db)
        years = resealing.rewrap_years()
    for sentence in told_of_seals(done):
        click.echo(sentence)
    click.echo(f"Déjà chiffrés avec PORTAIL_SECRET_KEY : {done.current}.")
    if years.former:
        click.echo(f"Clés des années chiffrées de nouveau, avec PORTAIL_DOCUMENTS_KEY : {years.former}.")
    if years.unreadable:
        names = ", ".join(years.unreadable)
        raise click.ClickException(f"Les documents de {names} attendent une autre clé : PORTAIL_DOCUMENTS_KEY_OLD.")
    if done.unreadable:
        raise click.ClickException(f"{len(done.unreadable)} secret(s) de téléphone restent illisibles.")
    if settings.secret_key_old:
        click.echo("PORTAIL_SECRET_KEY_OLD ne sert plus ici : retirez-la, sauf pour restaurer une ancienne sauvegarde.")
