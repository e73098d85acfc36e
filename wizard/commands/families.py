"""`families`: those that the town already knows; the copy and the deletion of one."""

import sys
from pathlib import Path
from typing import NoReturn

import click

from wizard import private_files
from wizard.commands import Group, open_app, open_database
from wizard.commands.files import PRESENT
from wizard.kinds import unfinished
from wizard.services import copies, family_files, trace
from wizard.services import families as service
from wizard.services.family_files import Row
from wizard.stores import dossiers

_SHOWN = 20


@click.group(cls=Group, help="Les familles que la mairie connaît déjà.")
def families() -> None:
    """Group the commands on known families."""


@families.command(
    "import",
    help="""Importe un fichier CSV ou XLSX : cle_enfance, nom, prenom, courriel (facultatif).

    Trois noms sont montrés avant d'écrire, pour juger des accents. Une famille dont la clé est déjà connue est
    remplacée ; celles que le fichier ne contient pas restent.""",
)
@click.argument("file", type=PRESENT)
@click.option("--yes", is_flag=True, help="Écrit sans demander si les noms montrés sont bons.")
def import_(file: Path, yes: bool) -> None:
    """Import a file and tell which lines were left out."""
    app = open_app()
    try:
        with click.progressbar(length=file.stat().st_size, label="Lecture du fichier") as bar:
            known, report = service.read_file(file, bar.update)
    except service.UnusableFile as error:
        raise click.ClickException(f"{file} : {error}. Rien n'a été importé.") from error
    if not known and not report.bad_lines:
        raise click.ClickException(f"{file} : aucune famille sous les titres des colonnes.")
    _show(known, report)
    if known and not yes and sys.stdin.isatty():
        _confirm()
    with open_database(app) as db:
        service.save(db, known, report)
    click.echo(f"{report.added} famille(s) ajoutée(s), {report.updated} mise(s) à jour.")
    _tell(report)


def _show(known: tuple[Row, ...], report: service.Report) -> None:
    """Show how the file was understood, and three of its names."""
    click.echo(f"Fichier lu comme {report.encoding}.")
    if report.mended:
        lines = ", ".join(map(str, report.mended[:_SHOWN])) + (", …" if len(report.mended) > _SHOWN else "")
        click.echo(f"Accents écrits autrement, relus un à un : ligne(s) {lines}.")
    if report.ignored:
        click.echo(f"Colonne(s) laissée(s) de côté : {', '.join(report.ignored)}.")
    for family in family_files.accents_first(known):
        click.echo(
            f"  {family.enfance_key} · {family.birth_name} {family.given_name} · {family.email or 'sans courriel'}"
        )


def _confirm() -> None:
    answer = click.prompt("Ces noms sont-ils bien écrits ? (oui/non)", default="non", show_default=False)
    if answer.strip().casefold() not in {"o", "oui"}:
        raise click.ClickException("Rien n'a été importé.")


def _tell(report: service.Report) -> None:
    told = sorted(report.bad_lines + report.without_email)
    for number, reason in told[:_SHOWN]:
        click.echo(f"Ligne {number} : {reason}.", err=True)
    if len(told) > _SHOWN:
        click.echo(f"… et {len(told) - _SHOWN} autre(s).", err=True)
    if told:
        left = f"{len(report.bad_lines)} ligne(s) laissée(s) de côté, {len(report.without_email)} courriel(s)"
        raise click.ClickException(f"{left} à corriger.")


@families.command(
    help="Écrit la copie des données d'une famille, par la référence d'un de ses dossiers ou par son numéro."
)
@click.argument("reference")
@click.option("--format", "kind", type=click.Choice(list(copies.KINDS)), default="json", show_default=True)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Fichier à créer, lisible de ce compte seul ; sinon, la sortie standard.",
)
def copy(reference: str, kind: str, output: Path | None) -> None:
    """Write what the parent would get, but for health, and that it was."""
    with open_database(open_app()) as db:
        account = trace.account_of(db, reference) or _no_such_family(reference)
        _media, write = copies.KINDS[kind]
        content = write(unfinished.copy(db, account, health=False))
        if output:
            with open(output, "xb", opener=private_files.opener) as file:
                file.write(content)
        else:
            sys.stdout.buffer.write(content)
        trace.note_copy(db, None, reference)


@families.command(
    help="Efface pour de bon une famille, par la référence d'un de ses dossiers ou son numéro, à recopier."
)
@click.argument("reference")
def erase(reference: str) -> None:
    """Delete a family once its reference is typed again."""
    with open_database(open_app()) as db:
        if trace.account_of(db, reference) is None:
            _no_such_family(reference)
        typed = click.prompt("Tout ce qui concerne cette famille sera effacé. Recopiez la référence")
        if dossiers.typed_reference(typed) != dossiers.typed_reference(reference):
            raise click.ClickException("Ce n'est pas cette référence : rien n'est effacé.")
        trace.erase(db, None, reference)
    click.echo("Famille effacée.")


def _no_such_family(reference: str) -> NoReturn:
    raise click.ClickException(f"Aucune famille n'a la référence, ni le numéro, « {reference} ».")
