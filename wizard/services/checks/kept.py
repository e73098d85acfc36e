"""What the portal keeps beside the database, and whether it can be read: secrets, documents, addresses."""

from collections.abc import Iterator

from wizard.addresses import Index
from wizard.db import reading
from wizard.models import AgentRole
from wizard.services import seeds
from wizard.services.checks.finding import Finding, Level, good, wrong
from wizard.services.documents import examining
from wizard.services.documents.conversion.antivirus import is_there
from wizard.services.sealing import State
from wizard.settings import Settings
from wizard.stores import agents


def secrets(settings: Settings) -> Iterator[Finding]:
    """Look at the keys under which the agents' phones are encrypted."""
    with reading(settings.database) as db:
        found = seeds.states(db)
    kinds = {state for _agent, state in found}
    if State.UNREADABLE in kinds:
        names = ", ".join(agent.email for agent, state in found if state is State.UNREADABLE)
        what_to_do = "donnez-la dans PORTAIL_SECRET_KEY_OLD, ou lancez « agents reset »"
        yield wrong("Secrets", "secrets-unreadable", f"le téléphone de {names} attend une autre clé : {what_to_do}")
    elif kinds - {State.CURRENT}:
        sentence = "tous ne sont pas chiffrés avec PORTAIL_SECRET_KEY : « secrets rotate »"
        yield wrong("Secrets", "secrets-former", sentence)
    else:
        yield good("Secrets", "chiffrés avec PORTAIL_SECRET_KEY")


def health(settings: Settings) -> Iterator[Finding]:
    """Tell when health is asked online, and nobody may open what is answered."""
    if not settings.dossier.health:
        return
    with reading(settings.database) as db:
        roles = {agent.role for agent in agents.every(db)}
    if AgentRole.HEALTH not in roles:
        what_to_do = "donnez le rôle « sante » à un agent"
        sentence = f"demandée en ligne, et personne n'ouvre les plis ni ses documents : {what_to_do}"
        yield wrong("Santé", "health-unopened", sentence)


def documents(settings: Settings) -> Iterator[Finding]:
    """Look at the documents' own file, and at their keys."""
    if not settings.database.exists():
        return
    for fine, sentence in examining.examine(settings):
        yield good("Documents", sentence) if fine else wrong("Documents", "documents", sentence)


def antivirus(settings: Settings) -> Iterator[Finding]:
    """Ask the antivirus that the town chose whether it is there: without it, files are taken and not analysed."""
    socket = settings.documents.antivirus
    if socket and not is_there(socket):
        sentence = "ne répond pas, les documents sont reçus sans être analysés : lancez clamd, ou corrigez son adresse"
        yield Finding("Antivirus", Level.WRONG, "antivirus", sentence, str(socket))
    elif socket:
        yield good("Antivirus", "répond")


def addresses(settings: Settings) -> Iterator[Finding]:
    """Look for the addresses of this town in their file."""
    index = Index(settings.addresses, citycode=settings.town.citycode)
    what_to_do = "lancez « addresses import » ou « addresses download »"
    if not index.ready:
        yield _no_addresses("missing", f"le fichier manque ou est d'une autre version : {what_to_do}", settings)
    elif not index.has_town:
        sentence = f"celles {settings.town.of} ({settings.town.citycode}) n'y sont pas : {what_to_do}"
        yield _no_addresses("of-another-town", sentence, settings)
    else:
        yield good("Adresses", f"{settings.addresses} est lisible, et a celles {settings.town.of}")


def _no_addresses(name: str, sentence: str, settings: Settings) -> Finding:
    return Finding("Adresses", Level.WRONG, f"addresses-{name}", sentence, str(settings.addresses))
