"""`agents`: who may process the dossiers."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlite_utils import Database

from wizard.commands import Group, open_app, open_database
from wizard.models import AgentRole
from wizard.services import agents as service


@click.group(cls=Group, help="Les agents de la mairie.")
def agents() -> None:
    """Group the commands on agents."""


@agents.command(help="Ajoute un agent. Son mot de passe est demandé, ou lu sur l'entrée standard.")
@click.argument("email")
@click.option(
    "--role",
    type=click.Choice([role.value for role in AgentRole]),
    default=AgentRole.INSTRUCTEUR.value,
    show_default=True,
    help="« instructeur » traite les dossiers, « accueil » renseigne seulement.",
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


@agents.command(help="Retire son accès à un agent qui part. Ce qu'il a décidé reste à son nom.")
@click.argument("email")
def remove(email: str) -> None:
    """Take an agent's access away."""
    with _refusals() as db:
        service.dismiss(db, email)
    click.echo(f"Accès retiré : {email}. Ses sessions sont fermées. « agents reset » le lui rendrait.")


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
        except service.UnknownAgent as unknown:
            raise click.ClickException(f"Aucun agent ne se connecte avec « {unknown} ».") from None


def _password() -> str:
    if sys.stdin.isatty():
        password: str = click.prompt("Mot de passe (16 caractères au moins)", hide_input=True, confirmation_prompt=True)
        return password
    return sys.stdin.readline().rstrip("\r\n")
