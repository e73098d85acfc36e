"""The health of an installation: what works, what does not, and what to do about it."""

import shutil
import smtplib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

from wizard import private_files
from wizard.addresses import Index
from wizard.clock import moment, now
from wizard.db import connect
from wizard.expect import LOOPBACK
from wizard.extensions import mail
from wizard.migrations import pending, unknown
from wizard.models import AgentRole
from wizard.services import bounce_mailbox, seeds
from wizard.services.documents import examining
from wizard.services.sealing import State
from wizard.settings import Bounces, Settings
from wizard.stores import agents, database_file, limits, outbox_state

_LONG_WAIT = timedelta(minutes=15)
_LITTLE_SPACE = 500 * 1024 * 1024
_SHOWN = 5
UNTRUSTED_PROXY = "alarm untrusted proxy"
"""The bucket that tells when a proxy that is not declared was last seen."""


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    subject: str
    good: bool
    sentence: str


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything, in an application context."""
    yield _settings(settings)
    yield _files(settings)
    if settings.database.exists():
        yield _database(settings)
        yield from _queue(settings)
        yield _clock(settings)
        yield _proxy(settings)
        yield _seeds(settings)
        yield from _documents(settings)
    else:
        yield Finding("Base", False, f"{settings.database} n'existe pas : lancez « migrate »")
    yield _addresses(settings)
    yield _smtp(settings)
    if settings.bounces:
        yield _bounces(settings.bounces)
    yield _disk(settings)


def _settings(settings: Settings) -> Finding:
    local = any(host in LOOPBACK for host in settings.hosts)
    if local and not settings.demonstration:
        return Finding("Réglages", False, f"PORTAIL_PUBLIC_URL vaut {settings.public_url} : aucun parent n'y accède")
    return Finding("Réglages", True, f"{settings.town.name}, {settings.public_url}")


def _files(settings: Settings) -> Finding:
    if shared := private_files.shared(settings.private_files):
        names = ", ".join(str(path) for path in shared)
        what_to_do = "lancez « chmod 600 » sur chacun, ou « migrate »"
        return Finding("Fichiers", False, f"d'autres comptes de la machine peuvent lire {names} : {what_to_do}")
    return Finding("Fichiers", True, "lisibles par le compte du portail seul")


def _database(settings: Settings) -> Finding:
    try:
        database_file.check(settings.database)
    except database_file.Damaged as damage:
        return Finding("Base", False, f"{settings.database} est abîmée ({damage}) : restaurez une sauvegarde")
    with closing(connect(settings.database)) as db:
        if missing := pending(db):
            return Finding("Base", False, f"{len(missing)} migration(s) en attente : lancez « migrate »")
        if unknown(db):
            return Finding("Base", False, "écrite par une version plus récente : mettez le portail à jour")
    return Finding("Base", True, f"{settings.database} est saine et à jour")


def _queue(settings: Settings) -> Iterator[Finding]:
    with closing(connect(settings.database)) as db:
        if pending(db):
            return
        queue, failures = outbox_state.queue(db), outbox_state.failures(db, _SHOWN)
    late = queue.oldest is not None and now() - queue.oldest > _LONG_WAIT
    sentence = f"{queue.waiting} en attente" + (f", le plus ancien du {queue.oldest:%d/%m à %H:%M} UTC" if late else "")
    yield Finding("Courriels", not late, sentence)
    if queue.failed:
        last = "; ".join(f"{failure.name} ({failure.error.partition(' ')[0]})" for failure in failures)
        yield Finding("Courriels", not queue.failing, f"{queue.failed} abandonné(s), dont : {last}")


def _clock(settings: Settings) -> Finding:
    with closing(connect(settings.database)) as db:
        latest = None if pending(db) else database_file.last_moment(db)
    if latest and moment(latest) > now() + timedelta(minutes=1):
        return Finding("Horloge", False, f"en retard : le portail a déjà noté le {latest}. Réglez l'heure")
    return Finding("Horloge", True, f"{now():%Y-%m-%d %H:%M} UTC")


def _proxy(settings: Settings) -> Finding:
    with closing(connect(settings.database)) as db:
        seen = None if pending(db) else limits.last_taken(db, UNTRUSTED_PROXY)
    if seen is None:
        return Finding("Mandataire", True, f"{settings.trusted_proxy or 'aucun'} (PORTAIL_TRUSTED_PROXY)")
    what_to_do = (
        "si l'adresse de votre mandataire est juste, fermez le port du portail aux autres"
        if settings.trusted_proxy
        else "donnez l'adresse de votre mandataire ; sans elle, tous les visiteurs comptent pour un seul"
    )
    sentence = f"des requêtes portent X-Forwarded-… sans venir de PORTAIL_TRUSTED_PROXY (le {seen:%d/%m à %H:%M} UTC)"
    return Finding("Mandataire", False, f"{sentence} : {what_to_do}")


def _seeds(settings: Settings) -> Finding:
    with closing(connect(settings.database)) as db:
        found = [] if pending(db) else seeds.states(db)
    kinds = {state for _agent, state in found}
    if State.UNREADABLE in kinds:
        names = ", ".join(agent.email for agent, state in found if state is State.UNREADABLE)
        what_to_do = "donnez-la dans PORTAIL_SECRET_KEY_OLD, ou lancez « agents reset »"
        return Finding("Secrets", False, f"le téléphone de {names} attend une autre clé : {what_to_do}")
    if kinds - {State.CURRENT}:
        return Finding("Secrets", False, "tous ne sont pas chiffrés avec PORTAIL_SECRET_KEY : « secrets rotate »")
    return Finding("Secrets", True, "chiffrés avec PORTAIL_SECRET_KEY")


def _documents(settings: Settings) -> Iterator[Finding]:
    with closing(connect(settings.database)) as db:
        if pending(db):
            return
        roles = {agent.role for agent in agents.every(db)}
    if settings.dossier.health and AgentRole.HEALTH not in roles:
        what_to_do = "donnez le rôle « sante » à un agent"
        yield Finding(
            "Santé", False, f"demandée en ligne, et personne n'ouvre les plis ni ses documents : {what_to_do}"
        )
    for good, sentence in examining.examine(settings):
        yield Finding("Documents", good, sentence)


def _addresses(settings: Settings) -> Finding:
    if Index(settings.addresses).ready:
        return Finding("Adresses", True, f"{settings.addresses} est lisible")
    what_to_do = "lancez « addresses import » ou « addresses download »"
    return Finding("Adresses", False, f"{settings.addresses} manque ou est d'une autre version : {what_to_do}")


def _smtp(settings: Settings) -> Finding:
    try:
        with mail.connect():
            return Finding("SMTP", True, "le serveur de courriel répond et nous accepte")
    except (smtplib.SMTPException, OSError) as error:
        return Finding("SMTP", False, f"le serveur de courriel ne nous prend pas ({type(error).__name__} : {error})")


def _bounces(bounces: Bounces) -> Finding:
    try:
        with bounce_mailbox.opened(bounces):
            return Finding("Retours", True, f"la boîte s'ouvre, elle est lue toutes les {bounces.seconds} s")
    except bounce_mailbox.Unreachable as error:
        return Finding("Retours", False, f"la boîte des courriels qui reviennent ne s'ouvre pas ({error})")


def _disk(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.instance).free
    return Finding("Disque", free > _LITTLE_SPACE, f"{free // 1024**2} Mo libres dans {settings.instance}")
