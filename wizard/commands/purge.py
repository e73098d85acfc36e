"""`purge`: what nobody needs any more."""

import click

from wizard.clock import now
from wizard.commands import Command, open_app, open_database
from wizard.services import leaps, retention
from wizard.settings import get_settings


@click.command(
    cls=Command, help="Efface pour de bon ce qui n'a plus à être gardé. « serve » le fait aussi chaque jour."
)
@click.option("--clock-is-right", "sure", is_flag=True, help="Même si l'heure a sauté d'une semaine.")
def purge(sure: bool) -> None:
    """Purge the database."""
    app = open_app()
    settings = get_settings(app)
    with open_database(app) as db:
        if not sure and leaps.in_doubt(db, settings, now()):
            raise click.ClickException(
                f"Il serait le {now():%d/%m/%Y}, plus d'une semaine après la dernière purge : rien n'est effacé."
                " Si la date est juste, lancez « purge --clock-is-right » ; sinon, réglez l'heure."
            )
        report = retention.purge(db, settings, now())
    click.echo(f"{report.drafts} inscription(s) ou entourage(s) inachevés effacés.")
    click.echo(f"{report.unactivated} espace(s) jamais activé(s) effacé(s).")
    click.echo(f"{report.inactive} espace(s) inutilisé(s) effacé(s), {report.warned} prévenu(s) par courriel.")
    if report.closed or report.withdrawn:
        click.echo(f"{report.closed} dossier(s) refusés ou annulés effacés, {report.withdrawn} contact(s) sans droit.")
    if report.announced:
        click.echo(f"{report.announced} effacement(s) annoncé(s) à la mairie, à lire dans /mairie/conservation.")
    if report.reminded:
        click.echo(f"{report.reminded} famille(s) invitée(s) par courriel à confirmer que tout est exact.")
    click.echo(f"{report.families} famille(s) connue(s) effacée(s), qu'aucun fichier récent ne contient.")
    click.echo(f"{report.one_days} autorisation(s) d'un jour effacée(s), passées depuis longtemps.")
    if report.expired.documents or report.expired.envelopes:
        told = f"{report.expired.documents} document(s) effacé(s), {report.expired.envelopes} pli(s) santé"
        click.echo(f"{told}, dont l'année est passée.")
    if years := report.expired.years:
        click.echo(f"Plus rien de {', '.join(years)} n'est lisible, pas même dans une ancienne sauvegarde.")
    click.echo(f"{report.child_files} dossier(s) administratif(s) effacé(s), d'années scolaires passées.")
    others = report.tokens + report.limits + report.sessions + report.mails + report.bounces
    others += report.journal + report.seals + report.traces + report.merges + report.expired.lost
    click.echo(f"{others} trace(s) effacée(s) : liens, limites, sessions, courriels partis, journal des agents.")
    if not report.emptied:
        raise click.ClickException(
            "Le journal de la base est encore lu : ce qui est effacé s'y trouve jusqu'à la prochaine purge."
        )
