"""`addresses`: the official addresses that the portal suggests."""

import tempfile
from pathlib import Path

import click
from flask import Flask

from wizard.addresses import ImportFailed, ImportReport, bytes_to_read, import_files
from wizard.addresses.importing.download import OFFICIAL, DownloadFailed, fetch, urls
from wizard.commands import Group, open_app
from wizard.commands.files import PRESENT
from wizard.db import get_db, transaction
from wizard.migrations import migrate
from wizard.services import geocoding
from wizard.settings import get_settings


@click.group(cls=Group, help="Les adresses proposées aux parents.")
def addresses() -> None:
    """Group the commands on addresses."""


@addresses.command("import", help="Remplace les adresses par celles de ces fichiers BAN ou BAL (CSV, gzip accepté).")
@click.argument("files", nargs=-1, required=True, type=PRESENT)
def import_(files: tuple[Path, ...]) -> None:
    """Import official files."""
    app = open_app()
    replace(get_settings(app).addresses, list(files))
    _match_again(app)


@addresses.command(
    help="""Télécharge les fichiers officiels de ces départements, puis les importe.

    Ils remplacent tous les autres : donnez ensemble le vôtre et ceux des communes voisines."""
)
@click.argument("departments", nargs=-1, required=True)
@click.option("--url", default=OFFICIAL, show_default=True, help="Où les prendre.")
def download(departments: tuple[str, ...], url: str) -> None:
    """Fetch official files beside the database that they become, then import them."""
    app = open_app()
    target = get_settings(app).addresses
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".telechargement-") as folder:
        try:
            files = [_fetched(address, Path(folder)) for department in departments for address in urls(department, url)]
        except DownloadFailed as error:
            raise click.ClickException(f"{error}. Les adresses n'ont pas changé.") from error
        replace(target, files)
    _match_again(app)


def _match_again(app: Flask) -> None:
    """Recognise the families' addresses that were not in the former data."""
    if not get_settings(app).database.exists():
        return
    with app.app_context():
        migrate(get_db())
        with transaction(get_db()):
            recognised = geocoding.match_again(get_db())
    click.echo(f"{recognised} adresse(s) à vérifier reconnue(s) dans ces données.")


def _fetched(address: str, folder: Path) -> Path:
    file = folder / address.rpartition("/")[2]
    with click.progressbar(length=1, label=file.name) as bar:
        for received, expected in fetch(address, file):
            bar.length = expected or bar.pos + received
            bar.update(received)
    return file


def replace(target: Path, files: list[Path]) -> None:
    """Make a new address database of these files, and tell what they gave."""
    try:
        with click.progressbar(length=bytes_to_read(files), label="Import des adresses") as bar:
            report = import_files(files, target, progress=bar.update)
    except ImportFailed as error:
        raise click.ClickException(f"{error} Les adresses n'ont pas changé.") from error
    _tell(report, target)


def _tell(report: ImportReport, target: Path) -> None:
    for file in report.files:
        click.echo(f"{file.path.name} : {file.rows} ligne(s) lue(s), {file.bad} laissée(s) de côté.")
        for number, reason in file.bad_lines:
            click.echo(f"  ligne {number} : {reason}", err=True)
    click.echo(f"{report.streets} voies et {report.doors} numéros dans {target} ({report.size // 1024} Ko).")
