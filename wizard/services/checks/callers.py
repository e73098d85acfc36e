"""How the portal is reached: its public address, the proxy before it, the name that callers give it."""

from collections.abc import Iterator

from wizard.db import reading
from wizard.expect import LOOPBACK
from wizard.french import figures_utc
from wizard.services import alarms
from wizard.services.alarms import Alarm
from wizard.services.checks.finding import Finding, good, note, wrong
from wizard.settings import Settings


def public_url(settings: Settings) -> Iterator[Finding]:
    """Tell the town and its address."""
    if any(host in LOOPBACK for host in settings.hosts) and not settings.demonstration:
        sentence = f"PORTAIL_PUBLIC_URL vaut {settings.public_url} : aucun parent n'y accède"
        yield wrong("Réglages", "public-url-local", sentence)
        return
    yield good("Réglages", f"{settings.town.name}, {settings.public_url}")


def proxy(settings: Settings) -> Iterator[Finding]:
    """Tell of a proxy that calls without being trusted."""
    with reading(settings.database) as db:
        seen = alarms.last(db, Alarm.UNTRUSTED_PROXY)
    if seen is None:
        yield good("Mandataire", f"{settings.trusted_proxy or 'aucun'} (PORTAIL_TRUSTED_PROXY)")
        return
    what_to_do = (
        "si l'adresse de votre mandataire est juste, fermez le port du portail aux autres"
        if settings.trusted_proxy
        else "donnez l'adresse de votre mandataire ; sans elle, tous les visiteurs comptent pour un seul"
    )
    sentence = f"des requêtes portent X-Forwarded-… sans venir de PORTAIL_TRUSTED_PROXY (le {figures_utc(seen)})"
    yield wrong("Mandataire", "proxy-untrusted", f"{sentence} : {what_to_do}")


def host(settings: Settings) -> Iterator[Finding]:
    """Tell of a name that is refused: a note, as robots ask any name of any server."""
    with reading(settings.database) as db:
        seen = alarms.last(db, Alarm.REFUSED_HOST)
    known = ", ".join(settings.hosts)
    if seen is None:
        yield good("Nom", f"{known}, le seul demandé")
        return
    what_to_do = "si les pages ne s'ouvrent pas, PORTAIL_PUBLIC_URL ou le nom que transmet le mandataire est faux"
    sentence = f"un autre nom que {known} a été demandé, et refusé (le {figures_utc(seen)}) : {what_to_do}"
    yield note("Nom", "host-refused", sentence)
