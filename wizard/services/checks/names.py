"""What others see of the town on the network: the domain that its mails come from, the certificate of its address.

The rules are those of the « référentiel de conformité » of the Suite territoriale (ANCT, version 0.2), which checks
towns by itself: MX, SPF, a DMARC policy of quarantine at the least, the domain of the town's own site. What cannot be
asked is a note: the fault may be of this machine's own network.
"""

import re
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from wizard.clock import now
from wizard.services.checks.finding import Finding, good, note, wrong
from wizard.settings import Settings

_DEADLINE = 3.0
# Those who renew certificates by themselves do it earlier.
_RENEWED_BEFORE = timedelta(days=10)
# Where anyone may open a box: the town's mails would be no more its own than its inhabitants'.
_GENERIC = {
    "aol.com", "bbox.fr", "free.fr", "gmail.com", "hotmail.com", "hotmail.fr", "icloud.com", "laposte.net", "live.fr",
    "neuf.fr", "nordnet.fr", "orange.fr", "outlook.com", "outlook.fr", "sfr.fr", "wanadoo.fr", "yahoo.com", "yahoo.fr",
}  # fmt: skip
_RULE = "Suite territoriale"
# Why a certificate is refused, by the codes of OpenSSL; the others in its own words.
_REFUSED = {
    10: "a expiré",
    18: "n'est signé que par lui-même",
    19: "n'est pas d'une autorité reconnue",
    20: "n'est pas d'une autorité reconnue, ou sa chaîne est incomplète",
    21: "n'est pas d'une autorité reconnue, ou sa chaîne est incomplète",
    62: "est d'un autre nom",
}


def sender(settings: Settings) -> Iterator[Finding]:
    """Ask the DNS about the domain of `mail.sender`."""
    from dns.exception import DNSException  # for « doctor » alone: what serves need not hold it

    domain = settings.sender.rpartition("@")[2].lower()
    if settings.demonstration:
        return
    if domain in _GENERIC:
        sentence = f"{domain} est à tout le monde : donnez à « mail.sender » une adresse de la commune ({_RULE})"
        yield wrong("Domaine", "sender-generic", sentence)
        return
    try:
        found = list(_missing(domain))
    except DNSException as error:
        yield note("Domaine", "dns-unreachable", f"{domain} n'a pas pu être demandé au DNS ({type(error).__name__})")
        return
    if not _is_own(domain, settings):
        site = urlsplit(settings.town.website).hostname
        found.append(("sender-elsewhere", f"n'est pas le domaine de {site}, le site de la commune"))
    for name, sentence in found:
        yield wrong("Domaine", name, f"{domain} {sentence} ({_RULE})")
    if not found:
        yield good("Domaine", f"{domain} a un MX, un SPF et un DMARC")


def _missing(domain: str) -> Iterator[tuple[str, str]]:
    """Give what a domain lacks. Raises DNSException when the DNS does not answer."""
    if not [record for record in _ask(domain, "MX") if record.rpartition(" ")[2] != "."]:
        yield "mx-missing", "n'a pas de MX : les réponses et les courriels qui reviennent se perdent"
    if not [text for text in _ask(domain, "TXT") if text.lower().startswith("v=spf1")]:
        yield "spf-missing", "n'a pas de SPF : publiez « v=spf1 … -all » avec votre serveur de courriel"
    policy = _policy(domain)
    if policy is None:
        yield "dmarc-missing", f"n'a pas de DMARC : publiez « v=DMARC1; p=quarantine » sur _dmarc.{domain}"
    elif not _is_firm(policy):
        yield "dmarc-weak", "a un DMARC qui ne protège pas : passez-le à « p=quarantine », pour tous les courriels"


def _ask(name: str, kind: str) -> list[str]:
    """Return the records of a name, none when there are none; a text cut in pieces is one."""
    from dns.resolver import NXDOMAIN, NoAnswer, resolve

    try:
        answer = resolve(name, kind, lifetime=_DEADLINE, search=False)
    except (NXDOMAIN, NoAnswer):
        return []
    if kind == "TXT":
        return [b"".join(record.strings).decode("ascii", "replace") for record in answer]
    return [record.to_text() for record in answer]


def _policy(domain: str) -> dict[str, str] | None:
    """Return the DMARC that holds for a domain: its own, else that of the domain it is under (RFC 7489, 6.6.3)."""
    labels = domain.split(".")
    for name in [".".join(labels[start:]) for start in range(max(1, len(labels) - 1))]:
        for text in _ask(f"_dmarc.{name}", "TXT"):
            if text.lower().startswith("v=dmarc1"):
                told = {key.lower(): value.lower() for key, value in re.findall(r"(\w+)\s*=\s*([^;\s]+)", text)}
                return told if name == domain else {**told, "p": told.get("sp", told.get("p", ""))}
    return None


def _is_firm(policy: dict[str, str]) -> bool:
    return policy.get("p") == "reject" or (policy.get("p") == "quarantine" and policy.get("pct", "100") == "100")


def _is_own(domain: str, settings: Settings) -> bool:
    """Whether the domain of the mails is that of the town's site, above it or under it."""
    site = (urlsplit(settings.town.website).hostname or "").lower().removeprefix("www.")
    return f".{domain}".endswith(f".{site}") or f".{site}".endswith(f".{domain}")


def certificate(settings: Settings) -> Iterator[Finding]:
    """Call the public address over TLS, and look at until when its certificate is good."""
    parts = urlsplit(settings.public_url)
    if not settings.secure or parts.hostname is None:
        return
    try:
        until = _good_until(parts.hostname, parts.port or 443)
    except ssl.SSLCertVerificationError as error:
        what_to_do = "renouvelez-le, ou corrigez PORTAIL_PUBLIC_URL"
        reason = _REFUSED.get(error.verify_code, error.verify_message)
        sentence = f"celui de {parts.hostname} {reason} : {what_to_do}"
        yield wrong("Certificat", "certificate-refused", sentence)
    except OSError as error:
        yield note("Certificat", "certificate-unknown", f"{parts.hostname} n'a pas pu être appelé d'ici ({error})")
    else:
        yield _ending(f"celui de {parts.hostname} est bon jusqu'au {until:%d/%m/%Y}", until)


def _ending(sentence: str, until: datetime) -> Finding:
    if until - now() < _RENEWED_BEFORE:
        return wrong("Certificat", "certificate-ends", f"{sentence} : renouvelez-le")
    return good("Certificat", sentence)


def _good_until(host: str, port: int) -> datetime:
    """Return the end of the certificate. Raises SSLCertVerificationError, OSError."""
    context = ssl.create_default_context()
    with (
        socket.create_connection((host, port), timeout=_DEADLINE) as plain,
        context.wrap_socket(plain, server_hostname=host) as encrypted,
    ):
        given = encrypted.getpeercert() or {}
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(given["notAfter"])), UTC)
