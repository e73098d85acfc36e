"""`migrate`, `backup`, `restore`, `doctor`: the database and the health of the installation."""

from datetime import timedelta
from pathlib import Path

import click

from wizard.clock import now
from wizard.commands import Command, bring_up_to_date, open_app, open_database
from wizard.services import backup as service
from wizard.services.checks import Level, examine
from wizard.settings import get_settings

_MARKS = {Level.GOOD: "  ok  ", Level.NOTE: " note ", Level.WRONG: "À VOIR", Level.DOWN: "À VOIR"}


@click.command(cls=Command, help="Crée la base, ou la met à jour. Sans effet si elle l'est déjà.")
def migrate() -> None:
    """Apply the pending migrations."""
    app = open_app()
    with open_database(app) as db:
        applied = bring_up_to_date(db)
    done = f"mise à jour ({', '.join(applied)})" if applied else "déjà à jour"
    click.echo(f"{get_settings(app).database} : {done}.")


@click.command(cls=Command, help="Copie la base dans FICHIER, et les documents à côté, pendant que le portail sert.")
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Back the database up."""
    settings = get_settings(open_app())
    database = settings.database
    _must_exist(database)
    try:
        size = service.backup(settings, file)
    except service.BadTarget as reason:
        raise click.ClickException(f"{file} : {reason}. Rien n'a été écrit ; donnez un autre nom.") from reason
    except service.Damaged as damage:
        raise click.ClickException(f"{database} est abîmée ({damage}) : rien n'a été sauvegardé.") from damage
    click.echo(f"{file} : {size / 1024:.0f} Ko, vérifié.")


@click.command(cls=Command, help="Remet la base sauvegardée dans FICHIER. Arrêtez d'abord le portail.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Restore a backup."""
    app = open_app()
    settings = get_settings(app)
    database = settings.database
    try:
        with app.app_context():
            restored = service.restore(file, settings)
    except service.Itself as error:
        raise click.ClickException(f"{file} est la base du portail elle-même : donnez une sauvegarde.") from error
    except service.InUse as error:
        raise click.ClickException(f"{database} est ouverte par le portail : arrêtez-le d'abord.") from error
    except service.Damaged as damage:
        raise click.ClickException(f"{file} n'est pas une sauvegarde saine ({damage}).") from damage
    except service.TooRecent as names:
        raise click.ClickException(f"{file} vient d'une version plus récente du portail ({names}).") from names
    click.echo(f"{database} : restaurée depuis {file}.")
    _tell_what_was_taken_back(restored, settings.retention.backup_days)
    if not restored.documents:
        click.echo(f"{file}.documents n'est pas là : les documents restent ceux d'avant. Lancez « doctor ».", err=True)
    for aside in restored.aside:
        click.echo(f"L'ancienne base est gardée dans {aside} : effacez-la quand vous n'en aurez plus besoin.")


def _tell_what_was_taken_back(restored: service.Restored, backup_days: int) -> None:
    taken = restored.taken_back
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
    if restored.copied_at and restored.copied_at < now() - timedelta(days=backup_days):
        click.echo(
            f"Cette copie a plus de {backup_days} jours : ce qui fut effacé juste après elle peut être revenu.",
            err=True,
        )


@click.command(cls=Command, help="Examine l'installation : une ligne par point, et un échec si l'un va mal.")
def doctor() -> None:
    """Tell how the installation is."""
    app = open_app()
    wrong = 0
    with app.app_context():
        for finding in examine(get_settings(app)):
            wrong += finding.fault
            detail = f" ({finding.detail})" if finding.detail else ""
            click.echo(f"{_MARKS[finding.level]}  {finding.subject} : {finding.sentence}{detail}.")
    if wrong:
        raise click.ClickException(f"{wrong} point(s) à voir.")


def _must_exist(database: Path) -> None:
    if not database.exists():
        raise click.ClickException(f"{database} n'existe pas : lancez d'abord « portail-famille migrate ».")
