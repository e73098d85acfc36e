"""The mails: whether they leave, whom the server refuses, and whether what comes back is read."""

import smtplib
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from wizard.clock import now
from wizard.db import reading
from wizard.extensions import mail
from wizard.french import figures_utc
from wizard.services import bounce_mailbox
from wizard.services.checks.finding import Finding, Level, good, wrong
from wizard.settings import Settings
from wizard.smtp import reason_of, without_addresses
from wizard.stores import outbox_state

_LONG_WAIT = timedelta(minutes=15)
_SHOWN = 5


def queue(settings: Settings) -> Iterator[Finding]:
    """Tell how many wait, and what keeps them when it has been long. Of one address, it is its owner's affair."""
    with reading(settings.database) as db:
        found, held = outbox_state.queue(db), outbox_state.held(db, _SHOWN)
        untried, addresses = outbox_state.late(db, now() - _LONG_WAIT)
    if found.oldest is None or not (untried or addresses):
        yield good("Courriels", f"{found.waiting} en attente")
        return
    sentence = f"{found.waiting} en attente, le plus ancien du {figures_utc(found.oldest)} : voyez « mail list »"
    level, name = (Level.WRONG, "mails-waiting") if untried or addresses > 1 else (Level.NOTE, "mails-held")
    yield Finding("Courriels", level, name, sentence, "; ".join(map(_answered, held)))


def given_up(settings: Settings) -> Iterator[Finding]:
    """Tell whom the servers refuse. One address is its owner's; several, and nothing sent since, the way out."""
    with reading(settings.database) as db:
        found, refused = outbox_state.queue(db), outbox_state.refused(db, _SHOWN)
    if not found.failed:
        return
    sentence = f"{found.failed} abandonné(s), dont : {'; '.join(map(_answered, refused))}"
    yield wrong("Courriels", "mails-refused", sentence) if found.failing > 1 else good("Courriels", sentence)


def _answered(one: outbox_state.Pending) -> str:
    return f"{one.name} pour {one.domain} ({without_addresses(one.error or '')})"


def server(settings: Settings) -> Iterator[Finding]:
    """Sign in to the mail server."""
    host = urlsplit(settings.smtp_url).hostname
    try:
        with mail.connect():
            yield good("SMTP", f"{host} répond et nous accepte")
    except (smtplib.SMTPException, OSError) as error:
        sentence = f"{host} ne nous prend pas ({without_addresses(reason_of(error))}) : voyez PORTAIL_SMTP_URL"
        yield wrong("SMTP", "smtp-refuses", sentence)


def bounces(settings: Settings) -> Iterator[Finding]:
    """Open the mailbox of what comes back, if there is one."""
    if settings.bounces is None:
        return
    try:
        with bounce_mailbox.opened(settings.bounces):
            yield good("Retours", f"la boîte s'ouvre, elle est lue toutes les {settings.bounces.seconds} s")
    except bounce_mailbox.Unreachable as error:
        sentence = f"la boîte des courriels qui reviennent ne s'ouvre pas ({error})"
        yield wrong("Retours", "bounces-unreachable", sentence)
