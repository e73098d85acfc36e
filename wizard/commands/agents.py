"""`agents`: who may process the dossiers."""

import sys

import click

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
    with open_database(open_app()) as db:
        try:
            service.create(db, email, _password(), AgentRole(role))
        except service.BadEmail:
            raise click.ClickException(f"« {email} » n'est pas une adresse électronique.") from None
        except service.WeakPassword as weak:
            raise click.ClickException(f"Mot de passe refusé. {' '.join(weak.reasons)}") from None
        except service.AgentExists:
            raise click.ClickException(f"Un agent se connecte déjà avec {email}.") from None
    click.echo(f"Agent créé : {email} ({role}). Il enrôlera son téléphone à sa première connexion.")


def _password() -> str:
    if sys.stdin.isatty():
        password: str = click.prompt("Mot de passe (16 caractères au moins)", hide_input=True, confirmation_prompt=True)
        return password
    return sys.stdin.readline().rstrip("\r\n")
