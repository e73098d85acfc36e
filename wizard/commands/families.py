"""`families`: the families that the town already knows."""

from pathlib import Path

import click

from wizard.commands import Group, open_app, open_database
from wizard.services import families as service

_SHOWN = 20


@click.group(cls=Group, help="Les familles que la mairie connaît déjà.")
def families() -> None:
    """Group the commands on known families."""


@families.command(
    "import",
    help="""Importe un fichier CSV : cle_enfance, nom, prenom, courriel (facultatif).

    Une famille dont la clé est déjà connue est remplacée ; celles que le fichier ne contient pas restent.""",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(file: Path) -> None:
    """Import a file and tell which lines were left out."""
    with (
        open_database(open_app()) as db,
        click.progressbar(length=file.stat().st_size, label="Lecture du fichier") as bar,
    ):
        try:
            report = service.import_file(db, file, bar.update)
        except service.UnusableFile as error:
            raise click.ClickException(f"{file} : {error}. Rien n'a été importé.") from error
    click.echo(f"{report.added} famille(s) ajoutée(s), {report.updated} mise(s) à jour.")
    for number, reason in report.bad_lines[:_SHOWN]:
        click.echo(f"Ligne {number} : {reason}.", err=True)
    if len(report.bad_lines) > _SHOWN:
        click.echo(f"… et {len(report.bad_lines) - _SHOWN} autre(s).", err=True)
    if report.bad_lines:
        raise click.ClickException(f"{len(report.bad_lines)} ligne(s) laissée(s) de côté : corrigez-les.")
