"""`migrate`, `backup`, `restore`, `doctor`: the database and the health of the installation."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import click

from wizard.clock import now
from wizard.commands import Command, bring_up_to_date, line_of, open_app, open_database, towns_folder
from wizard.commands.files import PRESENT
from wizard.commands.known import Known, known_before
from wizard.commands.towns import backup as backup_each
from wizard.services import backup as service
from wizard.services.checks import examine
from wizard.settings import get_settings


@click.command(cls=Command, help="Crée la base, ou la met à jour. Sans effet si elle l'est déjà.")
def migrate() -> None:
    """Apply the pending migrations."""
    app = open_app()
    with open_database(app) as db:
        applied = bring_up_to_date(db)
    done = f"mise à jour ({', '.join(applied)})" if applied else "déjà à jour"
    click.echo(f"{get_settings(app).database} : {done}.")


@click.command(
    cls=Command,
    help="""Copie la base dans FICHIER, et les documents à côté, pendant que le portail sert.

    Avec --into, le nom dit le moment, et les copies du dossier qui ne servent plus sont effacées : il reste celles de
    sept jours, de quatre semaines, puis une par mois, aucune plus ancienne que retention.backup_days.""",
)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--into", "folder", type=click.Path(path_type=Path), help="Dossier des copies, au lieu de FICHIER.")
@click.option(
    "--to", "keys", multiple=True, metavar="CLÉ", help="Chiffre la base pour qui a la clé privée de celle-ci (age1…)."
)
def backup(file: Path | None, folder: Path | None, keys: tuple[str, ...]) -> None:
    """Back the database up; of several towns, those of each."""
    if towns_folder():
        click.get_current_context().invoke(backup_each, target=file, folder=folder, keys=keys)
        return
    settings = get_settings(open_app())
    database = settings.database
    target = file or folder
    if target is None or (file and folder):
        raise click.UsageError("Donnez FICHIER, ou --into DOSSIER.")
    _must_exist(database)
    gone: list[Path] = []
    try:
        if folder:
            target, size, gone = service.rotate(settings, folder, keys)
        else:
            size = service.backup(settings, target, keys)
    except service.BadTarget as reason:
        raise click.ClickException(f"{target} : {reason}. Rien n'a été écrit ; donnez un autre nom.") from reason
    except service.BadKey as error:
        raise click.ClickException("--to attend une clé publique « age1… » : « age-keygen » en tire une.") from error
    except service.Damaged as damage:
        raise click.ClickException(f"{database} est abîmée ({damage}) : rien n'a été sauvegardé.") from damage
    click.echo(f"{target} : {size / 1024:.0f} Ko, vérifié.")
    for old in gone:
        click.echo(f"{old} : effacé, d'autres copies suffisent.")


@click.command(cls=Command, help="Remet la base sauvegardée dans FICHIER. Arrêtez d'abord le portail.")
@click.argument("file", type=PRESENT)
@click.option("--identity", type=click.Path(path_type=Path), help="Fichier de la clé privée, si la copie est chiffrée.")
@click.option(
    "--untouched", is_flag=True, help="Telle quelle, sessions ouvertes : seulement si le portail est arrêté depuis."
)
def restore(file: Path, identity: Path | None, untouched: bool) -> None:
    """Restore a backup."""
    app = open_app()
    settings = get_settings(app)
    database = settings.database
    with app.app_context(), _refusals_to_restore(file, database):
        restored = service.restore(file, settings, identity, untouched=untouched)
    click.echo(f"{database} : restaurée depuis {file}.")
    if restored.taken_back:
        _tell_what_was_taken_back(restored.taken_back, restored.copied_at, settings.retention.backup_days)
    if not restored.documents:
        click.echo(f"{file}.documents n'est pas là : les documents restent ceux d'avant. Lancez « doctor ».", err=True)
    for aside in restored.aside:
        click.echo(f"L'ancienne base est gardée dans {aside} : effacez-la quand vous n'en aurez plus besoin.")


@contextmanager
def _refusals_to_restore(file: Path, database: Path) -> Iterator[None]:
    try:
        yield
    except service.Itself as error:
        raise click.ClickException(f"{file} est la base du portail elle-même : donnez une sauvegarde.") from error
    except service.InUse as error:
        raise click.ClickException(f"{database} est ouverte par le portail : arrêtez-le d'abord.") from error
    except service.Damaged as damage:
        raise click.ClickException(f"{file} n'est pas une sauvegarde saine ({damage}).") from damage
    except service.TooRecent as names:
        raise click.ClickException(f"{file} vient d'une version plus récente du portail ({names}).") from names
    except service.Locked as error:
        raise click.ClickException(f"{file} est chiffrée : donnez sa clé privée avec --identity.") from error
    except service.BadKey as error:
        raise click.ClickException("--identity attend un fichier d'« age-keygen » (AGE-SECRET-KEY-1…).") from error


def _tell_what_was_taken_back(taken: service.TakenBack, copied_at: datetime | None, backup_days: int) -> None:
    click.echo("Toutes les sessions et tous les liens envoyés par courriel sont fermés.")
    click.echo(f"{taken.deleted} espace(s) effacé(s) depuis cette copie le sont de nouveau.")
    lost = "« Identifiant ou mot de passe oublié »"
    click.echo(f"{taken.changed} parent(s) avaient changé de mot de passe : {lost} leur en donnera un.")
    click.echo(f"{taken.agents} agent(s) n'ont plus d'accès : « agents reset » le leur rend, s'ils ne sont pas partis.")
    click.echo(
        f"{taken.rights} droit(s) retiré(s) ou refusé(s) depuis le sont de nouveau : la mairie les verra dans sa file."
    )
    if taken.contested:
        click.echo(f"{taken.contested} droit(s) contesté(s) par l'autre foyer d'un enfant le sont de nouveau.")
    if taken.tokens:
        click.echo(f"{taken.tokens} jeton(s) d'API révoqué(s) le sont de nouveau.")
    if copied_at and copied_at < now() - timedelta(days=backup_days):
        click.echo(
            f"Cette copie a plus de {backup_days} jours : ce qui fut effacé juste après elle peut être revenu.",
            err=True,
        )


@click.command(cls=Command, help="Examine l'installation : une ligne par point, et un échec si l'un va mal.")
@known_before
def doctor(file: Path | None) -> None:
    """Tell how the installation is."""
    app = open_app()
    known, wrong = Known(file), 0
    with app.app_context():
        for finding in examine(get_settings(app)):
            wrong += known.blames(finding)
            click.echo(line_of(finding))
    known.keep()
    if wrong:
        raise click.ClickException(f"{wrong} point(s) à voir.")


def _must_exist(database: Path) -> None:
    if not database.exists():
        raise click.ClickException(f"{database} n'existe pas : lancez d'abord « portail-famille migrate ».")
