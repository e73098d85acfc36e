"""`agents`: who may process the dossiers."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import click
from sqlite_utils import Database

from wizard.choices import ACTIONS
from wizard.clock import now
from wizard.commands import Group, open_app, open_database
from wizard.french import figures, reference
from wizard.models import AgentRole
from wizard.services import agent_roles
from wizard.services import agents as service
from wizard.stores import agent_journal
from wizard.stores import agents as store


@click.group(cls=Group, help="Les agents de la mairie.")
def agents() -> None:
    """Group the commands on agents."""


@agents.command(help="Ajoute un agent. Son mot de passe est demandé, ou lu sur l'entrée standard.")
@click.argument("email")
@click.option(
    "--role",
    type=click.Choice([role.value for role in AgentRole]),
    default=AgentRole.CASEWORKER.value,
    show_default=True,
    help="« instructeur » traite les dossiers, « accueil » renseigne seulement, « administrateur » gère les accès, "
    "« sante » ouvre les plis des enfants.",
)
def create(email: str, role: str) -> None:
    """Create an agent."""
    with _refusals() as db:
        service.create(db, email, _password(), AgentRole(role))
    click.echo(f"Agent créé : {email} ({role}). Il enrôlera son téléphone à sa première connexion.")


@agents.command(help="Donne un autre mot de passe à un agent qui a perdu le sien, ou son téléphone et ses codes.")
@click.argument("email")
def reset(email: str) -> None:
    """Let an agent start over."""
    with _refusals() as db:
        service.reset(db, email, _password())
    click.echo(f"Mot de passe changé : {email}. Ses sessions sont fermées ; il enrôlera de nouveau un téléphone.")


@agents.command(help="Change le rôle d'un agent.")
@click.argument("email")
@click.argument("role", metavar="RÔLE", type=click.Choice([role.value for role in AgentRole]))
def role(email: str, role: str) -> None:
    """Change what an agent may do."""
    with _refusals() as db:
        agent_roles.set_by_command(db, service.known(db, email), AgentRole(role))
    click.echo(f"Rôle changé : {email} ({role}).")


@agents.command(help="Retire son accès à un agent qui part. Ce qu'il a décidé reste à son nom.")
@click.argument("email")
def remove(email: str) -> None:
    """Take an agent's access away."""
    with _refusals() as db:
        service.dismiss(db, email)
    click.echo(f"Accès retiré : {email}. Ses sessions sont fermées. « agents reset » le lui rendrait.")


@agents.command("list", help="Liste les agents : rôle, téléphone relié ou non, dernière connexion.")
def list_() -> None:
    """Tell where each access stands."""
    with open_database(open_app()) as db:
        for access in store.accesses(db):
            enrolled = "téléphone relié" if access.is_enrolled else "pas de téléphone relié"
            if access.invited_until:
                enrolled = f"invité, lien bon jusqu'au {figures(access.invited_until)}"
            state = f"accès retiré le {figures(access.dismissed_at)}" if access.dismissed_at else enrolled
            seen = f"dernière connexion le {figures(access.seen_at)}" if access.seen_at else "jamais connecté"
            click.echo(f"{access.email} – {access.role} – {state} – {seen}")


@agents.command(help="Montre ce que les agents ont fait : connexions, échecs, consultations. Sans EMAIL, tous.")
@click.argument("email", required=False)
@click.option("--days", type=click.IntRange(1, 3650), default=30, show_default=True, help="Depuis tant de jours.")
def journal(email: str | None, days: int) -> None:
    """Show the agents' journal, the oldest line first."""
    with _refusals() as db:
        agent = service.known(db, email).id if email else None
        for entry in agent_journal.since(db, now() - timedelta(days=days), agent):
            dossier = f" – dossier {reference(entry.reference)}" if entry.reference else ""
            subject = f" – {entry.subject}" if entry.subject else ""
            click.echo(f"{figures(entry.at)} – {entry.agent or 'commande'} – {ACTIONS[entry.action]}{subject}{dossier}")


@contextmanager
def _refusals() -> Iterator[Database]:
    """Open the database; what the service refuses ends the command with a sentence."""
    with open_database(open_app()) as db:
        try:
            yield db
        except service.BadEmail as bad:
            raise click.ClickException(f"« {bad} » n'est pas une adresse électronique.") from None
        except service.WeakPassword as weak:
            raise click.ClickException(f"Mot de passe refusé. {' '.join(weak.reasons)}") from None
        except service.AgentExists as known:
            raise click.ClickException(f"Un agent se connecte déjà avec {known}.") from None
        except agent_roles.LastAdministrator:
            raise click.ClickException(
                "C'est le seul administrateur : donnez d'abord ce rôle à quelqu'un d'autre."
            ) from None
        except service.UnknownAgent as unknown:
            raise click.ClickException(f"Aucun agent ne se connecte avec « {unknown} ».") from None


def _password() -> str:
    if sys.stdin.isatty():
        password: str = click.prompt("Mot de passe (16 caractères au moins)", hide_input=True, confirmation_prompt=True)
        return password
    return sys.stdin.readline().rstrip("\r\n")
